"""Days on which a court was closed: record one, withdraw one, preview what it moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.calendars import court_calendar
from app.domain import events as law
from app.domain.access import Action, Actor, Place
from app.domain.acts import Act, Where
from app.domain.compliance import assess
from app.errors import CalendarNotCovered, Conflict, FieldFault, Invalid, NotFound
from app.schemas.closures import ClosureIn
from app.services.access import authorize
from app.services.courts import court_of
from app.services.events import Change
from app.services.facts import order_facts, project
from app.services.lawbook import Closed, closed_days, court_time
from app.services.log import say
from app.services.moves import Moves, moves, orders_with_events

CLOSURES_MAX = 2_000
SHOWN_ORDERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """What a closure moves: every change of some orders, and how many deadlines in all."""

    orders: list[tuple[m.Order, list[Change]]]
    moved_count: int
    unmoved_count: int


def closures(session: Session, actor: Actor, code: str, *, limit: int) -> Sequence[m.Closure]:
    """The court's closures, the latest day first, withdrawn ones too."""
    court = court_of(session, actor, code)
    return session.scalars(
        select(m.Closure)
        .where(m.Closure.court_id == court.id)
        .order_by(m.Closure.closed_on.desc(), m.Closure.recorded_at.desc(), m.Closure.id)
        .limit(limit)
    ).all()


def preview_closure(
    session: Session, actor: Actor, code: str, data: ClosureIn, now: datetime
) -> Moved:
    """Every open deadline that the closure would move, old and new. Saves nothing."""
    court = _court(session, actor, code)
    _require_covered(court, data.on)
    closed = _with(session, court, data)
    return _moved(session, moves(session, court.id, closed, now, day=data.on), closed, now)


def record_closure(
    session: Session, actor: Actor, code: str, data: ClosureIn, now: datetime
) -> m.Closure:
    """Record that the court is closed on a day, and bring every projection up to it.

    Raises:
        Invalid: the day lies outside the court's calendar.
        Conflict: the court is closed that day already.
    """
    court = _locked(session, actor, code)
    _require_covered(court, data.on)
    closed = _with(session, court, data)
    row = m.Closure(
        court_id=court.id,
        closed_on=data.on,
        kind=data.kind,
        name=data.name,
        source=data.source,
        recorded_at=now,
        recorded_by=actor.user_id,
        withdrawal_reason="",
    )
    changed = moves(session, court.id, closed, now, day=data.on).order_ids
    session.add(row)
    _flush(session, data.on)
    _project(session, changed)
    say(session, Act.closure_recorded, actor, now, Where(court_id=court.id))
    return row


def preview_withdrawal(
    session: Session, actor: Actor, code: str, closure_id: UUID, now: datetime
) -> tuple[m.Closure, Moved]:
    """Every open deadline that the withdrawal would move. Saves nothing."""
    court = _court(session, actor, code)
    row = _standing(session, court, closure_id)
    closed = _without(session, court, row.closed_on)
    found = moves(session, court.id, closed, now, day=row.closed_on)
    return row, _moved(session, found, closed, now)


def withdraw_closure(
    session: Session, actor: Actor, code: str, closure_id: UUID, reason: str, now: datetime
) -> m.Closure:
    """Say that a recorded closure does not hold. It stays on the record, with the reason."""
    court = _locked(session, actor, code)
    row = _standing(session, court, closure_id)
    closed = _without(session, court, row.closed_on)
    changed = moves(session, court.id, closed, now, day=row.closed_on).order_ids
    row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason = now, actor.user_id, reason
    session.flush()
    _project(session, changed)
    say(session, Act.closure_withdrawn, actor, now, Where(court_id=court.id))
    return row


def _court(session: Session, actor: Actor, code: str) -> m.Court:
    court = court_of(session, actor, code)
    authorize(actor, Action.closure_record, Place(court.id))
    return court


def _locked(session: Session, actor: Actor, code: str) -> m.Court:
    """The court, held: one who changes its closures at a time, each from those before."""
    court = _court(session, actor, code)
    session.execute(select(m.Court.id).where(m.Court.id == court.id).with_for_update())
    return court


def _require_covered(court: m.Court, on: date) -> None:
    try:
        court_calendar(court.calendar).require(on)
    except CalendarNotCovered as fault:
        raise Invalid(FieldFault("on", fault.message)) from None


def _with(session: Session, court: m.Court, data: ClosureIn) -> Closed:
    known = closed_days(session, court.id)
    if any(on == data.on for on, *_ in known):
        raise _closed_already(data.on)
    if len(known) >= CLOSURES_MAX:
        raise Conflict("A court bears at most {largest} closures.", largest=CLOSURES_MAX)
    return tuple(sorted([*known, (data.on, data.kind, data.name, data.source)]))


def _without(session: Session, court: m.Court, on: date) -> Closed:
    return tuple(each for each in closed_days(session, court.id) if each[0] != on)


def _closed_already(on: date) -> Conflict:
    return Conflict("The court is closed on {on} already.", on=on)


def _flush(session: Session, on: date) -> None:
    try:
        session.flush()
    except IntegrityError:
        raise _closed_already(on) from None


def _standing(session: Session, court: m.Court, closure_id: UUID) -> m.Closure:
    row = session.scalar(
        select(m.Closure).where(m.Closure.id == closure_id, m.Closure.court_id == court.id)
    )
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None:
        raise Conflict("This closure was withdrawn already.")
    return row


def _project(session: Session, order_ids: set[UUID]) -> None:
    for order, events in orders_with_events(session, order_ids):
        project(session, order, events)


def _moved(session: Session, found: Moves, closed: Closed, now: datetime) -> Moved:
    """The changes of the orders whose deadlines move first; counts of all."""
    first = list(dict.fromkeys(order_id for _, order_id, _ in found.moved))[:SHOWN_ORDERS_MAX]
    shown = [
        (order, _changes(session, order, events, closed, now))
        for order, events in orders_with_events(session, first)
    ]
    shown.sort(key=lambda each: first.index(each[0].id))
    return Moved(shown, len(found.moved), found.unmoved)


def _changes(
    session: Session,
    order: m.Order,
    events: Sequence[law.Event],
    closed: Closed,
    now: datetime,
) -> list[Change]:
    before = assess(order_facts(order, court_time(session, order, events)), events, now, now)
    after = assess(
        order_facts(order, court_time(session, order, events, closed=closed)), events, now, now
    )
    both = zip(before.obligations, after.obligations, strict=True)
    return [change for old, new in both if (change := Change(old, new, now)).moves]
