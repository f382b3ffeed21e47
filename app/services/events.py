"""Events: record one, preview one. The record only grows; the projection follows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.domain import events as law
from app.domain.access import Action, Actor, Role
from app.domain.clocks import CourtTime
from app.domain.compliance import ObligationAssessment, assess
from app.domain.record import EVENTS_MAX
from app.errors import Conflict, FieldFault, Invalid, NotAllowed
from app.phrases import Phrase
from app.schemas import event_kinds as wire
from app.services.access import authorize
from app.services.facts import court_time, events_of, order_facts, project
from app.services.orders import order_of, order_place

# What counsel may record themselves; a clerk records every kind.
_COUNSEL_KINDS = frozenset({law.EventKind.objection, law.EventKind.dispute})

# Recorded by an act of their own, never by hand, and so never corrected by hand.
_ACTS = frozenset(
    {
        law.EventKind.production_deposited,
        law.EventKind.exhibit_replaced,
        law.EventKind.exhibit_withdrawn,
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One obligation before and after an event, at the same instant."""

    old: ObligationAssessment
    new: ObligationAssessment

    @property
    def moves(self) -> bool:
        """Whether the last day, the status or the finding is another."""
        return (
            self.old.standing.clock.due_at != self.new.standing.clock.due_at
            or self.old.status != self.new.status
            or self.old.finding != self.new.finding
        )


def record_event(
    session: Session, actor: Actor, order_id: UUID, data: wire.EventBase, now: datetime
) -> m.Event:
    """Append an event to the order's record and bring its projection up to it.

    Raises ``Invalid`` naming the field, ``Conflict`` when another correction came first,
    ``Incomputable`` when the law does not answer; then nothing is recorded.
    """
    order = order_of(session, actor, order_id, lock=True)
    authorize(actor, Action.event_record, order_place(order))
    check_kind(actor, order, _kind(data))
    past = events_of(session, order.id)
    candidate = _candidate(order, past, data, now)
    return append(session, actor, order, past, candidate, data)


def preview_event(
    session: Session, actor: Actor, order_id: UUID, data: wire.EventBase, now: datetime
) -> list[Change]:
    """What the event would move, obligation by obligation, as of ``now``. Saves nothing."""
    order = order_of(session, actor, order_id)
    authorize(actor, Action.event_preview, order_place(order))
    check_kind(actor, order, _kind(data))
    past = events_of(session, order.id)
    candidate = _candidate(order, past, data, now)
    facts = order_facts(order)
    before = assess(facts, past, now, now)
    after = assess(facts, [*past, candidate], now, now)
    return [
        Change(old, new) for old, new in zip(before.obligations, after.obligations, strict=True)
    ]


