"""A file recorded with an event, to save: never shown inside our own pages."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from app.deps import DownloadResponse, PageDoor, page_door
from app.domain.access import Action
from app.services import event_files
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)


@router.get("/events/{event_id}/files/{file_id}", response_class=DownloadResponse)
def event_file(
    door: Annotated[PageDoor, page_door(Action.order_read)], event_id: UUID, file_id: UUID
) -> DownloadResponse:
    """The bytes exactly as they were recorded, as an attachment in a sandbox."""
    with visit(door) as (session, actor):
        found = event_files.event_file(session, actor, event_id, file_id, door.store)
    return door.send(found)
