"""Statistics of a court as of a moment, over the orders made within a period.

The database adds up: one statement for each time zone, whose answer grows with days and not with
orders. It reads the standings, and so what the record shows *now* was true at the moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Executable,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    null,
    select,
    union_all,
)
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
_EPOCH = date(1970, 1, 1)
_BY_DUE_DAY, _BY_ORDER = "due", "order"
_FROM_START, _FROM_ORDER, _LATE = "from_start", "from_order", "late"


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
        default_factory=lambda: {what: Counter() for what in (_FROM_START, _FROM_ORDER, _LATE)}
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
    lite = session.get_bind().dialect.name == "sqlite"
    for zone in sorted({c.time_zone for c in chosen}):
        ids = [c.id for c in chosen if c.time_zone == zone]
        _count(session, _Scope(actor, ids, zone, at, asked, lite), found)
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
    lite: bool

    def held(self) -> CTE:
        """The standings that hold at the moment, read once: what is counted of each."""
        lite, asked = self.lite, self.asked
        columns: Sequence[ColumnElement[Any]] = (
            S.order_id.label("order_id"),
            _rank(status_of(self.at)).label("rank"),
            S.due_on.label("due_on"),
            S.trigger_on.label("trigger_on"),
            case(
                (
                    and_(not_(S.ended), S.completed_at.is_not(None)),
                    court_day_number(S.completed_at, self.zone, self.at, lite=lite),
                )
            ).label("met"),
            case((S.completed_at >= S.due_at, S.due_on)).label("missed_on"),
        )
        query: Statement = visible(select(*columns), S, self.actor)
        query = query.where(S.court_id.in_(self.court_ids), S.valid_from <= self.at)
        if asked.made_from or asked.made_to:
            query = query.join(m.Order, m.Order.id == S.order_id)
        if asked.made_from:
            query = query.where(m.Order.made_on >= asked.made_from)
        if asked.made_to:
            query = query.where(m.Order.made_on <= asked.made_to)
        # Two indexed halves: what holds from now on, and what has ended since that moment.
        halves = (S.valid_until.is_(None), S.valid_until > self.at)
        return union_all(*(query.where(half) for half in halves)).cte("held")


def _rank(status: ColumnElement[str]) -> ColumnElement[int]:
    """The status as its place among them, worst first."""
    places = {s.value: literal_column(str(i), Integer) for i, s in enumerate(_RANKED)}
    return case(places, value=status)


def _count(session: Session, scope: _Scope, found: _Counted) -> None:
    tally: Counter[tuple[Status, date | None]] = Counter()
    for what, rank, days, n in session.execute(_counts(scope)):
        if what == _BY_DUE_DAY:
            due_on = None if days is None else _EPOCH + timedelta(days=days)
            tally[_RANKED[rank], due_on] += n
        elif what == _BY_ORDER:
            found.orders[_RANKED[rank]] += n
        else:
            # Late on the last day itself, after its hour, is late by no day; never by less.
            found.days[what][max(0, days) if what == _LATE else days] += n
    found.tally += tally
    found.overdue += law.days_overdue(tally, scope.at.astimezone(ZoneInfo(scope.zone)).date())


def _counts(scope: _Scope) -> Executable:
    """Everything in one statement: what is counted, a status's place, days, how many."""
    held = scope.held()
    lite = scope.lite
    worst = select(func.min(held.c.rank).label("rank")).group_by(held.c.order_id).subquery()
    done = (
        select(
            held.c.met,
            day_number(held.c.trigger_on, lite=lite).label("started"),
            day_number(m.Order.made_on, lite=lite).label("made"),
            day_number(held.c.missed_on, lite=lite).label("missed"),
        )
        .join_from(held, m.Order, m.Order.id == held.c.order_id)
        .where(held.c.met.is_not(None))
        .cte("done")
    )
    due = (held.c.rank, held.c.due_on)
    none = cast(null(), BigInteger)
    began = {_FROM_START: done.c.started, _FROM_ORDER: done.c.made, _LATE: done.c.missed}
    return union_all(
        select(literal(_BY_DUE_DAY), held.c.rank, day_number(held.c.due_on, lite=lite),
               func.count()).group_by(*due),
        select(literal(_BY_ORDER), worst.c.rank, none, func.count()).group_by(worst.c.rank),
        *(
            select(literal(what), cast(null(), Integer), done.c.met - since, func.count())
            .where(since.is_not(None))
            .group_by(done.c.met - since)
            for what, since in began.items()
        ),
    )  # fmt: skip


def _out(
    chosen: Sequence[m.Court], asked: Asked, at: datetime, found: _Counted
) -> wire.StatisticsOut:
    by_status = law.by_status(found.tally)
    lateness = law.lateness(found.tally, found.days[_LATE], found.overdue)
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
            from_start=_spread(found.days[_FROM_START]),
            from_order=_spread(found.days[_FROM_ORDER]),
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
