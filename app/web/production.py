"""One production: a draft for its own party to fill, or what was deposited, for both sides."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.domain.record import EXHIBITS_MAX
from app.services import inventory
from app.services.presence import Presence
from app.web.asked import blank_is_none
from app.web.draft import (
    EVERYTHING,
    EXHIBITS_SHOWN,
    NOTHING_TOLD,
    REFUSED_SHOWN,
    TO_SORT,
    Checked,
    Told,
    View,
    category_of,
    draft_page,
    sections,
)
from app.web.owed import Sight, sight
from app.web.rendering import page
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

PageNumber = Annotated[int, Query(alias="page", ge=1, le=EXHIBITS_MAX)]
Section = Annotated[str, Query(alias="in", max_length=40)]
Counted = Annotated[int | None, Query(ge=1, le=EXHIBITS_MAX)]


@router.get("/productions/{production_id}")
def show_production(
    door: Annotated[PageDoor, page_door(Action.production_read)],
    production_id: UUID,
    section: Section = "",
    check: Annotated[Checked | None, blank_is_none, Query()] = None,
    number: PageNumber = 1,
    added: Counted = None,
    changed: Annotated[int | None, Query(ge=0, le=EXHIBITS_MAX)] = None,
    removed: Counted = None,
) -> Response:
    """The draft with all that fills it; once deposited, its exhibits as they stand."""
    view = View(section, check or "", number)
    told = Told(added=added, changed=changed, removed=removed)
    presence = door.presence_to_show(production_id, unseen=True)
    with visit(door) as (session, actor):
        return production_page(door, session, actor, production_id, presence, view, told=told)


def production_page(
    door: PageDoor,
    session: Session,
    actor: Actor,
    production_id: UUID,
    presence: Presence,
    view: View = EVERYTHING,
    *,
    told: Told = NOTHING_TOLD,
) -> Response:
    """A page of the production; ``told`` is what came of a form that leads back to it.

    ``presence`` was asked before the view: ``Door.presence_to_show`` of what was not looked into.
    """
    found = sight(door, session, actor, production_id)
    if found.production.deposited_at is None:
        return draft_page(door, session, actor, found, view, told, presence)
    exhibits = inventory.exhibits_in(
        session,
        actor,
        production_id,
        category_id=category_of(found, view.section),
        unsorted=view.section == TO_SORT,
        first=(view.number - 1) * EXHIBITS_SHOWN,
        limit=EXHIBITS_SHOWN,
    )
    return page(
        door,
        "production_deposited.html",
        status=told.status,
        refused=told.refused[:REFUSED_SHOWN],
        refused_count=len(told.refused),
        found=found,
        exhibits=exhibits,
        section=view.section,
        sections=sections(found),
        page_shown=view.number,
        pages=_pages(found, view.section),
        at=lambda section, n: View(section, "", n).address(production_id),
        fates=inventory.fates_shown(
            session, actor, found.order.id, [e.id for e in exhibits], door.now
        ),
    )


def _pages(found: Sight, section: str) -> int:
    held = {"": found.held.exhibits, TO_SORT: found.held.unsorted}
    held |= {name: n for name, _number, n in sections(found)}
    return max(1, -(-held.get(section, 0) // EXHIBITS_SHOWN))
