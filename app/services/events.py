"""Events: record one, preview one. The record only grows; the projection follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.domain import events as law
from app.domain.access import Action, Actor, Role
from app.domain.acts import Act
from app.domain.compliance import ObligationAssessment, Reason, assess
from app.domain.milestones import MilestoneAssessment
from app.domain.record import EVENTS_MAX
from app.errors import Conflict, Invalid, NotAllowed
from app.schemas import event_kinds as wire
from app.services.access import authorize
from app.services.event_files import NO_FILES, Attached, attach
from app.services.facts import events_of, order_facts, project
from app.services.fitness import unfit
from app.services.lawbook import court_time, current_law, remember
from app.services.log import say
from app.services.orders import order_of, order_place, order_where

# What counsel may record themselves; a clerk records every kind.
_COUNSEL_KINDS = frozenset({law.EventKind.objection, law.EventKind.dispute})


@dataclass(frozen=True, slots=True)
class Change:
    """One obligation before and after an event, at the same instant."""

    old: ObligationAssessment
    new: ObligationAssessment
    as_of: datetime

    @property
    def moves(self) -> bool:
        """Whether the last day, the status, the finding, a milestone or the penalty is another."""
        return (
            self.old.standing.clock.due_at != self.new.standing.clock.due_at
            or self.old.status != self.new.status
            or self.old.finding != self.new.finding
            or any(self.milestones)
            or self.moves_penalty
        )

    @property
    def moves_penalty(self) -> bool:
        """Whether the theoretical accrual, or the days that it counts, would be another."""
        old, new = self.old.penalty, self.new.penalty
        if old is None or new is None:
            return old is not new
        return (old.theoretical_accrual, old.currency, old.counted_days) != (
            new.theoretical_accrual, new.currency, new.counted_days
        )  # fmt: skip

    @property
    def warnings(self) -> list[Reason]:
        """What would have to be said that was not said before."""
        return [w for w in self.new.warnings if w not in self.old.warnings]

    @property
    def milestones(self) -> list[tuple[MilestoneAssessment, MilestoneAssessment]]:
        """The milestones whose last day or state is another, before and after."""
        both = zip(self.old.milestones, self.new.milestones, strict=True)
        return [
            (old, new)
            for old, new in both
            if (old.clock.due_at, old.state) != (new.clock.due_at, new.state)
        ]


def record_event(
    session: Session,
    actor: Actor,
    order_id: UUID,
    data: wire.EventBase,
    now: datetime,
    attached: Attached = NO_FILES,
) -> m.Event:
    """Append an event to the order's record, with its files, and bring its projection up to it.

    Raises ``Invalid`` naming the field, ``Conflict`` when another correction came first,
    ``Incomputable`` when the law does not answer, ``MatterFull`` when the files find no room;
    then nothing is recorded.
    """
    order = order_of(session, actor, order_id, lock=True)
    authorize(actor, Action.event_record, order_place(order))
    check_kind(actor, order, _kind(data))
    _check_own(session, actor, order, data)
    past = events_of(session, order.id)
    data = _scoped(order, data)
    candidate = _candidate(session, order, past, data, now)
    if isinstance(candidate.details, law.LawChange):
        remember(session, *current_law(order), now)
    row = append(session, actor, order, past, candidate, data)
    attach(session, order, row, attached, now)
    say(session, Act.event_recorded, actor, now, order_where(order))
    return row


def preview_event(
    session: Session, actor: Actor, order_id: UUID, data: wire.EventBase, now: datetime
) -> list[Change]:
    """What the event would move, obligation by obligation. Saves nothing.

    As of ``now``; as of its effect, and that of what it corrects, where that lies ahead.
    """
    order = order_of(session, actor, order_id)
    authorize(actor, Action.event_preview, order_place(order))
    check_kind(actor, order, _kind(data))
    _check_own(session, actor, order, data)
    past = events_of(session, order.id)
    candidate = _candidate(session, order, past, _scoped(order, data), now)
    facts = order_facts(order, court_time(session, order, [*past, candidate]))
    named = [e.effective_at for e in past if e.id == candidate.corrects]
    as_of = max(now, candidate.effective_at, *named)
    before = assess(facts, past, as_of, now)
    after = assess(facts, [*past, candidate], as_of, now)
    both = zip(before.obligations, after.obligations, strict=True)
    return [Change(old, new, as_of) for old, new in both]


def append(
    session: Session,
    actor: Actor,
    order: m.Order,
    past: Sequence[law.Event],
    event: law.Event,
    data: wire.EventBase,
) -> m.Event:
    """Write an event that was found fit, and the projection that follows from it.

    The verb that calls says which act it was.
    """
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
        effective_at=_effective_at(data, ZoneInfo(order.time_zone)),
        recorded_at=now,
        details=data.details(),
        obligor_id=data.obligor_id,
        category_ids=frozenset(data.category_ids),
        corrects=data.corrects,
    )


def _kind(data: wire.EventBase) -> law.EventKind:
    return law.EventKind(getattr(data, "kind"))  # noqa: B009  the union's discriminator


def _effective_at(data: wire.EventBase, zone: ZoneInfo) -> datetime:
    if data.effective_at is not None:
        return data.effective_at.astimezone(UTC)
    assert data.effective_on is not None  # noqa: S101  the schema says so
    return datetime.combine(data.effective_on, time.min, zone).astimezone(UTC)


def check_kind(actor: Actor, order: m.Order, kind: law.EventKind) -> None:
    """Refuse a kind that is not the actor's to record: a clerk's are all, counsel's are two."""
    if not _is_clerk(actor, order) and kind not in _COUNSEL_KINDS:
        raise NotAllowed("Only a clerk of the court records this kind of event.")


def _is_clerk(actor: Actor, order: m.Order) -> bool:
    return any(g.role is Role.clerk and g.court_id == order.court_id for g in actor.grants)


def _check_own(session: Session, actor: Actor, order: m.Order, data: wire.EventBase) -> None:
    """Counsel corrects what they recorded themselves, nobody else's word."""
    if data.corrects is None or _is_clerk(actor, order):
        return
    by = select(m.Event.recorded_by).where(
        m.Event.order_id == order.id, m.Event.id == data.corrects
    )
    if session.scalar(by) not in (None, actor.user_id):
        raise NotAllowed("Your role does not allow this here.")


def _scoped(order: m.Order, data: wire.EventBase) -> wire.EventBase:
    """An event that names a milestone is one on its category, said or not."""
    named = getattr(data, "milestone_id", None)
    own = [c.id for c in order.categories if named in {x.id for x in c.milestones}]
    return data if data.category_ids else data.model_copy(update={"category_ids": own})


def _candidate(
    session: Session, order: m.Order, past: Sequence[law.Event], data: wire.EventBase, now: datetime
) -> law.Event:
    if len(past) >= EVENTS_MAX:
        raise Conflict("An order bears at most {largest} events.", largest=EVENTS_MAX)
    event = new_event(order, past, data, now)
    court = court_time(session, order, past).under(law.standing_record(past))
    faults = list(unfit(order, event, data, past, court))
    if faults:
        raise Invalid.all(faults)
    return event


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
