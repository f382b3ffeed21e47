"""Which last days a court's closures move, over all of its orders, without loading them all.

Most obligations have a clock that is a trigger and a period, nothing else: their last day
is found anew from two columns (``last_day_finder``). The few that bear extensions, stays,
milestones and the like are computed in full, from their events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain import events as law
from app.domain.lastday import LastDay, last_day_finder
from app.domain.periods import Unit
from app.domain.standings import standings
from app.domain.terms import Within, term_from_json
from app.services.facts import LAW, events_of_each, order_facts
from app.services.lawbook import Closed, calendar_of, court_time, pack_of, with_closed

BATCH = 200

DOCKETS = (selectinload(m.Order.matter).selectinload(m.Matter.docket_numbers),)
"""What of an order must be loaded before it can be told apart in a list of what moves."""

S = m.StandingRow

# What makes a clock more than a trigger and a period.
_MORE = frozenset(
    {
        law.EventKind.extension,
        law.EventKind.stay,
        law.EventKind.stay_lifted,
        law.EventKind.modification,
        law.EventKind.law_change,
        law.EventKind.correction,
    }
)


class _Row(NamedTuple):
    """A standing as far as its last day goes."""

    order_id: UUID
    obligation_id: UUID
    valid_from: datetime
    valid_until: datetime | None
    open: bool
    near: bool
    milestones: bool
    trigger_on: date | None
    due_on: date | None
    rule_pack: str
    rule_pack_version: str
    calendar: str
    calendar_version: str
    time_zone: str
    term: str


@dataclass(slots=True)
class Moves:
    """What moves: the orders to project anew, and the open deadlines, moved and not."""

    order_ids: set[UUID] = field(default_factory=set)
    moved: list[tuple[date, UUID, UUID]] = field(default_factory=list)
    """Of each open obligation with a deadline that moves, its own or a milestone's: the first
    old last day, its order, itself."""
    unmoved: int = 0

    def note(
        self, row: _Row, new_on: date | None, now: datetime, milestones: Iterable[date | None] = ()
    ) -> None:
        """Count one standing whose last day was found anew.

        ``milestones``: the old last days of those that move. The projection holds none.
        """
        holds = row.valid_from <= now and (row.valid_until is None or now < row.valid_until)
        moving = [*milestones]
        if new_on != row.due_on:
            self.order_ids.add(row.order_id)
            moving.append(row.due_on)
        if row.open and holds:
            if moving:
                first = min((on for on in moving if on is not None), default=date.max)
                self.moved.append((first, row.order_id, row.obligation_id))
            else:
                self.unmoved += row.near


def moves(
    session: Session, court_id: UUID, closed: Closed, now: datetime, *, day: date | None
) -> Moves:
    """What moves when the court's closures are ``closed`` instead of those on record.

    Args:
        day: the one day that differs, which narrows what can move; None: recompute all.
    """
    near = and_(S.due_on.is_not(None), _touches(day))
    touched = and_(S.court_id == court_id, near)
    more = _more_than_a_period(session, court_id, touched if day else None)
    book = _Book(session, closed)
    found = Moves()
    slow: dict[UUID, list[_Row]] = {}
    for row in _rows(session, court_id, near):
        if row.milestones or row.order_id in more or not book.simple(row):
            slow.setdefault(row.order_id, []).append(row)
        else:
            found.note(row, book.last_day(row), now)
    for order, events in orders_with_events(session, slow):
        rows = slow[order.id]
        new = _in_full(session, order, events, closed)
        old = _in_full(session, order, events) if any(row.milestones for row in rows) else new
        for row in rows:
            key = row.obligation_id, row.valid_from
            both = zip(old[key][1:], new[key][1:], strict=True)
            found.note(row, new[key][0], now, [was for was, then in both if was != then])
    found.moved.sort()
    return found


def _touches(day: date | None) -> ColumnElement[bool]:
    """Whether a closure on ``day`` lies between the trigger and the last day, either way."""
    if day is None:
        return S.due_on.is_not(None)
    start = func.coalesce(S.trigger_on, S.raw_on)
    return or_(
        and_(start <= day, S.due_on >= day),
        and_(start >= day, S.due_on <= day),
        and_(S.raw_on <= day, S.due_on >= day),
    )


def _more_than_a_period(
    session: Session, court_id: UUID, touched: ColumnElement[bool] | None
) -> set[UUID]:
    """The orders with an event that makes a clock more than its trigger and its period.

    ``touched`` narrows them to the orders of some standings; None: all of the court.
    """
    query = (
        select(
            m.Event.order_id,
            m.Event.kind,
            m.Event.payload["method"].as_string(),
            m.Order.rule_pack,
            m.Order.rule_pack_version,
        )
        .join(m.Order, m.Order.id == m.Event.order_id)
        .where(
            m.Order.court_id == court_id,
            m.Event.kind.in_([*_MORE, law.EventKind.service]),
        )
    )
    if touched is not None:
        query = query.where(m.Event.order_id.in_(select(S.order_id).where(touched)))
    plain = cache(partial(_adds_nothing, session))
    return {
        order_id
        for order_id, kind, method, pack, version in session.connection().execute(query)
        if kind in _MORE or (method is not None and not plain(pack, version, method))
    }


def _adds_nothing(session: Session, pack_id: str, version: str, method: str) -> bool:
    pack = pack_of(session, pack_id, version)
    added = pack.service.get(method)
    return method not in pack.deemed_service and added is not None and not added.value.days


def _rows(session: Session, court_id: UUID, near: ColumnElement[bool]) -> Iterator[_Row]:
    """The standings that may move: by their own last day, or by a milestone, wherever it lies."""
    still = and_(S.completed_at.is_(None), S.ended.is_(False))
    milestones = m.Category.id.in_(select(m.Milestone.category_id))
    query = (
        select(
            S.order_id, S.obligation_id, S.valid_from, S.valid_until, still, near, milestones,
            S.trigger_on, S.due_on,
            m.Order.rule_pack, m.Order.rule_pack_version, m.Order.calendar,
            m.Order.calendar_version, m.Order.time_zone, cast(m.Category.term, Text),
        )
        .join(m.Order, m.Order.id == S.order_id)
        .join(m.Obligation, m.Obligation.id == S.obligation_id)
        .join(m.Category, m.Category.id == m.Obligation.category_id)
        .where(S.court_id == court_id, or_(near, milestones))
        .execution_options(yield_per=5_000)
    )  # fmt: skip
    for row in session.connection().execute(query):
        yield _Row._make(row)


class _Book:
    """Finders of last days under the new closures: one for each law and term, made once."""

    def __init__(self, session: Session, closed: Closed) -> None:
        self.session = session
        self.closed = closed
        self._finders: dict[tuple[str, ...], LastDay | None] = {}

    def simple(self, row: _Row) -> bool:
        """Whether the last day follows from the day of the trigger alone."""
        return row.trigger_on is not None and self._finder(row) is not None

    def last_day(self, row: _Row) -> date:
        """The last day of a simple row."""
        find = self._finder(row)
        assert find is not None  # noqa: S101  simple() was asked
        assert row.trigger_on is not None  # noqa: S101
        return find(row.trigger_on)

    def _finder(self, row: _Row) -> LastDay | None:
        key = row[9:]
        if key not in self._finders:
            self._finders[key] = self._make(row)
        return self._finders[key]

    def _make(self, row: _Row) -> LastDay | None:
        term = term_from_json(json.loads(row.term))
        if not isinstance(term, Within) or any(p.unit is Unit.hour for p in term.periods):
            return None
        pack = pack_of(self.session, row.rule_pack, row.rule_pack_version)
        calendar = with_closed(
            calendar_of(self.session, row.calendar, row.calendar_version), self.closed
        )
        return last_day_finder(term, pack, calendar, ZoneInfo(row.time_zone))


def orders_with_events(
    session: Session, order_ids: Iterable[UUID]
) -> Iterator[tuple[m.Order, list[law.Event]]]:
    """The orders, each with its events, loaded by the batch and forgotten after it."""
    wanted = sorted(order_ids)
    for start in range(0, len(wanted), BATCH):
        ids = wanted[start : start + BATCH]
        query = select(m.Order).where(m.Order.id.in_(ids)).options(*LAW, *DOCKETS)
        events = events_of_each(session, ids)
        for order in session.scalars(query):
            yield order, events[order.id]


def _in_full(
    session: Session,
    order: m.Order,
    events: Sequence[law.Event],
    closed: Closed | None = None,
) -> dict[tuple[UUID, datetime], list[date | None]]:
    """Each standing's last day, then its milestones', computed from the order's events.

    ``closed``: under these closures; None: under those on record.
    """
    court = court_time(session, order, events, closed=closed)
    record = law.standing_record(events)
    return {
        (obligation.id, standing.valid_from): [
            standing.clock.due_on,
            *(one.clock.due_on for one in standing.milestones),
        ]
        for obligation in order_facts(order, court).obligations
        for standing in standings(obligation, court, record)
    }
