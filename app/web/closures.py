"""The days on which a court is closed: listed, previewed, recorded, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Place, allows
from app.domain.calendars import ClosureKind
from app.errors import Conflict, Fault, Incomputable, Invalid
from app.phrases import Phrase
from app.problems import faults_of, status_of
from app.schemas.closures import ClosureIn, WithdrawalOfClosureIn
from app.schemas.fields import CourtCode
from app.services import closures
from app.services.courts import court_of
from app.services.previews import closure_outs, closure_preview_out
from app.web.forms import Form, Sent
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

SHOWN_MAX = 200
_FIELDS = ("on", "kind", "name", "source")
_TOLD = (Invalid, Incomputable, Conflict)


@router.get("/courts/{code}/closures")
def show_closures(
    door: Annotated[PageDoor, page_door(Action.court_read)],
    code: CourtCode,
    recorded: UUID | None = None,
) -> Response:
    """The court's closed days, and for its clerk the form to record one."""
    with visit(door) as (session, actor):
        return _listed(door, session, actor, code, {}, recorded=recorded)


def _listed(
    door: PageDoor,
    session: Session,
    actor: Actor,
    code: str,
    values: Mapping[str, str],
    *,
    fault: Fault | None = None,
    recorded: UUID | None = None,
) -> Response:
    court = court_of(session, actor, code)
    rows = closure_outs(session, closures.closures(session, actor, code, limit=SHOWN_MAX))
    return page(
        door,
        "closures.html",
        status=status_of(fault) if fault else 200,
        court=court,
        rows=rows,
        may=allows(actor, Action.closure_record, Place(court.id)),
        values={name: values.get(name, "") for name in _FIELDS},
        kinds=list(ClosureKind),
        faults=_by_field(fault),
        elsewhere=fault.message if fault and not isinstance(fault, Invalid) else None,
        recorded=recorded,
    )


def _by_field(fault: Fault | None) -> dict[str, Phrase]:
    return {f.field: f.message for f in fault.faults} if isinstance(fault, Invalid) else {}


@router.post("/courts/{code}/closures")
def record_closure(
    door: Annotated[PageDoor, page_door(Action.closure_record)], code: CourtCode, form: Sent
) -> Response:
    """Preview every open deadline that moves; once that was seen and confirmed, record it."""
    typed = {name: form.one(name) for name in _FIELDS}
    if form.one("act") == "confirm":
        return _confirm(door, code, form, typed)
    with visit(door) as (session, actor):
        check_token(door, form.one("csrf"))
        if form.one("act") == "edit":
            return _listed(door, session, actor, code, typed)
        try:
            data = _closure(typed)
            moved = closures.preview_closure(session, actor, code, data, door.now)
        except _TOLD as fault:
            return _listed(door, session, actor, code, typed, fault=fault)
        return page(
            door,
            "closure_preview.html",
            court=court_of(session, actor, code),
            found=closure_preview_out(data.on, moved, door.now, door.language),
            typed=typed,
            kind=data.kind,
        )


def _closure(typed: Mapping[str, str]) -> ClosureIn:
    try:
        return ClosureIn.model_validate(dict(typed))
    except ValidationError as error:
        raise Invalid.all(faults_of(error.errors())) from None


def _confirm(door: PageDoor, code: str, form: Form, typed: Mapping[str, str]) -> Response:
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            row = closures.record_closure(session, actor, code, _closure(typed), door.now)
    except _TOLD as fault:
        with visit(door) as (session, actor):
            return _listed(door, session, actor, code, typed, fault=fault)
    return RedirectResponse(f"/courts/{code}/closures?recorded={row.id}#notice", 303)


@router.get("/courts/{code}/closures/{closure_id}/withdrawal")
def show_withdrawal(
    door: Annotated[PageDoor, page_door(Action.closure_record)], code: CourtCode, closure_id: UUID
) -> Response:
    """What the withdrawal of a closure would move, and the form that asks why."""
    with visit(door) as (session, actor):
        return _withdrawal(door, session, actor, code, closure_id)


@router.post("/courts/{code}/closures/{closure_id}/withdrawal")
def withdraw_closure(
    door: Annotated[PageDoor, page_door(Action.closure_record)],
    code: CourtCode,
    closure_id: UUID,
    form: Sent,
) -> Response:
    """Withdraw a recorded closure; it stays on the record, with the reason."""
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            reason = _reason(form.one("reason"))
            closures.withdraw_closure(session, actor, code, closure_id, reason, door.now)
    except Invalid as fault:
        with visit(door) as (session, actor):
            return _withdrawal(door, session, actor, code, closure_id, fault)
    return RedirectResponse(f"/courts/{code}/closures?recorded={closure_id}#notice", 303)


def _reason(text: str) -> str:
    try:
        return WithdrawalOfClosureIn.model_validate({"reason": text}).reason
    except ValidationError as error:
        raise Invalid.all(faults_of(error.errors())) from None


def _withdrawal(
    door: PageDoor,
    session: Session,
    actor: Actor,
    code: str,
    closure_id: UUID,
    fault: Invalid | None = None,
) -> Response:
    row, moved = closures.preview_withdrawal(session, actor, code, closure_id, door.now)
    return page(
        door,
        "closure_withdrawal.html",
        status=status_of(fault) if fault else 200,
        court=court_of(session, actor, code),
        closure=row,
        found=closure_preview_out(row.closed_on, moved, door.now, door.language),
        faults=_by_field(fault),
    )
