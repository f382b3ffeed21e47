"""Placing a draft's exhibits by a sheet: taken, filled in, sent back, looked at, confirmed."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import AlreadyDeposited, Conflict, Fault, Invalid, UploadCutOff
from app.papers.delimited import BYTES_MAX
from app.papers.placing_written import placing_written
from app.problems import status_of
from app.services import productions
from app.services.downloads import made_headers
from app.services.orders import order_of
from app.services.placing_sheet import place_by_sheet
from app.services.sheet_proposals import SheetProposal, propose_sheet, sheet_lines
from app.web.forms import Form, Sent
from app.web.papers import CSV
from app.web.parts import FIELD_BYTES_MAX, Part, parts_of
from app.web.rendering import msg, page
from app.web.security import PageRoute, check_same_site, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

ROWS_SHOWN = 500
FAULTS_SHOWN = 500
_FIELDS = 10 * FIELD_BYTES_MAX
DATES = {"day_first": True, "month_first": False}

COLUMNS: Mapping[str, str] = {
    "filename": msg("File"),
    "number": msg("No."),
    "title": msg("Title"),
    "dated_on": msg("Date of the document"),
    "category": msg("Categories"),
    "element": msg("Elements"),
    "confidentiality": msg("Confidentiality"),
    "bates_first": msg("Bates numbers"),
    "bates_last": msg("Bates numbers"),
    "row": msg("the whole row"),
}
"""What a fault is about, where the sheet itself has no name for it."""


@router.get("/productions/{production_id}/placing")
def show_placing(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID
) -> Response:
    """The sheet to take, and the form that sends it back."""
    with visit(door) as (session, actor):
        return _page(door, session, actor, production_id)


@router.get("/productions/{production_id}/placing.csv")
def placing_sheet(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID
) -> Response:
    """The draft's files as a sheet: sent back as it is, it changes nothing."""
    with visit(door) as (session, actor):
        productions.drafting(session, actor, production_id, lock=False, whole=False)
        body = placing_written(sheet_lines(session, actor, production_id), door.language)
    name = {"en": "exhibits-to-place.csv", "fr": "pieces-a-classer.csv"}[door.language]
    return Response(body, headers=made_headers(body, name, CSV))


@dataclass(slots=True)
class _Given:
    """What the form with a sheet brought."""

    trusted: bool = False
    dates: str = ""
    sheet: bytearray = field(default_factory=bytearray)


@router.post("/productions/{production_id}/placing", max_body_size=BYTES_MAX + _FIELDS)
async def read_sheet(
    request: Request,
    door: Annotated[PageDoor, page_door(Action.production_draft)],
    production_id: UUID,
) -> Response:
    """Tell what the sheet would change, row by row, or what is wrong in it; nothing is done."""
    check_same_site(request)
    await to_thread.run_sync(_may_place, door, production_id)
    given = _Given()
    try:
        async for part in parts_of(request):
            await _take(door, part, given)
    except ClientDisconnect:
        raise UploadCutOff("The connection ended before the file did.") from None
    if not given.trusted:
        check_token(door, "")
    return await to_thread.run_sync(_proposed, door, production_id, given)


def _may_place(door: PageDoor, production_id: UUID) -> None:
    with door.reading() as (session, actor):
        productions.drafting(session, actor, production_id, lock=False, whole=False)


async def _take(door: PageDoor, part: Part, given: _Given) -> None:
    if not given.trusted:
        check_token(door, await part.text() if part.name == "csrf" else "")
        given.trusted = True
    elif part.name == "dates":
        given.dates = await part.text()
    elif part.name == "sheet":
        async for chunk in part.chunks():
            given.sheet += chunk


def _proposed(door: PageDoor, production_id: UUID, given: _Given) -> Response:
    with visit(door) as (session, actor):
        try:
            if not given.sheet:
                raise Invalid.field("csv", "Choose the filled sheet.")
            return _proposal(door, session, actor, production_id, bytes(given.sheet), given.dates)
        except AlreadyDeposited:
            raise
        except (Invalid, Conflict) as fault:
            return _page(door, session, actor, production_id, dates=given.dates, fault=fault)


@router.post("/productions/{production_id}/placing/confirm")
def confirm_sheet(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID, form: Sent
) -> Response:
    """Do what was shown; what would be done otherwise by now is shown anew."""
    dates = form.one("dates")
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            productions.drafting(session, actor, production_id, whole=False)
            data = _carried(form)
            first = DATES.get(dates)
            found = propose_sheet(session, actor, production_id, data, day_first=first)
            same = found.mark == form.one("mark") and not found.faults
            if same:
                place_by_sheet(
                    session, actor, production_id, data, door.now,
                    day_first=first, language=door.language,
                )  # fmt: skip
    except AlreadyDeposited:
        raise
    except (Invalid, Conflict) as fault:
        with visit(door) as (session, actor):
            return _page(door, session, actor, production_id, dates=dates, fault=fault)
    if not same:
        with visit(door) as (session, actor):
            return _proposal(door, session, actor, production_id, data, dates, moved=True)
    changed = len(found.changes)
    return RedirectResponse(f"/productions/{production_id}?changed={changed}#exhibits", 303)


def carried(data: bytes) -> str:
    """The sheet as a page carries it to its confirmation: nothing of it stays on the server."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def _carried(form: Form) -> bytes:
    try:
        packed = base64.b64decode(form.one("sheet"), validate=True)
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(packed, BYTES_MAX + 1)
    except (binascii.Error, zlib.error):
        data = b""
    if not data or len(data) > BYTES_MAX:
        raise Invalid.field("csv", "Choose the filled sheet.")
    return data


def _proposal(
    door: PageDoor, session: Session, actor: Actor, production_id: UUID, data: bytes, dates: str,
    *, moved: bool = False,
) -> Response:  # fmt: skip
    found = propose_sheet(session, actor, production_id, data, day_first=DATES.get(dates))
    status = 422 if found.faults else 409 if moved else 200
    return _page(
        door, session, actor, production_id,
        dates=dates, found=found, sheet=carried(data), moved=moved, status=status,
    )  # fmt: skip


def _page(
    door: PageDoor, session: Session, actor: Actor, production_id: UUID, *,
    dates: str | None = None, fault: Fault | None = None, found: SheetProposal | None = None,
    sheet: str = "", moved: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    production = productions.drafting(session, actor, production_id, lock=False, whole=False)
    order = order_of(session, actor, production.order_id)
    if dates is None:
        # A French date begins with its day; elsewhere its reader says so.
        dates = "day_first" if door.language == "fr" else ""
    return page(
        door,
        "placing.html",
        status=status_of(fault) if fault else status,
        production=production,
        order=order,
        numbers={c.id: c.number for c in order.categories},
        elements={e.id: e.text for c in order.categories for e in c.elements},
        columns=COLUMNS,
        dates=dates,
        fault=fault.faults[0].message if isinstance(fault, Invalid) else fault and fault.message,
        found=found,
        changes=found.changes[:ROWS_SHOWN] if found else (),
        wrong=found.faults[:FAULTS_SHOWN] if found else (),
        sheet=sheet,
        moved_since=moved,
    )