def append(
    session: Session,
    actor: Actor,
    order: m.Order,
    past: Sequence[law.Event],
    event: law.Event,
    data: wire.EventBase,
) -> m.Event:
    """Write an event that was found fit, and the projection that follows from it."""
    order.events_count = event.seq
    row = m.Event(
        id=event.id,
        order_id=order.id,
        seq=event.seq,
        kind=event.kind,
        effective_at=event.effective_at,
        recorded_at=event.recorded_at,
        recorded_by=actor.user_id,
        obligor_id=event.obligor_id,
        category_ids=[str(c) for c in data.category_ids],
        corrects=event.corrects,
        reason=data.reason,
        payload=data.payload(),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("This was recorded at the same moment by somebody else.") from None
    project(session, order, [*past, event])
    return row


def new_event(
    order: m.Order, past: Sequence[law.Event], data: wire.EventBase, now: datetime
) -> law.Event:
    """The law's form of an event about to be recorded."""
    return law.Event(
        id=uuid4(),
        seq=len(past) + 1,
        kind=_kind(data),
        effective_at=_effective_at(data, court_time(order)),
        recorded_at=now,
        details=data.details(),
        obligor_id=data.obligor_id,
        category_ids=frozenset(data.category_ids),
        corrects=data.corrects,
    )


def _kind(data: wire.EventBase) -> law.EventKind:
    return law.EventKind(getattr(data, "kind"))  # noqa: B009  the union's discriminator


def _effective_at(data: wire.EventBase, court: CourtTime) -> datetime:
    if data.effective_at is not None:
        return data.effective_at.astimezone(UTC)
    assert data.effective_on is not None  # noqa: S101  the schema says so
    return court.midnight(data.effective_on).astimezone(UTC)


def check_kind(actor: Actor, order: m.Order, kind: law.EventKind) -> None:
    """Refuse a kind that is not the actor's to record: a clerk's are all, counsel's are two."""
    clerk = any(g.role is Role.clerk and g.court_id == order.court_id for g in actor.grants)
    if not clerk and kind not in _COUNSEL_KINDS:
        raise NotAllowed("Only a clerk of the court records this kind of event.")


def _candidate(
    order: m.Order, past: Sequence[law.Event], data: wire.EventBase, now: datetime
) -> law.Event:
    if len(past) >= EVENTS_MAX:
        raise Conflict("An order bears at most {largest} events.", largest=EVENTS_MAX)
    event = new_event(order, past, data, now)
    court = court_time(order)
    stands = law.standing_record(past)
    faults = [
        *_scope_faults(order, data),
        *_time_faults(event, data, court),
        *_correction_faults(event, past),
        *_kind_faults(event, [e for e in stands if e.id != event.corrects], court),
    ]
    if faults:
        raise Invalid.all(faults)
    return event


def _fault(field: str, message: str, /, **values: object) -> FieldFault:
    return FieldFault(field, Phrase(message, values))


def _scope_faults(order: m.Order, data: wire.EventBase) -> Iterable[FieldFault]:
    obligors = {o.obligor_id for c in order.categories for o in c.obligations}
    if data.obligor_id is not None and data.obligor_id not in obligors:
        yield _fault("obligor_id", "This party owes nothing under this order.")
    known = {c.id for c in order.categories}
    for i, category_id in enumerate(data.category_ids):
        if category_id not in known:
            yield _fault(f"category_ids.{i}", "This category is not in this order.")


def _time_faults(event: law.Event, data: wire.EventBase, court: CourtTime) -> Iterable[FieldFault]:
    field = "effective_at" if data.effective_at is not None else "effective_on"
    if event.effective_at < court.midnight(court.made_on):
        yield _fault(
            field, "This is before the order, which was made on {made_on}.", made_on=court.made_on
        )
    if not date(1900, 1, 1) <= court.day(event.effective_at) <= date(2200, 1, 1):
        yield _fault(field, "This date is out of any reasonable range.")


def _correction_faults(event: law.Event, past: Sequence[law.Event]) -> Iterable[FieldFault]:
    if event.corrects is None:
        return
    named = next((e for e in past if e.id == event.corrects), None)
    if named is None:
        yield _fault("corrects", "There is no such event on this order.")
    elif named.kind in _ACTS:
        yield _fault("corrects", "A deposit is undone by its own act, not by a correction.")
    elif any(e.corrects == named.id for e in past):
        yield _fault("corrects", "This event was corrected already.")
    elif event.kind not in (named.kind, law.EventKind.correction):
        yield _fault("corrects", "A correction replaces an event by one of the same kind.")


def _kind_faults(
    event: law.Event, stands: Sequence[law.Event], court: CourtTime
) -> Iterable[FieldFault]:
    match event.details:
        case law.Service(further=False):
            yield from _service_faults(event, stands, court)
        case law.Stay(until_on=date() as until_on) if until_on <= court.day(event.effective_at):
            yield _fault("until_on", "This stay ends before it starts.")
        case law.StayLifted() as lifted:
            yield from _lifted_faults(event, lifted, stands)
        case law.Outage(until_at=until_at) if until_at <= event.effective_at:
            yield _fault("until_at", "This outage ends before it starts.")
        case law.Ruling(objection_id=UUID() as objection_id) if not any(
            e.id == objection_id and e.kind is law.EventKind.objection for e in stands
        ):
            yield _fault("objection_id", "There is no such objection on this order.")


def _service_faults(
    event: law.Event, stands: Sequence[law.Event], court: CourtTime
) -> Iterable[FieldFault]:
    assert event.obligor_id is not None  # noqa: S101  the schema says so
    first = law.first_service(stands, event.obligor_id)
    if first is not None:
        yield _fault(
            "kind",
            "Service on this party is recorded already, on {on}: the first regular service "
            "counts. Record a further service, or correct the first.",
            on=court.day(first.effective_at),
        )
    method = event.details.method if isinstance(event.details, law.Service) else None
    known = court.pack.service_methods
    if method is not None and method not in known:
        yield _fault(
            "method",
            "The rules of this order know no service by {method}; they know: {methods}.",
            method=method,
            methods=", ".join(sorted(known)) or "-",
        )


def _lifted_faults(
    event: law.Event, lifted: law.StayLifted, stands: Sequence[law.Event]
) -> Iterable[FieldFault]:
    stay = next(
        (e for e in stands if e.id == lifted.stay_id and e.kind is law.EventKind.stay), None
    )
    if stay is None:
        yield _fault("stay_id", "There is no such stay on this order.")
    elif event.effective_at <= stay.effective_at:
        yield _fault("effective_on", "This stay ends before it starts.")
    elif any(
        isinstance(e.details, law.StayLifted) and e.details.stay_id == stay.id for e in stands
    ):
        yield _fault("stay_id", "This stay was lifted already.")


def event_rows(
    session: Session, actor: Actor, order_id: UUID, *, limit: int, after_seq: int = 0
) -> Sequence[m.Event]:
    """The order's events as recorded, in order, for whoever sees the order."""
    order_of(session, actor, order_id)
    return session.scalars(
        select(m.Event)
        .where(m.Event.order_id == order_id, m.Event.seq > after_seq)
        .order_by(m.Event.seq)
        .limit(limit)
    ).all()
