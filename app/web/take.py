"""All exhibits of an order in one archive, or a part of them, sent as it is made."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.sending import TakeResponse, archive_of
from app.services.taking import What, plan
from app.web.produced import Section
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)


@router.get("/orders/{order_id}/take.zip")
def take(
    request: Request,
    door: Annotated[PageDoor, page_door(Action.exhibit_download)],
    order_id: UUID,
    what: What = What.all,
    section: Section = "",
    names: Annotated[str, Query(pattern="^(plain)?$")] = "",
) -> TakeResponse:
    """Files named by number and title, lists, receipts, hashes and the program that checks."""
    with visit(door) as (session, actor):
        made = plan(session, actor, order_id, door.now, what=what, name=section)
    return archive_of(door, request, made, plain_names=names == "plain")
