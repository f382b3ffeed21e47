"""One obligation by itself: what its row of the list says when it is opened."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.services.compliance import instant
from app.services.opened import opened
from app.web.asked import CourtDay
from app.web.rendering import page
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)


@router.get("/obligations/{obligation_id}")
def show_obligation(
    door: Annotated[PageDoor, page_door(Action.order_read)],
    obligation_id: UUID,
    as_of: CourtDay = None,
) -> Response:
    """Trigger and proof, each step, each deposit, findings: as of now, or a court day's end."""
    with visit(door) as (session, actor):
        found = opened(session, actor, obligation_id, door.now, door.now, door.language)
        if as_of is not None:
            at = instant(found.order, as_of, door.now)
            found = opened(session, actor, obligation_id, at, door.now, door.language)
        return page(door, "obligation.html", opened=found, as_of=as_of)
