"""The documents say what the code does, and lead where they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.settings import Settings
from tests.databases import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    told = dict(re.findall(r"^\| `BORDEREAU_(\w+)` \| `([^`]*)` \|", page, re.M))
    known = {}
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description in page, name
        default = field.default
        known[name.upper()] = (
            "(empty)"
            if default in ("", ())
            else str(default).lower()
            if isinstance(default, bool)
            else str(default)
        )
    assert told == known


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\((\d{4}-[^)]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {p.name for p in folder.glob("[0-9]*.md")}


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert "$ make demo" in text
    assert "$ make test" in text
