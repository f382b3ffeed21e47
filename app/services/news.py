"""What changed since the reader last opened the list: a handful of lines, each of an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, not_, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.events import EventKind
from app.domain.visits import seen_until
from app.services.access import visible

S = m.StandingRow

LINES_MAX = 6
_ROWS_MAX = 200
NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of news: an event (``kind``, ``by``), or, without them, time that lapsed."""

    order_id: UUID
    name: str
    time_zone: str
    at: datetime
    kind: EventKind | None = None
    by: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class News:
    """What is new ``since``; ``more`` where not every line is shown."""

    since: datetime
    lines: list[Line]
    more: bool


def news(
    session: Session, actor: Actor, now: datetime, zone: ZoneInfo, *, mine: bool
) -> News | None:
    """What is news to the actor; None at their very first visit."""
    visit = session.get(m.ListVisit, actor.user_id)
    if visit is None:
        return None
    since = seen_until(visit.seen_at, visit.opened_at, now, zone)
    lapsed, events = (
        _lapsed(session, actor, since, now, mine),
        _events(session, actor, since, now, mine),
    )
    half = LINES_MAX // 2
    room = max(half, LINES_MAX - len(events))
    lines = lapsed[:room]
    lines += events[: LINES_MAX - len(lines)]
    return News(since, lines, more=len(lapsed) + len(events) > len(lines))


def _mine(query: Select[Any], order_id: Any, actor: Actor, mine: bool) -> Select[Any]:
    if not mine:
        return query
    held = select(m.Charge.order_id).where(
        m.Charge.clerk_id == actor.user_id, m.Charge.ended_at.is_(None)
    )
    return query.where(order_id.in_(held))


def _name() -> Any:
    first = select(m.DocketNumber.number).where(
        m.DocketNumber.matter_id == m.Order.matter_id, m.DocketNumber.position == 0
    )
    return first.correlate(m.Order).scalar_subquery()


def _lapsed(
    session: Session, actor: Actor, since: datetime, now: datetime, mine: bool
) -> list[Line]:
    """Last moments that passed with something still owed: nobody touched anything."""
    query = visible(
        select(S.sort_at, m.Order.id, m.Order.title, m.Order.time_zone, _name()), S, actor
    ).join(m.Order, m.Order.id == S.order_id)
    query = query.where(
        S.valid_until.is_(None), not_(S.ended), S.completed_at.is_(None), not_(S.stayed),
        not_(S.awaiting), S.sort_at > since, S.sort_at <= now,
    )  # fmt: skip
    found: dict[tuple[UUID, datetime], Line] = {}
    rows = _mine(query, S.order_id, actor, mine).order_by(S.sort_at.desc()).limit(_ROWS_MAX)
    for at, order_id, title, time_zone, docket in session.execute(rows):
        earlier = found.get((order_id, at))
        found[order_id, at] = Line(
            order_id, docket or title, time_zone, at, count=earlier.count + 1 if earlier else 1
        )
    return list(found.values())


def _events(
    session: Session, actor: Actor, since: datetime, now: datetime, mine: bool
) -> list[Line]:
    """What others recorded, deposits among it."""
    query = visible(
        select(
            m.Order.id, m.Order.title, m.Order.time_zone, _name(),
            m.Event.recorded_at, m.Event.kind, m.User.name,
        ),
        m.Order,
        actor,
    )  # fmt: skip
    query = (
        query.join_from(m.Event, m.Order, m.Order.id == m.Event.order_id)
        .join(m.User, m.User.id == m.Event.recorded_by)
        .where(
            m.Event.recorded_at > since,
            m.Event.recorded_at <= now,
            m.Event.recorded_by != actor.user_id,
        )
    )
    rows = _mine(query, m.Order.id, actor, mine).order_by(m.Event.recorded_at.desc())
    return [
        Line(order_id, docket or title, time_zone, at, kind, by)
        for order_id, title, time_zone, docket, at, kind, by in session.execute(
            rows.limit(LINES_MAX + 1)
        )
    ]


def due_for_note(session: Session, actor: Actor, now: datetime) -> bool:
    """Whether this look at the list is to be noted."""
    visit = session.get(m.ListVisit, actor.user_id)
    return visit is None or now - visit.opened_at >= NOTED_EVERY


def note_opened(session: Session, user_id: UUID, now: datetime, zone: ZoneInfo) -> None:
    """Note that the reader opened the list; the first look of a later day moves what is news."""
    visit = session.get(m.ListVisit, user_id)
    if visit is None:
        session.add(m.ListVisit(user_id=user_id, seen_at=now, opened_at=now))
    elif now > visit.opened_at:
        visit.seen_at = seen_until(visit.seen_at, visit.opened_at, now, zone)
        visit.opened_at = now
    session.flush()


def mark_seen(session: Session, actor: Actor, until: datetime, now: datetime) -> None:
    """The reader saw the news shown ``until`` then; what came since stays news."""
    until = min(until, now)
    visit = session.get(m.ListVisit, actor.user_id)
    if visit is None:
        session.add(m.ListVisit(user_id=actor.user_id, seen_at=until, opened_at=now))
    else:
        visit.seen_at = max(visit.seen_at, until)
        visit.opened_at = max(visit.opened_at, until)
    session.flush()
