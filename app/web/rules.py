"""The rules of time as pages: every rule pack with its texts, and what was not checked."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.rulepacks import RulePack
from app.errors import NotFound, RulePackUnknown
from app.rulepacks import rule_pack, rule_packs
from app.web.parameters import parameters, service
from app.web.public import arrive, public_page
from app.web.security import PageRoute
from app.web.whatif_form import example_query

router = APIRouter(route_class=PageRoute)


@router.get("/rules")
def show_rules(door: Annotated[PageDoor, page_door(Action.public)]) -> Response:
    """Every rule pack."""
    arrive(door)
    packs = [(pack, len(_unverified(pack))) for pack in rule_packs()]
    return public_page(door, "rules.html", packs=packs)


@router.get("/rules/{pack_id}")
def show_rule_pack(door: Annotated[PageDoor, page_door(Action.public)], pack_id: str) -> Response:
    """One rule pack, whole: parameters, service, what it leaves out, sources, examples."""
    arrive(door)
    try:
        pack = rule_pack(pack_id)
    except RulePackUnknown:
        raise NotFound from None
    return public_page(
        door,
        "rule_pack.html",
        pack=pack,
        parameters=list(parameters(pack)),
        service=list(service(pack)),
        unverified=len(_unverified(pack)),
        examples=[(e, f"/deadlines?{example_query(pack, e)}") for e in pack.worked_examples],
        web_address=web_address,
    )


def _unverified(pack: RulePack) -> list[str]:
    return [p.cited.citation for p in (*parameters(pack), *service(pack)) if not p.cited.verified]


def web_address(url: str) -> str | None:
    """The address of a source, if a browser may open it: http or https, and nothing else."""
    parts = urlsplit(url)
    return url if parts.scheme in ("http", "https") and parts.netloc else None
