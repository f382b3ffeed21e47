"""Recording an event: choose a kind, fill its form, see what would move, confirm."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.events import EventKind
from app.domain.record import EVENT_FILES_MAX
from app.errors import (
    Conflict,
    Fault,
    Incomputable,
    Invalid,
    MatterFull,
    NotAllowed,
    NotFound,
    StaleVersion,
)
from app.problems import status_of
from app.services import events
from app.services.orders import order_of
from app.services.previews import preview_out
from app.web.desk import Desk, check_version, desk_of
from app.web.event_form import event_of, recorded, shown, typed
from app.web.event_sent import BODY_BYTES_MAX, Sent, sent_of
from app.web.event_tickets import LOST, NAME, Files, Wrong, chosen_again, files_of
from app.web.forms import Form
from app.web.kinds import KINDS
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_TOLD = (Invalid, Incomputable, Conflict)
NO_FILES = Files()


@router.get("/orders/{order_id}/events/new")
def show_event_form(
    door: Annotated[PageDoor, page_door(Action.event_record)],
    order_id: UUID,
    kind: EventKind | None = None,
    corrects: UUID | None = None,
) -> Response:
    """The kinds one may record; with one chosen, its form."""
    with visit(door) as (session, actor):
        desk = desk_of(door, session, actor, order_id)
        if not desk.kinds:
            raise NotAllowed("Your role does not allow this here.")
        if kind is None:
            return page(door, "event_kinds.html", order=desk.order, kinds=desk.kinds, about=KINDS)
        _check_offered(desk, kind)
        values = _start(desk, kind, corrects)
        return _form(desk, kind, values)


def _check_offered(desk: Desk, kind: EventKind) -> None:
    if kind not in desk.kinds:
        raise NotAllowed("Only a clerk of the court records this kind of event.")


def _start(desk: Desk, kind: EventKind, corrects: UUID | None) -> dict[str, list[str]]:
    if corrects is None:
        only = desk.only_obligor
        return {"obligor_id": [only]} if kind is EventKind.service and only else {}
    event = desk.event(corrects)
    if event is None:
        raise NotFound
    if kind is EventKind.correction:
        return {"corrects": [str(corrects)], "effective_on": [event.effective_on.isoformat()]}
    if event.kind is not kind:
        raise NotFound
    values = recorded(kind, event, desk.zone)
    return {**values, "corrects": [str(corrects)]}


@router.post("/orders/{order_id}/events/new", max_body_size=BODY_BYTES_MAX)
async def record_event(
    request: Request, door: Annotated[PageDoor, page_door(Action.event_record)], order_id: UUID
) -> Response:
    """Preview what the event would move; once that was seen and confirmed, record it.

    Its files are stored as they arrive, and recorded with it.
    """
    sent = await sent_of(request, door, order_id)
    return await to_thread.run_sync(_answer, door, order_id, sent)


def _answer(door: PageDoor, order_id: UUID, sent: Sent) -> Response:
    try:
        kind = EventKind(sent.form.one("kind"))
    except ValueError:
        raise NotFound from None
    act = _confirm if sent.form.one("act") == "confirm" else _preview
    return act(door, order_id, kind, sent)


def _preview(door: PageDoor, order_id: UUID, kind: EventKind, sent: Sent) -> Response:
    form = sent.form
    with visit(door) as (session, actor):
        check_token(door, form.one("csrf"))
        desk = desk_of(door, session, actor, order_id)
        _check_offered(desk, kind)
        files = _files(door, order_id, sent)
        if form.one("act") == "edit":
            return _form(desk, kind, typed(form), files=files)
        try:
            check_version(desk.order, form)
            data = event_of(kind, form, desk.zone)
            changes = events.preview_event(session, actor, order_id, data, door.now)
        except _TOLD as fault:
            return _form(desk, kind, typed(form), fault, form, files)
        if files.wrong:
            return _form(desk, kind, typed(form), files=files)
        found = preview_out(changes, kind.value, door.now, desk.zone, door.language)
        return page(
            door,
            "event_preview.html",
            order=desk.order,
            kind=kind,
            found=found,
            data=data,
            effective_on=desk.effective_on(data),
            names=desk.names,
            files=files.tickets,
            pairs=_kept(form),
        )


def _files(door: PageDoor, order_id: UUID, sent: Sent) -> Files:
    return files_of(door, order_id, sent.form, sent.refused, most=EVENT_FILES_MAX)


def _kept(form: Form) -> list[tuple[str, str]]:
    return [(k, v) for k, v in form.pairs if k not in ("csrf", "act", "file")]


def _confirm(door: PageDoor, order_id: UUID, kind: EventKind, sent: Sent) -> Response:
    form, told = sent.form, None
    files = _stored(door, order_id, sent)
    if not files.wrong:
        attached = files.attached(door.settings.matter_bytes_max)
        try:
            with door.writing() as (session, actor):
                check_token(door, form.one("csrf"))
                order = order_of(session, actor, order_id, lock=True)
                check_version(order, form)
                data = event_of(kind, form, ZoneInfo(order.time_zone))
                row = events.record_event(session, actor, order_id, data, door.now, attached)
                seq = row.seq
        except MatterFull as full:
            files = Files(files.tickets, [Wrong("", full.message)])
        except _TOLD as fault:
            told = fault
        else:
            return RedirectResponse(f"/orders/{order_id}?recorded={seq}#notice", 303)
    with visit(door) as (session, actor):
        desk = desk_of(door, session, actor, order_id)
        return _form(desk, kind, typed(form), told, form, files)


def _stored(door: PageDoor, order_id: UUID, sent: Sent) -> Files:
    """The form's files, each of them still in the store: asked before the transaction."""
    if not (sent.refused or sent.form.one(NAME) or sent.form.one(LOST)):
        return Files()
    with door.reading() as (session, actor):
        check_token(door, sent.form.one("csrf"))
        matter_id = order_of(session, actor, order_id).matter_id
    files = _files(door, order_id, sent)
    gone = set(door.store.missing(matter_id, {t.sha256 for t in files.tickets}))
    return Files(
        [t for t in files.tickets if t.sha256 not in gone],
        [*files.wrong, *(chosen_again(t.filename) for t in files.tickets if t.sha256 in gone)],
    )


def _form(
    desk: Desk,
    kind: EventKind,
    values: dict[str, list[str]],
    fault: Fault | None = None,
    form: Form | None = None,
    files: Files = NO_FILES,
) -> Response:
    """The form with what was typed, each fault at its field, and what others changed meanwhile."""
    stale = isinstance(fault, StaleVersion)
    faults = fault.faults if isinstance(fault, Invalid) else ()
    fields, elsewhere = shown(kind, values, desk.options, faults)
    if fault is not None and not stale and not isinstance(fault, Invalid):
        elsewhere = [fault.message]
    status = 422 if files.wrong else 200
    corrects = values.get("corrects", [""])[0]
    return page(
        desk.door,
        "event_form.html",
        status=status_of(fault) if fault else status,
        order=desk.order,
        kind=kind,
        about=KINDS[kind],
        fields=fields,
        elsewhere=elsewhere,
        files=files,
        files_max=EVENT_FILES_MAX,
        file_bytes_max=desk.door.settings.event_file_bytes_max,
        corrects=desk.named(corrects),
        stale=stale,
        meanwhile=desk.since(form) if stale and form else [],
    )
