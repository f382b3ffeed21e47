"""New versions of the rules or a calendar: what they would move, and a clerk's decision.

An order keeps the versions pinned at registration. When the service comes with others that
say something else, each order waits for a clerk, who applies or ignores them by an event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session

from app import models as m
from app.calendars import court_calendar
from app.domain import events as law
from app.domain.access import Action, Actor, Place
from app.domain.compliance import assess
from app.rulepacks import rule_pack
from app.schemas.closures import LawDecisionIn
from app.schemas.event_kinds import LawChangeIn
from app.services.access import authorize, visible
from app.services.courts import court_of
from app.services.events import Change, record_event
from app.services.facts import LAW, events_of, order_facts
from app.services.lawbook import (
    Law,
    court_time,
    current_law,
    same_law,
    versions_in_force,
    versions_of,
)
from app.services.moves import DOCKETS
from app.services.orders import order_of, order_place

SCANNED_MAX = 2_000

Decision = Literal["apply", "ignore"]


@dataclass(frozen=True, slots=True)
class OrderLaw:
    """By which versions an order is computed, those at hand, and what they would move."""

    order: m.Order
    in_force: tuple[str, str]
    at_hand: tuple[str, str]
    differs: bool
    decided: Decision | None
    changes: list[Change]


def order_law(session: Session, actor: Actor, order_id: UUID, now: datetime) -> OrderLaw:
    """The law of one order, beside that at hand."""
    order = order_of(session, actor, order_id)
    authorize(actor, Action.order_read, order_place(order))
    return _law_of(session, order, now)


def waiting(
    session: Session, actor: Actor, code: str, now: datetime, *, limit: int, after: UUID | None
) -> list[OrderLaw]:
    """The court's orders whose law at hand says something else, and on which nobody decided.

    At most ``limit``, and no more than 2,000 orders are looked at for one page.
    """
    court = court_of(session, actor, code)
    authorize(actor, Action.event_record, Place(court.id))
    found: list[OrderLaw] = []
    for order in _candidates(session, actor, court, after):
        told = _law_of(session, order, now)
        if told.differs and told.decided is None:
            found.append(told)
        if len(found) == limit:
            break
    return found


def decide(
    session: Session, actor: Actor, code: str, data: LawDecisionIn, now: datetime
) -> list[UUID]:
    """Apply or ignore the versions at hand on each order named: one event on each, or none.

    Raises what recording an event does; then nothing is recorded.
    """
    court = court_of(session, actor, code)
    authorize(actor, Action.event_record, Place(court.id))
    on = now.astimezone(ZoneInfo(court.time_zone)).date()
    for order_id in dict.fromkeys(data.order_ids):
        pack_version, calendar_version = versions_of(
            current_law(order_of(session, actor, order_id))
        )
        event = LawChangeIn(
            kind="law_change",
            decision=data.decision,
            rule_pack_version=pack_version,
            calendar_version=calendar_version,
            effective_on=on,
            reason=data.reason,
        )
        record_event(session, actor, order_id, event, now)
    return list(dict.fromkeys(data.order_ids))


def _candidates(
    session: Session, actor: Actor, court: m.Court, after: UUID | None
) -> Sequence[m.Order]:
    """Orders that may wait, by identifier: pinned to versions that differ from those at hand.

    Those decided on are left out here, so that however many there are hide none that waits. One
    with a correction is looked at in any case: the decision may be what was corrected.
    """
    kinds = (
        m.Order.rule_pack,
        m.Order.rule_pack_version,
        m.Order.calendar,
        m.Order.calendar_version,
    )
    pinned = session.execute(select(*kinds).where(m.Order.court_id == court.id).distinct())
    stale = [tuple(each) for each in pinned if not same_law(session, *each)]
    if not stale:
        return ()
    query = visible(select(m.Order), m.Order, actor).where(
        m.Order.court_id == court.id,
        tuple_(*kinds).in_(stale),
        or_(~_has(_decision_at_hand(stale)), _has(m.Event.kind == law.EventKind.correction)),
    )
    if after is not None:
        query = query.where(m.Order.id > after)
    return session.scalars(
        query.options(*LAW, *DOCKETS).order_by(m.Order.id).limit(SCANNED_MAX)
    ).all()


def _has(event: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the order has such an event."""
    return exists().where(m.Event.order_id == m.Order.id, event)


def _decision_at_hand(pinned: Sequence[tuple[str, ...]]) -> ColumnElement[bool]:
    """A decision on the versions at hand of its order, which is pinned to one of ``pinned``."""
    said = (
        m.Event.payload["rule_pack_version"].as_string(),
        m.Event.payload["calendar_version"].as_string(),
    )
    by_law = [
        and_(
            m.Order.rule_pack == pack,
            m.Order.calendar == calendar,
            tuple_(*said) == versions_of((rule_pack(pack), court_calendar(calendar))),
        )
        for pack, calendar in sorted({(each[0], each[2]) for each in pinned})
    ]
    return and_(m.Event.kind == law.EventKind.law_change, or_(*by_law))


def _law_of(session: Session, order: m.Order, now: datetime) -> OrderLaw:
    events = events_of(session, order.id)
    in_force, at_hand = versions_in_force(order, events), versions_of(current_law(order))
    differs = in_force != at_hand and not same_law(
        session, order.rule_pack, in_force[0], order.calendar, in_force[1]
    )
    return OrderLaw(
        order=order,
        in_force=in_force,
        at_hand=at_hand,
        differs=differs,
        decided=_decided(events, at_hand),
        changes=_changes(session, order, events, current_law(order), now) if differs else [],
    )


def _decided(events: Sequence[law.Event], versions: tuple[str, str]) -> Decision | None:
    """What was decided last on those versions, if anything."""
    found: Decision | None = None
    for event in law.standing_record(events):
        if isinstance(event.details, law.LawChange) and event.details.versions == versions:
            found = "apply" if event.details.applied else "ignore"
    return found


def _changes(
    session: Session, order: m.Order, events: Sequence[law.Event], at_hand: Law, now: datetime
) -> list[Change]:
    """Each obligation as of now, as it is computed and as the law at hand would have it."""
    applied = law.Event(
        id=uuid4(),
        seq=len(events) + 1,
        kind=law.EventKind.law_change,
        effective_at=now,
        recorded_at=now,
        details=law.LawChange(*versions_of(at_hand)),
    )
    after = [*events, applied]
    court = court_time(session, order, after)
    facts = order_facts(order, court)
    old, new = assess(facts, events, now, now), assess(facts, after, now, now)
    return [
        Change(one, other, now) for one, other in zip(old.obligations, new.obligations, strict=True)
    ]
