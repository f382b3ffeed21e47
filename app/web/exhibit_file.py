"""An exhibit's file, to save: never shown inside our own pages."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from app.deps import DownloadResponse, PageDoor, page_door
from app.domain.access import Action
from app.services.downloads import download
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)


@router.get("/exhibits/{exhibit_id}/content", response_class=DownloadResponse)
def exhibit_file(
    door: Annotated[PageDoor, page_door(Action.exhibit_download)], exhibit_id: UUID
) -> DownloadResponse:
    """The bytes exactly as they were uploaded, as an attachment in a sandbox."""
    with visit(door) as (session, actor):
        found = download(session, actor, exhibit_id, door.store, door.now)
    return door.send(found)
