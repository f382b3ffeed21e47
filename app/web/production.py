"""One production: a draft for its own party to fill, or what was deposited, for both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.domain.record import EXHIBITS_MAX
from app.errors import Fault, NotFound
from app.phrases import Phrase
from app.problems import status_of
from app.schemas.checks import ChecksOut
from app.services import inventory
from app.services.checks import checks_of
from app.web.owed import Sight, sight
from app.web.rendering import page
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

EXHIBITS_SHOWN = 100
REFUSED_SHOWN = 100
TO_SORT = "to-sort"
PageNumber = Annotated[int, Query(alias="page", ge=1, le=EXHIBITS_MAX)]
Section = Annotated[str, Query(alias="in", max_length=40)]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file of a form that was not taken, and why."""

    filename: str
    fault: Fault

    @property
    def message(self) -> Phrase:
        """Why, for its sender."""
        return self.fault.message


@router.get("/productions/{production_id}")
def show_production(
    door: Annotated[PageDoor, page_door(Action.production_read)],
    production_id: UUID,
    section: Section = "",
    number: PageNumber = 1,
    added: Annotated[int | None, Query(ge=1, le=EXHIBITS_MAX)] = None,
) -> Response:
    """The draft with all that fills it; once deposited, its exhibits as they stand."""
    with visit(door) as (session, actor):
        return production_page(
            door, session, actor, production_id, section=section, number=number, added=added
        )


def production_page(
    door: PageDoor,
    session: Session,
    actor: Actor,
    production_id: UUID,
    *,
    section: str = "",
    number: int = 1,
    added: int | None = None,
    refused: Sequence[Refused] = (),
) -> Response:
    """A page of the production; ``refused`` are files that an upload could not bring."""
    found = sight(door, session, actor, production_id)
    exhibits = _exhibits(session, actor, found, section, number)
    deposited = found.production.deposited_at is not None
    ids = [e.id for e in exhibits] if deposited else []
    checks = None if deposited else _checks(door, session, actor, production_id)
    return page(
        door,
        "production_deposited.html" if deposited else "production_draft.html",
        status=status_of(refused[0].fault) if refused else 200,
        found=found,
        exhibits=exhibits,
        section=section,
        sections=_sections(found),
        page_shown=number,
        pages=_pages(found, section),
        at=lambda in_section, n: _address(production_id, in_section, n),
        # An address may say anything: no more is told than there is.
        added=added if added and added <= found.held.exhibits else None,
        refused=refused[:REFUSED_SHOWN],
        refused_count=len(refused),
        may_deposit=inventory.may_deposit(session, actor, found.production),
        checks=checks,
        checks_of={e.exhibit_id: e for e in checks.exhibits} if checks else {},
        fates=(inventory.fates_shown(session, actor, found.order.id, ids, door.now) if ids else {}),
    )


def _checks(door: PageDoor, session: Session, actor: Actor, production_id: UUID) -> ChecksOut:
    return checks_of(
        session,
        actor,
        production_id,
        door.store,
        size_bytes_max=door.settings.upload_bytes_max,
        language=door.language,
    )


def _sections(found: Sight) -> list[tuple[str, str, int]]:
    """Where one can look: name in the address, category number, how many exhibits."""
    return [
        (str(category_id), number, found.held.in_category.get(category_id, 0))
        for category_id, number in found.numbers.items()
        if found.held.in_category.get(category_id)
    ]


def _pages(found: Sight, section: str) -> int:
    held = {"": found.held.exhibits, TO_SORT: found.held.unsorted}
    held |= {name: n for name, _number, n in _sections(found)}
    return max(1, -(-held.get(section, 0) // EXHIBITS_SHOWN))


def _exhibits(
    session: Session, actor: Actor, found: Sight, section: str, number: int
) -> Sequence[m.Exhibit]:
    named = {str(category_id): category_id for category_id in found.numbers}
    if section not in ("", TO_SORT, *named):
        raise NotFound
    return inventory.exhibits_in(
        session,
        actor,
        found.production.id,
        category_id=named.get(section),
        unsorted=section == TO_SORT,
        first=(number - 1) * EXHIBITS_SHOWN,
        limit=EXHIBITS_SHOWN,
    )


def _address(production_id: UUID, section: str, number: int) -> str:
    asked = {"in": section} if section else {}
    asked |= {"page": str(number)} if number > 1 else {}
    query = f"?{urlencode(asked)}" if asked else ""
    return f"/productions/{production_id}{query}#exhibits"
