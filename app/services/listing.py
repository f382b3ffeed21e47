"""Lists of obligations by status, and how many bear each.

A page is one indexed query on the projection, continued by key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app import models as m
from app.domain import reasons
from app.domain.access import Actor
from app.domain.record import CategoryKind, PartySide
from app.domain.status import FindingStatus, StandingFacts, Status, status_at
from app.phrases import Phrase
from app.services import statuses
from app.services.access import visible

S = m.StandingRow

Statement = Select[*tuple[Any, ...]]

# Where a statement that is built once is told its instant, and the row after which to go on.
_AT = bindparam("at", type_=S.sort_at.type)
_AFTER = tuple_(
    bindparam("after_at", type_=S.sort_at.type), bindparam("after_id", type_=S.obligation_id.type)
)


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
    clock: str
    category_number: str
    category_kind: CategoryKind
    category_position: int
    obligor: str
    order_title: str
    time_zone: str
    matter_title: str
    court: str
    docket_numbers: str | None
    requesting: str | None


_NEXT, _PLACE = "\x1e", "\x1f"  # no name or number can hold a control character


def _all(position: Any, said: Any, *where: ColumnElement[bool]) -> Any:
    """All of a row's matter in one text, each with its place: no database promises an order."""
    one = cast(position, Text) + _PLACE + said
    query = select(func.aggregate_strings(one, _NEXT)).where(*where)
    return query.correlate(m.Matter).scalar_subquery()


def _each(joined: str | None) -> list[str]:
    """What ``_all`` joined, in its order."""
    places = (part.split(_PLACE, 1) for part in joined.split(_NEXT)) if joined else ()
    return [said for _, said in sorted((int(place), said) for place, said in places)]


_REQUESTING = aliased(m.Party)
_ELSEWHERE = {
    "clock": cast(S.clock, Text),
    "category_number": m.Category.number,
    "category_kind": m.Category.kind,
    "category_position": m.Category.position,
    "obligor": m.Party.name,
    "order_title": m.Order.title,
    "time_zone": m.Order.time_zone,
    "matter_title": m.Matter.title,
    "court": m.Court.name,
    "docket_numbers": _all(
        m.DocketNumber.position, m.DocketNumber.number, m.DocketNumber.matter_id == m.Matter.id
    ),
    "requesting": _all(
        _REQUESTING.position,
        _REQUESTING.name,
        _REQUESTING.matter_id == m.Matter.id,
        _REQUESTING.side == PartySide.requesting,
    ),
}
_COLUMNS: list[Any] = [_ELSEWHERE.get(name, getattr(S, name, None)) for name in Listed._fields]


@dataclass(frozen=True, slots=True)
class Row:
    """One listed obligation: what its row shows, and the status that the clock gives it."""

    standing: Listed
    status: Status
    docket_numbers: list[str]
    requesting: list[str]


def _open_or_closing(query: Statement, closing: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Two indexed ranges: standings that hold from now on, and the few whose end is known."""
    return union_all(
        select(query.where(S.valid_until.is_(None)).subquery()),
        select(query.where(closing).subquery()),
    )


def _keys(actor: Actor, wanted: Filter, limit: int, *, further: bool) -> Statement:
    """The keys of one page: the standings that hold at ``at``, by last day."""
    latest = wanted.sort is Sort.due_desc
    # Written out: for a limit told later, PostgreSQL plans as for a tenth of the table.
    most: ColumnElement[int] = literal_column(str(int(limit)), Integer)
    key = (S.sort_at, S.obligation_id)
    query = visible(select(*key, S.valid_from), S, actor).where(
        S.valid_from <= _AT, statuses.among(wanted.statuses, _AT)
    )
    if wanted.court_id is not None:
        query = query.where(S.court_id == wanted.court_id)
    if wanted.matter_id is not None:
        query = query.where(S.matter_id == wanted.matter_id)
    if further:
        place = tuple_(*key)
        query = query.where(place < _AFTER if latest else place > _AFTER)
    query = query.order_by(*([c.desc() for c in key] if latest else key)).limit(most)
    closing = S.valid_until > _AT
    if wanted.statuses and statuses.OVERDUE.issuperset(wanted.statuses):
        # Follows from the rest; said, so that the index of what was overdue once can serve.
        closing = and_(closing, S.sort_at < S.valid_until)
    both = _open_or_closing(query, closing).subquery()
    columns = (both.c.sort_at, both.c.obligation_id)
    return (
        select(*columns, both.c.valid_from)
        .order_by(*([c.desc() for c in columns] if latest else columns))
        .limit(most)
    )


@lru_cache(maxsize=512)
def _page(actor: Actor, wanted: Filter, limit: int, *, further: bool) -> Statement:
    """The statement of a page, built once: building it costs as much as running it."""
    keys = _keys(actor, wanted, limit, further=further).subquery()
    # Columns, not entities: fifty rows of six tables cost more to build than to find.
    return (
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


def obligations(
    session: Session,
    actor: Actor,
    wanted: Filter,
    at: datetime,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[Row]:
    """One page of obligations by status at ``at``, with all that their rows show, in one query."""
    place = {"after_at": after[0], "after_id": after[1]} if after is not None else {}
    found = session.connection().execute(
        _page(actor, wanted, limit, further=after is not None), {"at": at, **place}
    )
    listed = sorted(
        (Listed._make(row) for row in found.all()),
        key=lambda r: (r.sort_at, r.obligation_id.hex),
        reverse=wanted.sort is Sort.due_desc,
    )
    return [Row(r, status_now(r, at), _each(r.docket_numbers), _each(r.requesting)) for r in listed]


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


def listed_sentence(row: Row, clock: Phrase | str) -> Phrase:
    """Why the row's status is what it is, from the projection alone.

    ``clock`` is the row's own: a phrase, or already said to the reader.
    """
    kept = row.standing
    return reasons.sentence(
        row.status,
        clock,
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
    status = statuses.status_of(at).label("status")
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
