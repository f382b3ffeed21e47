"""Statistics of a court as of a moment, over the orders made within a period.

The database adds up: three statements for each time zone, whose answers grow with days and not
with orders. They read the standings, and so what the record shows *now* was true at the moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Select, case, func, literal, literal_column, not_, select, union_all
from sqlalchemy.orm import Session

from app import models as m
from app.domain import statistics as law
from app.domain.access import Action, Actor, Place, allows
from app.domain.status import Status
from app.errors import Invalid, NotFound
from app.schemas import statistics as wire
from app.services.access import authorize, visible
from app.services.compliance import Moment
from app.services.courts import court_of, courts, end_of_court_day
from app.services.day_numbers import court_day_number, day_number
from app.services.statuses import status_of

S = m.StandingRow
Statement = Select[*tuple[Any, ...]]
_RANKED = tuple(Status)
_MEASURES = ("from_start", "from_order", "late")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which orders: made on or after, on or before; and as of when (None: now)."""

    made_from: date | None = None
    made_to: date | None = None
    as_of: Moment = None


@dataclass(slots=True)
class _Counted:
    """What was counted, over every time zone."""

    tally: Counter[tuple[Status, date | None]] = field(default_factory=Counter)
    orders: Counter[Status] = field(default_factory=Counter)
    overdue: Counter[int] = field(default_factory=Counter)
    days: dict[str, Counter[int]] = field(
        default_factory=lambda: {name: Counter() for name in _MEASURES}
    )


def counted_courts(session: Session, actor: Actor) -> Sequence[m.Court]:
    """The courts whose statistics the actor may read."""
    return [
        court
        for court in courts(session, actor)
        if allows(actor, Action.statistics_read, Place(court.id))
    ]


def statistics(
    session: Session, actor: Actor, code: str | None, asked: Asked, now: datetime
) -> wire.StatisticsOut:
    """The statistics of a court, or without a code of all whose the actor may read, together.

    Raises ``NotFound`` for a court that the actor does not see, and where there is none;
    ``Invalid`` for a moment still to come and for a period that ends before it begins.
    """
    if code is None:
        chosen = counted_courts(session, actor)
        if not chosen:
            raise NotFound
    else:
        court = court_of(session, actor, code)
        authorize(actor, Action.statistics_read, Place(court.id))
        chosen = [court]
    if asked.made_from and asked.made_to and asked.made_from > asked.made_to:
        raise Invalid.field("to", "This ends before it begins.")
    at = _moment(session, actor, chosen, asked.as_of, now)
    found = _Counted()
    for zone in sorted({c.time_zone for c in chosen}):
        ids = [c.id for c in chosen if c.time_zone == zone]
        _count(session, _Scope(actor, ids, zone, at, asked), found)
    return _out(chosen, asked, at, found)


def _moment(
    session: Session, actor: Actor, chosen: Sequence[m.Court], asked: Moment, now: datetime
) -> datetime:
    """The instant asked about; of the day that is not over yet, this one."""
    at = now
    if isinstance(asked, datetime):
        at = asked
    elif asked is not None:
        one_zone = len({c.time_zone for c in chosen}) == 1
        at = end_of_court_day(session, actor, asked, chosen[0] if one_zone else None)
        zone = ZoneInfo(chosen[0].time_zone)
        if at > now and asked == now.astimezone(zone).date():
            at = now
    if at > now:
        raise Invalid.field(
            "as_of", "Statistics are of what has been. Leave it blank for now, or give a past day."
        )
    return at


@dataclass(frozen=True, slots=True)
class _Scope:
    """Courts of one time zone, and what is asked of them."""

    actor: Actor
    court_ids: Sequence[UUID]
    zone: str
    at: datetime
    asked: Asked

    def held(self, *columns: Any, made: bool = False) -> tuple[Statement, Statement]:
        """The columns of the standings that hold at the moment, in two indexed halves.

        ``made``: with the order beside each, which a period needs in any case.
        """
        asked = self.asked
        query: Statement = visible(select(*columns), S, self.actor)
        if made or asked.made_from or asked.made_to:
            query = query.join(m.Order, m.Order.id == S.order_id)
        if asked.made_from:
            query = query.where(m.Order.made_on >= asked.made_from)
        if asked.made_to:
            query = query.where(m.Order.made_on <= asked.made_to)
        query = query.where(S.court_id.in_(self.court_ids), S.valid_from <= self.at)
        return query.where(S.valid_until.is_(None)), query.where(S.valid_until > self.at)


