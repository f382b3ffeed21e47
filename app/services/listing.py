"""Lists by status: the comparison of the projection with the clock, in SQL.

``status_of`` says in SQL what ``domain.status.status_at`` says in Python; a property test
holds the two together. A page is one indexed query, continued by key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from app import models as m
from app.domain import reasons
from app.domain.access import Actor
from app.domain.record import CategoryKind, PartySide
from app.domain.status import FindingStatus, StandingFacts, Status, status_at
from app.phrases import Phrase, from_json
from app.services.access import visible

S = m.StandingRow


class Sort(StrEnum):
    """How a list is sorted: by last legal day, earliest or latest first."""

    due = "due"
    due_desc = "-due"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. No status: whatever is still owed."""

    statuses: tuple[Status, ...] = ()
    court_id: UUID | None = None
    matter_id: UUID | None = None
    sort: Sort = Sort.due


class Listed(NamedTuple):
    """What a row shows, column by column: never the operative part."""

    obligation_id: UUID
    order_id: UUID
    matter_id: UUID
    sort_at: datetime
    due_from_at: datetime | None
    due_at: datetime | None
    due_on: date | None
    undated: bool
    awaiting: bool
    stayed: bool
    ended: bool
    first_produced_at: datetime | None
    completed_at: datetime | None
    stayed_from: datetime | None
    ended_at: datetime | None
    answered_count: int
    elements_count: int
    finding: FindingStatus
    clock: dict[str, Any]
    category_number: str
    category_kind: CategoryKind
    category_position: int
    obligor: str
    order_title: str
    time_zone: str
    matter_title: str
    court: str


_ELSEWHERE = {
    "category_number": m.Category.number,
    "category_kind": m.Category.kind,
    "category_position": m.Category.position,
    "obligor": m.Party.name,
    "order_title": m.Order.title,
    "time_zone": m.Order.time_zone,
    "matter_title": m.Matter.title,
    "court": m.Court.name,
}
_COLUMNS: list[Any] = [_ELSEWHERE.get(name, getattr(S, name, None)) for name in Listed._fields]


@dataclass(frozen=True, slots=True)
class Row:
    """One listed obligation: what its row shows, and the status that the clock gives it."""

    standing: Listed
    status: Status
    docket_numbers: list[str]
    requesting: list[str]


OPEN = tuple(s for s in Status if s not in (Status.met_on_time, Status.met_late, Status.ended))
"""What is still owed; the list's default."""
OVERDUE = frozenset({Status.overdue_nothing, Status.overdue_partly})


def status_of(at: datetime) -> ColumnElement[str]:
    """The status of a standing at ``at``, as SQL."""
    moment = literal(at, S.due_at.type)
    produced = S.first_produced_at.is_not(None)
    return case(
        (S.ended, literal(Status.ended.value)),
        (
            S.completed_at.is_not(None),
            case(
                (
                    and_(S.due_at.is_not(None), S.completed_at >= S.due_at),
                    literal(Status.met_late.value),
                ),
                else_=literal(Status.met_on_time.value),
            ),
        ),
        (S.stayed, literal(Status.suspended.value)),
        (S.awaiting, literal(Status.awaiting_service_proof.value)),
        (
            S.sort_at <= moment,
            case(
                (produced, literal(Status.overdue_partly.value)),
                else_=literal(Status.overdue_nothing.value),
            ),
        ),
        (S.due_from_at <= moment, literal(Status.due_today.value)),
        (produced, literal(Status.partly_produced.value)),
        else_=literal(Status.running.value),
    )


def _bears(status: Status, at: datetime) -> ColumnElement[bool]:
    """Whether a standing bears the status at ``at``, in the terms of the indexes."""
    if status is Status.ended:
        return and_(S.ended)
    if status is Status.met_late:
        return and_(not_(S.ended), S.completed_at >= S.due_at)
    if status is Status.met_on_time:
        on_time = or_(S.due_at.is_(None), S.completed_at < S.due_at)
        return and_(not_(S.ended), S.completed_at.is_not(None), on_time)
    still = and_(not_(S.ended), S.completed_at.is_(None))
    if status is Status.suspended:
        return and_(still, S.stayed)
    if status is Status.awaiting_service_proof:
        return and_(still, not_(S.stayed), S.awaiting)
    counting = and_(still, not_(S.stayed), not_(S.awaiting))
    nothing, some = S.first_produced_at.is_(None), S.first_produced_at.is_not(None)
    over, today = S.sort_at <= at, and_(S.sort_at > at, S.due_from_at <= at)
    ahead = and_(S.sort_at > at, or_(S.due_from_at.is_(None), S.due_from_at > at))
    return {
        Status.overdue_nothing: and_(counting, over, nothing),
        Status.overdue_partly: and_(counting, over, some),
        Status.due_today: and_(counting, today),
        Status.running: and_(counting, ahead, nothing),
        Status.partly_produced: and_(counting, ahead, some),
    }[status]


def _wanted(wanted: Filter, at: datetime) -> ColumnElement[bool]:
    if not wanted.statuses or set(wanted.statuses) == set(OPEN):
        return and_(not_(S.ended), S.completed_at.is_(None))
    if set(wanted.statuses) == OVERDUE:
        counting = and_(not_(S.stayed), not_(S.awaiting), S.sort_at <= at)
        return and_(not_(S.ended), S.completed_at.is_(None), counting)
    return or_(*(_bears(s, at) for s in wanted.statuses))


