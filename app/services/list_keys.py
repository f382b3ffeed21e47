"""Which obligations a list holds, and in which order: the keys of one page, in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    literal_column,
    select,
    tuple_,
    union_all,
)

from app import models as m
from app.domain.access import Actor
from app.domain.status import Status
from app.services import statuses
from app.services.access import visible
from app.services.search import Found

S = m.StandingRow
D = m.DocketNumber

Statement = Select[*tuple[Any, ...]]

# Where a statement that is built once is told its instant, and the row after which to go on.
AT = bindparam("at", type_=S.sort_at.type)
_AFTER_ID = bindparam("after_id", type_=S.obligation_id.type)


class Sort(StrEnum):
    """How a list is sorted: by last legal day or docket number, either way."""

    due = "due"
    due_desc = "-due"
    docket = "docket"
    docket_desc = "-docket"

    @property
    def by_docket(self) -> bool:
        """Whether docket numbers sort the list, and not last days."""
        return self in (Sort.docket, Sort.docket_desc)

    @property
    def descending(self) -> bool:
        """Whether the last comes first."""
        return self in (Sort.due_desc, Sort.docket_desc)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. No status: whatever is still owed.

    ``clerk_id`` is who is in charge of the orders; ``found`` what was searched for;
    ``late_on`` the last legal day on or before which what is overdue was due.
    """

    statuses: tuple[Status, ...] = ()
    court_id: UUID | None = None
    matter_id: UUID | None = None
    sort: Sort = Sort.due
    clerk_id: UUID | None = None
    found: Found | None = None
    late_on: date | None = None


def narrowed(query: Statement, wanted: Filter) -> Statement:
    """The query of standings, narrowed by all that the filter asks but statuses."""
    if wanted.court_id is not None:
        query = query.where(S.court_id == wanted.court_id)
    if wanted.matter_id is not None:
        query = query.where(S.matter_id == wanted.matter_id)
    if wanted.clerk_id is not None:
        held = select(m.Charge.order_id).where(
            m.Charge.clerk_id == wanted.clerk_id, m.Charge.ended_at.is_(None)
        )
        query = _order_by_order(query.where(S.order_id.in_(held)))
    if wanted.found is not None:
        query = query.where(wanted.found.among(S.order_id))
        if wanted.found.order_ids is not None and wanted.clerk_id is None:
            query = _order_by_order(query)
    if wanted.late_on is not None:
        # The second follows from the first, in every zone; it is what the index can serve.
        ends_before = datetime.combine(wanted.late_on, time.min, UTC) + timedelta(days=2)
        query = query.where(
            S.due_on <= wanted.late_on,
            S.sort_at < ends_before,
            statuses.among(statuses.OVERDUE, AT),
        )
    return query


def _order_by_order(query: Statement) -> Statement:
    """Few orders are read by themselves; SQLite, which counts no rows, would read the court."""
    return query.with_hint(S, "INDEXED BY ix_standings_order_id", "sqlite")


def keys(actor: Actor, wanted: Filter, limit: int, *, further: bool) -> Statement:
    """The keys of one page: the standings that hold at ``AT``, in order.

    Going ``further`` it begins after the row whose key is told as ``after_key``, ``after_id``.
    """
    # Written out: for a limit told later, PostgreSQL plans as for a tenth of the table.
    most: ColumnElement[int] = literal_column(str(int(limit)), Integer)
    first: Any = D.number if wanted.sort.by_docket else S.sort_at
    key = (first, S.obligation_id)
    query = visible(select(first.label("key"), S.obligation_id, S.valid_from), S, actor)
    if wanted.sort.by_docket:
        query = query.join(D, and_(D.matter_id == S.matter_id, D.position == 0))
    query = narrowed(query, wanted).where(S.valid_from <= AT, statuses.among(wanted.statuses, AT))
    if further:
        after = tuple_(bindparam("after_key", type_=first.type), _AFTER_ID)
        place = tuple_(*key)
        query = query.where(place < after if wanted.sort.descending else place > after)
    query = query.order_by(*ways(key, wanted.sort)).limit(most)
    holding = _by_number(query) if _reads_by_number(actor, wanted) else _in_index(query, wanted)
    both = union_all(
        # Two indexed ranges: what holds from now on, and the few whose end is known.
        select(holding.where(S.valid_until.is_(None)).subquery()),
        select(query.where(_closing(wanted)).subquery()),
    ).subquery()
    columns = (both.c.key, both.c.obligation_id)
    return select(*columns, both.c.valid_from).order_by(*ways(columns, wanted.sort)).limit(most)


def ways(columns: tuple[Any, ...], sort: Sort) -> list[Any]:
    """The columns in the order of the sort: the database's own, which a cursor continues."""
    return [c.desc() for c in columns] if sort.descending else list(columns)


def _in_index(query: Statement, wanted: Filter) -> Statement:
    """In the order of ``ix_standings_court``, where no index of what is open serves.

    That index goes by ``valid_until`` first, which what holds from now on has not. PostgreSQL does
    not take "is null" for one value: unless it is asked for in the order, it sorts the whole court.
    """
    if wanted.sort.by_docket or set(wanted.statuses) <= set(statuses.OPEN):
        return query
    columns = (S.valid_until, S.sort_at, S.obligation_id)
    return query.order_by(None).order_by(*ways(columns, wanted.sort))


def _closing(wanted: Filter) -> ColumnElement[bool]:
    closing = S.valid_until > AT
    if wanted.statuses and statuses.OVERDUE.issuperset(wanted.statuses):
        # Follows from the rest; said, so that the index of what was overdue once can serve.
        return and_(closing, S.sort_at < S.valid_until)
    return closing


def _reads_by_number(actor: Actor, wanted: Filter) -> bool:
    few = wanted.found is not None and wanted.found.order_ids is not None
    few = few or wanted.clerk_id is not None or wanted.matter_id is not None
    return wanted.sort.by_docket and not few and any(g.court_id for g in actor.grants)


def _by_number(query: Statement) -> Statement:
    """In the order of the numbers, each with its matter's standings, until the page is full."""
    query = query.with_hint(D, "INDEXED BY ix_docket_numbers_number", "sqlite")
    return query.with_hint(S, "INDEXED BY ix_standings_matter", "sqlite")
