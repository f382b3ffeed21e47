"""Stamped copies of an exhibit: its own party has them made, whoever may read it fetches them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from app.deps import DownloadResponse, PageDoor, page_door
from app.domain.access import Action
from app.domain.record import StampStyle
from app.errors import Busy, Conflict, Invalid, MatterFull, StorageFull
from app.services.stamping import keep_stamp, make_stamp, stamp_wanted, stamped_download
from app.web.forms import Form, Sent
from app.web.security import PageRoute, check_token
from app.web.view import exhibit_page
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

Style = Annotated[StampStyle, Query()]


@router.post("/exhibits/{exhibit_id}/stamped")
def make_copy(
    door: Annotated[PageDoor, page_door(Action.production_draft)], exhibit_id: UUID, form: Sent
) -> Response:
    """Have the copy made, once; why none could be made is told above the exhibit."""
    try:
        with visit(door) as (session, actor):
            check_token(door, form.one("csrf"))
            # An exhibit that one does not see is absent, whatever was asked.
            stamp_wanted(session, actor, exhibit_id, StampStyle.exhibit_number)
            style = _style(form)
            job, kept = stamp_wanted(session, actor, exhibit_id, style)
        if kept is None:
            made = make_stamp(job, door.store, size_max_bytes=door.settings.upload_bytes_max)
            with door.writing() as (session, actor):
                most = door.settings.matter_bytes_max
                keep_stamp(session, actor, job, made, door.now, matter_bytes_max=most)
    except (Invalid, Conflict, Busy, StorageFull, MatterFull) as fault:
        return exhibit_page(door, exhibit_id, fault=fault)
    return RedirectResponse(f"/exhibits/{exhibit_id}/view#stamped", 303)


def _style(form: Form) -> StampStyle:
    try:
        return StampStyle(form.one("style"))
    except ValueError:
        raise Invalid.field("style", "Choose what the copy bears.") from None


@router.get("/exhibits/{exhibit_id}/stamped", response_class=DownloadResponse)
def stamped_copy(
    door: Annotated[PageDoor, page_door(Action.exhibit_download)],
    exhibit_id: UUID,
    style: Style = StampStyle.exhibit_number,
) -> DownloadResponse:
    """The copy's bytes, as an attachment in a sandbox."""
    with visit(door) as (session, actor):
        found = stamped_download(session, actor, exhibit_id, style, door.store, door.now)
    return door.send(found)
