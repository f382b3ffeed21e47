"""The rule packs that come with Bordereau: one TOML file for each, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from app.domain.packfile import parse_pack
from app.domain.rulepacks import RulePack
from app.errors import RulePackUnknown


def rule_pack(pack_id: str) -> RulePack:
    """The pack of that id.

    Raises:
        RulePackUnknown: there is none; the message lists those there are.
    """
    packs = _packs()
    if pack_id not in packs:
        raise RulePackUnknown(
            "There is no rule pack {pack}. There are: {packs}.",
            pack=pack_id[:64],
            packs=", ".join(packs),
        )
    return packs[pack_id]


def rule_packs() -> tuple[RulePack, ...]:
    """Every pack, by id."""
    return tuple(_packs().values())


def rule_pack_text(pack_id: str) -> str:
    """The file of the pack of that id, as it stands; ``rule_pack`` must know it."""
    return _texts()[pack_id]


def read_rule_pack(text: str) -> RulePack:
    """The pack that a file says, this one's or one kept from another version."""
    return parse_pack(tomllib.loads(text))


@cache
def _packs() -> dict[str, RulePack]:
    return {pack_id: read_rule_pack(text) for pack_id, text in _texts().items()}


@cache
def _texts() -> dict[str, str]:
    # The folder is listed, never joined with what a user wrote.
    texts = (
        entry.read_text(encoding="utf-8")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".toml")
    )
    named = ((str(tomllib.loads(text)["id"]), text) for text in texts)
    return dict(sorted(named))
