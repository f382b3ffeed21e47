"""Lists of obligations by status, and how many bear each.

A page is one indexed query on the projection, continued by key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, and_, cast, func, select
from sqlalchemy.orm import Session, aliased

from app import models as m
from app.domain import reasons
from app.domain.access import Actor
from app.domain.record import CategoryKind, PartySide
from app.domain.status import FindingStatus, StandingFacts, Status, status_at
from app.phrases import Phrase
from app.schemas.pages import read_named_place, read_place, write_cursor
from app.services import statuses
from app.services.access import visible
from app.services.list_keys import Filter, Sort, Statement, keys, narrowed, ways

S = m.StandingRow

__all__ = [
    "Filter",
    "Listed",
    "Row",
    "Sort",
    "counts",
    "counts_of_few",
    "cursor_after",
    "key_of",
    "listed_sentence",
    "obligations",
    "place_after",
    "status_now",
]


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


def _page(actor: Actor, wanted: Filter, limit: int, *, further: bool) -> Statement:
    keyed = keys(actor, wanted, limit, further=further).subquery()
    # Columns, not entities: fifty rows of six tables cost more to build than to find.
    query = (
        select(*_COLUMNS)
        .join_from(
            keyed,
            S,
            and_(keyed.c.obligation_id == S.obligation_id, keyed.c.valid_from == S.valid_from),
        )
        .join(m.Obligation, m.Obligation.id == S.obligation_id)
        .join(m.Party, m.Party.id == m.Obligation.obligor_id)
        .join(m.Category, m.Category.id == m.Obligation.category_id)
        .join(m.Order, m.Order.id == S.order_id)
        .join(m.Matter, m.Matter.id == S.matter_id)
        .join(m.Court, m.Court.id == m.Matter.court_id)
    )
    return query.order_by(*ways((keyed.c.key, keyed.c.obligation_id), wanted.sort))


@lru_cache(maxsize=512)
def _kept_page(actor: Actor, wanted: Filter, limit: int, *, further: bool) -> Statement:
    """The statement of a page, built once: building it costs as much as running it."""
    return _page(actor, wanted, limit, further=further)


def obligations(
    session: Session,
    actor: Actor,
    wanted: Filter,
    at: datetime,
    *,
    limit: int,
    after: tuple[datetime | str, UUID] | None = None,
) -> Sequence[Row]:
    """One page of obligations by status at ``at``, with all that their rows show, in one query.

    ``after`` is the key of the last row of the page before: its last day's end, or its docket
    number where that sorts the list, and its identifier.
    """
    place = {"after_key": after[0], "after_id": after[1]} if after is not None else {}
    # What somebody typed is asked once; it would only crowd out what is asked all day.
    statement = _kept_page if wanted.found is None else _page
    found = session.connection().execute(
        statement(actor, wanted, limit, further=after is not None), {"at": at, **place}
    )
    return [_row(Listed._make(row), at) for row in found.all()]


def key_of(row: Row, sort: Sort) -> tuple[datetime | str, str]:
    """What the row is sorted by, and continued after."""
    first = row.docket_numbers[0] if sort.by_docket else row.standing.sort_at
    return first, row.standing.obligation_id.hex


def cursor_after(row: Row, sort: Sort) -> str:
    """Where a list goes on after the row."""
    first, last = key_of(row, sort)
    return write_cursor(first if isinstance(first, str) else first.isoformat(), last)


def place_after(cursor: str | None, sort: Sort) -> tuple[datetime | str, UUID] | None:
    """What ``cursor_after`` wrote; None for the first page. Raises ``Invalid``."""
    return read_named_place(cursor) if sort.by_docket else read_place(cursor)


def _row(listed: Listed, at: datetime) -> Row:
    return Row(
        listed, status_now(listed, at), _each(listed.docket_numbers), _each(listed.requesting)
    )


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
    """How many obligations bear each status at ``at``; the filter's statuses narrow nothing."""
    return _in_order(_counted(session, actor, wanted, at, None))


def counts_of_few(
    session: Session, actor: Actor, wanted: Filter, at: datetime, most: int
) -> dict[Status, int] | None:
    """As ``counts``, in bounded time: None where there are more than ``most`` obligations.

    Also where a search found many orders: those are asked one by one.
    """
    if wanted.found is not None and wanted.found.order_ids is None:
        return None
    found = _counted(session, actor, wanted, at, most)
    return _in_order(found) if found.total() <= most else None


def _in_order(found: Counter[str]) -> dict[Status, int]:
    return {s: found[s] for s in Status if found[s]}


def _counted(
    session: Session, actor: Actor, wanted: Filter, at: datetime, most: int | None
) -> Counter[str]:
    status = statuses.status_of(at).label("status")
    query = narrowed(visible(select(status), S, actor), wanted).where(S.valid_from <= at)
    found: Counter[str] = Counter()
    # Apart, as on a page: what holds from now on is counted from one index alone.
    for holds in (S.valid_until.is_(None), S.valid_until > at):
        some = query.where(holds)
        if most is not None:
            some = some.limit(most + 1)
        listed = some.subquery()
        counted = select(listed.c.status, func.count()).group_by(listed.c.status)
        for word, n in session.execute(counted, {"at": at}):
            found[word] += n
        if most is not None and found.total() > most:
            break
    return found
