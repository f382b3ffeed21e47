"""What happened on somebody's matters: events recorded, deadlines that lapse soon or lapsed.

Nothing is kept for it: it is read from the record each time, by who sees what now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, not_, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.events import EventKind
from app.domain.notices import SOON, Happening, Line
from app.services.access import visible

LINES_MAX = 100
_S = m.StandingRow
Statement = Select[*tuple[Any, ...]]
_AHEAD = {Happening.lapsed: timedelta(0), Happening.soon: SOON}
"""How long before a deadline's last moment each is told."""


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked: after ``since`` up to ``until``, in which courts (None: in all).

    ``others_alone`` leaves out what the reader recorded.
    """

    since: datetime
    until: datetime
    court_ids: Collection[UUID] | None = None
    others_alone: bool = False

    def of(self, query: Statement, at: Any, court: Any, by: Any = None) -> Statement:
        """The query narrowed to the span by its columns of instant, court and author."""
        query = query.where(at > self.since, at <= self.until)
        if self.court_ids is not None:
            query = query.where(court.in_(self.court_ids))
        return query if by is None else query.where(by)


def happened(session: Session, actor: Actor, span: Span, *, limit: int = LINES_MAX) -> list[Line]:
    """What happened within the span, newest first; at most ``limit`` lines.

    A deadline is told of twice: ``SOON`` before its last moment, and when that is over.
    """
    if not actor.may_ever(Action.order_read):
        return []
    lines = [
        *_events(session, actor, span, limit),
        *_observations(session, actor, span, limit),
        *(line for turn in _AHEAD for line in _deadlines(session, actor, span, turn, limit)),
    ]
    lines.sort(key=lambda line: (line.at, line.key), reverse=True)
    return _with_dockets(session, lines[:limit])


def _events(session: Session, actor: Actor, span: Span, limit: int) -> Iterable[Line]:
    query = visible(
        select(
            m.Event.id,
            m.Event.kind,
            m.Event.seq,
            m.Event.recorded_at,
            m.Event.effective_at,
            m.Event.recorded_by,
            m.Event.order_id,
            m.Order.matter_id,
            m.Order.title,
            m.Order.time_zone,
            m.Event.payload["production_id"].as_string().label("production"),
        ).join(m.Order, m.Order.id == m.Event.order_id),
        m.Order,
        actor,
    )
    others = m.Event.recorded_by != actor.user_id if span.others_alone else None
    query = span.of(query, m.Event.recorded_at, m.Order.court_id, others)
    newest = (m.Event.recorded_at.desc(), m.Event.id.desc())
    for row in session.execute(query.order_by(*newest).limit(limit)):
        deposit = row.kind is EventKind.production_deposited
        yield Line(
            at=row.recorded_at,
            what=row.kind,
            order_id=row.order_id,
            docket=str(row.matter_id),
            title=row.title,
            zone=row.time_zone,
            key=str(row.id),
            seq=row.seq,
            effective_on=row.effective_at.astimezone(ZoneInfo(row.time_zone)).date(),
            production_id=UUID(row.production) if deposit and row.production else None,
            own=row.recorded_by == actor.user_id,
        )


def _observations(session: Session, actor: Actor, span: Span, limit: int) -> Iterable[Line]:
    """What counsel observed; on a restricted exhibit, for whoever sees it."""
    query = visible(
        select(
            m.Observation.id,
            m.Observation.made_at,
            m.Observation.made_by,
            m.Observation.order_id,
            m.Order.matter_id,
            m.Order.title,
            m.Order.time_zone,
        ),
        m.Observation,
        actor,
    ).join(m.Order, m.Order.id == m.Observation.order_id)
    others = m.Observation.made_by != actor.user_id if span.others_alone else None
    query = span.of(query, m.Observation.made_at, m.Order.court_id, others)
    newest = (m.Observation.made_at.desc(), m.Observation.id.desc())
    for row in session.execute(query.order_by(*newest).limit(limit)):
        yield Line(
            at=row.made_at,
            what=Happening.observation,
            order_id=row.order_id,
            docket=str(row.matter_id),
            title=row.title,
            zone=row.time_zone,
            key=str(row.id),
            own=row.made_by == actor.user_id,
        )


def _deadlines(
    session: Session, actor: Actor, span: Span, turn: Happening, limit: int
) -> Iterable[Line]:
    """Deadlines that lapsed, or lapse soon, within the span: each turn by itself, newest first."""
    ahead = _AHEAD[turn]
    query = (
        visible(
            select(
                _S.obligation_id,
                _S.order_id,
                _S.matter_id,
                _S.sort_at,
                _S.due_on,
                m.Order.title,
                m.Order.time_zone,
                m.Category.number,
                m.Party.name,
            ),
            _S,
            actor,
        )
        .join(m.Order, m.Order.id == _S.order_id)
        .join(m.Obligation, m.Obligation.id == _S.obligation_id)
        .join(m.Category, m.Category.id == m.Obligation.category_id)
        .join(m.Party, m.Party.id == m.Obligation.obligor_id)
        .where(
            _S.valid_until.is_(None),
            _S.completed_at.is_(None),
            not_(_S.ended),
            not_(_S.stayed),
            not_(_S.awaiting),
        )
    )
    moved = replace(span, since=span.since + ahead, until=span.until + ahead)
    query = moved.of(query, _S.sort_at, _S.court_id)
    newest = (_S.sort_at.desc(), _S.obligation_id.desc())
    for row in session.execute(query.order_by(*newest).limit(limit)):
        yield Line(
            at=row.sort_at - ahead,
            what=turn,
            order_id=row.order_id,
            docket=str(row.matter_id),
            title=row.title,
            zone=row.time_zone,
            key=f"{row.obligation_id} {turn}",
            category=row.number,
            party=row.name,
            due_on=row.due_on,
            due_at=row.sort_at,
        )


def _with_dockets(session: Session, lines: list[Line]) -> list[Line]:
    """Put each matter's first docket number where its identifier stood until now."""
    ids = {UUID(line.docket) for line in lines}
    rows = session.execute(
        select(m.DocketNumber.matter_id, m.DocketNumber.kind, m.DocketNumber.number)
        .where(m.DocketNumber.matter_id.in_(ids))
        .order_by(m.DocketNumber.position.desc())
    )
    numbers = {str(matter_id): f"{kind} {number}" for matter_id, kind, number in rows}
    return [replace(line, docket=numbers.get(line.docket, "")) for line in lines]