def _count(session: Session, scope: _Scope, found: _Counted) -> None:
    tally: Counter[tuple[Status, date | None]] = Counter()
    for status, due_on, n in session.execute(_by_due_day(scope)):
        tally[Status(status), due_on] += n
    found.tally += tally
    found.overdue += law.days_overdue(tally, scope.at.astimezone(ZoneInfo(scope.zone)).date())
    for rank, n in session.execute(_by_order(scope)):
        found.orders[_RANKED[rank]] += n
    lite = session.get_bind().dialect.name == "sqlite"
    for measure, days, n in session.execute(_by_days(scope, lite=lite)):
        # What is late on its last day itself, after its hour, is late by no day; never by less.
        found.days[measure][max(0, days) if measure == "late" else days] += n


def _by_due_day(scope: _Scope) -> Statement:
    status = status_of(scope.at).label("status")
    held = union_all(*scope.held(status, S.due_on)).subquery()
    columns = (held.c.status, held.c.due_on)
    return select(*columns, func.count()).group_by(*columns)


def _by_order(scope: _Scope) -> Statement:
    """Orders by the worst status of their obligations, as its place among statuses."""
    status = status_of(scope.at)
    rank = case({s.value: literal_column(str(i), Integer) for i, s in enumerate(_RANKED)},
                value=status).label("rank")  # fmt: skip
    held = union_all(*scope.held(S.order_id, rank)).subquery()
    worst = select(func.min(held.c.rank).label("rank")).group_by(held.c.order_id).subquery()
    return select(worst.c.rank, func.count()).group_by(worst.c.rank)


def _by_days(scope: _Scope, *, lite: bool) -> Statement:
    """What was met, by days from its start, from its order, and after its last day."""
    columns = (
        court_day_number(S.completed_at, scope.zone, scope.at, lite=lite).label("met"),
        day_number(S.trigger_on, lite=lite).label("started"),
        day_number(m.Order.made_on, lite=lite).label("made"),
        case((S.completed_at >= S.due_at, day_number(S.due_on, lite=lite))).label("missed"),
    )
    met = (not_(S.ended), S.completed_at.is_not(None))
    halves = (half.where(*met) for half in scope.held(*columns, made=True))
    held = union_all(*halves).cte("met")
    began = (held.c.started, held.c.made, held.c.missed)
    return union_all(
        *(
            select(literal(name), (held.c.met - since).label("days"), func.count())
            .where(since.is_not(None))
            .group_by(held.c.met - since)
            for name, since in zip(_MEASURES, began, strict=True)
        )
    )  # type: ignore[return-value]


def _out(
    chosen: Sequence[m.Court], asked: Asked, at: datetime, found: _Counted
) -> wire.StatisticsOut:
    by_status = law.by_status(found.tally)
    lateness = law.lateness(found.tally, found.days["late"], found.overdue)
    # Where courts are in several zones, the month is that of UTC.
    zones = sorted({c.time_zone for c in chosen})
    today = at.astimezone(ZoneInfo(zones[0]) if len(zones) == 1 else UTC).date()
    return wire.StatisticsOut(
        courts=[c.code for c in chosen],
        time_zones=zones,
        as_of=at,
        made_from=asked.made_from,
        made_to=asked.made_to,
        orders=found.orders.total(),
        obligations=by_status.total(),
        orders_by_status=_statuses(found.orders),
        obligations_by_status=_statuses(by_status),
        time_to_production=wire.TimeToProduction(
            from_start=_spread(found.days["from_start"]),
            from_order=_spread(found.days["from_order"]),
        ),
        lateness=wire.LatenessOut(count=lateness.count, **asdict(lateness)),
        by_month=_months(law.months(found.tally, today)),
    )


def _statuses(counts: Counter[Status]) -> list[wire.StatusCount]:
    return [wire.StatusCount(status=s, count=counts[s]) for s in Status]


def _spread(days: Counter[int]) -> wire.SpreadOut:
    return wire.SpreadOut.model_validate(law.spread(days, law.TIME_STARTS))


def _months(found: law.Months) -> wire.MonthsOut:
    return wire.MonthsOut(
        before=wire.DueCountsOut(**asdict(found.before)),
        months=[wire.MonthOut(month=on, **asdict(each)) for on, each in found.each],
        after=wire.DueCountsOut(**asdict(found.after)),
        no_last_day=found.no_last_day,
    )