def page_query(
    actor: Actor, wanted: Filter, at: datetime, *, limit: int, after: tuple[datetime, UUID] | None
) -> Select[Any]:
    """The keys of one page: the standings that hold at ``at``, by last day.

    Two indexed ranges, merged: standings that hold from now on, and the few whose end is
    already known to lie ahead of ``at``.
    """
    key = (S.sort_at, S.obligation_id)
    latest = wanted.sort is Sort.due_desc
    order = [c.desc() for c in key] if latest else list(key)
    query = visible(select(*key, S.valid_from), S, actor).where(
        S.valid_from <= at, _wanted(wanted, at)
    )
    if wanted.court_id is not None:
        query = query.where(S.court_id == wanted.court_id)
    if wanted.matter_id is not None:
        query = query.where(S.matter_id == wanted.matter_id)
    if after is not None:
        place, last = tuple_(*key), tuple_(*after)
        query = query.where(place < last if latest else place > last)
    query = query.order_by(*order).limit(limit)
    closing = query.where(S.valid_until > at)
    if OVERDUE.issuperset(wanted.statuses) and wanted.statuses:
        # Follows from the rest; said, so that the index of what was overdue once can serve.
        closing = closing.where(S.sort_at < S.valid_until)
    both = union_all(
        select(query.where(S.valid_until.is_(None)).subquery()),
        select(closing.subquery()),
    ).subquery()
    columns = (both.c.sort_at, both.c.obligation_id)
    return (
        select(*columns, both.c.valid_from)
        .order_by(*([c.desc() for c in columns] if latest else columns))
        .limit(limit)
    )


def obligations(
    session: Session,
    actor: Actor,
    wanted: Filter,
    at: datetime,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[Row]:
    """One page of obligations by status at ``at``, with what their rows need, in few queries."""
    # Columns, not entities: fifty rows of six tables cost more to build than to find.
    keys = page_query(actor, wanted, at, limit=limit, after=after).subquery()
    found = (
        session.connection()
        .execute(
            select(*_COLUMNS)
            .join_from(
                keys,
                S,
                and_(keys.c.obligation_id == S.obligation_id, keys.c.valid_from == S.valid_from),
            )
            .join(m.Obligation, m.Obligation.id == S.obligation_id)
            .join(m.Party, m.Party.id == m.Obligation.obligor_id)
            .join(m.Category, m.Category.id == m.Obligation.category_id)
            .join(m.Order, m.Order.id == S.order_id)
            .join(m.Matter, m.Matter.id == S.matter_id)
            .join(m.Court, m.Court.id == m.Matter.court_id)
        )
        .all()
    )
    listed = sorted(
        (Listed._make(row) for row in found),
        key=lambda r: (r.sort_at, r.obligation_id.hex),
        reverse=wanted.sort is Sort.due_desc,
    )
    matters = {r.matter_id for r in listed}
    dockets = _by_matter(session, m.DocketNumber.number, m.DocketNumber, matters)
    sides = _by_matter(session, m.Party.name, m.Party, matters, PartySide.requesting)
    return [
        Row(r, status_now(r, at), dockets.get(r.matter_id, []), sides.get(r.matter_id, []))
        for r in listed
    ]


def _by_matter(
    session: Session,
    column: Any,
    entity: type[m.DocketNumber] | type[m.Party],
    matters: set[UUID],
    side: PartySide | None = None,
) -> dict[UUID, list[str]]:
    query = select(entity.matter_id, column).where(entity.matter_id.in_(matters))
    if side is not None:
        query = query.where(m.Party.side == side)
    found: dict[UUID, list[str]] = {}
    for matter_id, value in session.connection().execute(query.order_by(entity.position)):
        found.setdefault(matter_id, []).append(value)
    return found


def status_now(row: m.StandingRow | Listed, at: datetime) -> Status:
    """The status that a standing row bears at ``at``, by the law's own comparison."""
    return status_at(
        StandingFacts(
            undated=row.undated,
            due_from_at=row.due_from_at,
            due_at=row.due_at,
            first_produced_at=row.first_produced_at,
            completed_at=row.completed_at,
            stayed=row.stayed,
            ended=row.ended,
            awaiting=row.awaiting,
        ),
        at,
    )


def listed_sentence(row: Row) -> Phrase:
    """Why the row's status is what it is, from the projection alone."""
    kept = row.standing
    return reasons.sentence(
        row.status,
        from_json(kept.clock),
        reasons.Received(
            category_number=kept.category_number,
            first_at=kept.first_produced_at,
            completed_at=kept.completed_at,
            answered_count=kept.answered_count,
            elements_count=kept.elements_count,
            stayed_from=kept.stayed_from,
            ended_at=kept.ended_at,
        ),
        ZoneInfo(kept.time_zone),
    )


def counts(session: Session, actor: Actor, wanted: Filter, at: datetime) -> dict[Status, int]:
    """How many obligations bear each status at ``at``."""
    status = status_of(at).label("status")
    query = visible(select(status, func.count()), S, actor).where(S.valid_from <= at)
    if wanted.court_id is not None:
        query = query.where(S.court_id == wanted.court_id)
    if wanted.matter_id is not None:
        query = query.where(S.matter_id == wanted.matter_id)
    found: Counter[str] = Counter()
    # Apart, as on a page: what holds from now on is counted from one index alone.
    for holds in (S.valid_until.is_(None), S.valid_until > at):
        for word, n in session.execute(query.where(holds).group_by(status)):
            found[word] += n
    return {s: found[s] for s in Status if found[s]}
