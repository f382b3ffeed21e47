"""Statistics of obligations: buckets, quartiles, lateness, months. Pure arithmetic on counts.

Everything comes in as a tally (how many bear a value), never as one row an obligation, so that
a hundred thousand orders weigh as much as ten. A statistic never goes without how many it is of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from app.domain.status import Status

TIME_STARTS = (0, 31, 61, 91, 181, 366)
"""Days to production: where each bucket begins; what is below the first came beforehand."""
LATE_STARTS = (0, 8, 31, 91)
"""Days late. The first bucket holds what came on the last day itself, after its hour."""
FEW = 10
"""Of fewer than so many no share in per cent is given: one more or less would move it by ten."""
QUARTILES_MIN = 4
"""Of fewer than so many no quartiles are given: each quarter must hold one at least."""
MONTHS_BEFORE, MONTHS_AFTER = 12, 11
"""How many months are shown one by one before and after that of the day asked about."""

Tally = Mapping[tuple[Status, date | None], int]
"""How many obligations bear a status and have a last legal day (None: none is known)."""


class DueState(StrEnum):
    """What became of an obligation whose last day is known, as a chart tells it apart."""

    on_time = "on_time"
    late = "late"
    overdue = "overdue"
    not_late = "not_late"


_OVERDUE = frozenset({Status.overdue_nothing, Status.overdue_partly})
MET = frozenset({Status.met_on_time, Status.met_late})


def due_state(status: Status) -> DueState | None:
    """What an obligation of that status counts as; None where nothing is owed any more."""
    if status is Status.ended:
        return None
    if status is Status.met_on_time:
        return DueState.on_time
    if status is Status.met_late:
        return DueState.late
    return DueState.overdue if status in _OVERDUE else DueState.not_late


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many lie between two days, both included; None: no limit on that side."""

    from_days: int | None
    to_days: int | None
    count: int


def buckets(days: Mapping[int, int], starts: Sequence[int]) -> tuple[Bucket, ...]:
    """The tally of days cut at ``starts``, with what lies below the first of them before it."""
    edges = [None, *starts, None]
    return tuple(
        Bucket(low, None if high is None else high - 1, _between(days, low, high))
        for low, high in pairwise(edges)
    )


def _between(days: Mapping[int, int], low: int | None, high: int | None) -> int:
    return sum(
        n
        for value, n in days.items()
        if (low is None or value >= low) and (high is None or value < high)
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number of days is spread over ``count`` obligations.

    The median is the middle one, or the mean of the middle two; quartiles lie a quarter of the
    way from the first to the last, in a straight line between neighbours (Hyndman and Fan's
    seventh, a spreadsheet's QUARTILE.INC), in tenths of a day. None where there are too few.
    """

    count: int
    shortest: int | None
    lower: Decimal | None
    median: Decimal | None
    upper: Decimal | None
    longest: int | None
    buckets: tuple[Bucket, ...]


def spread(days: Mapping[int, int], starts: Sequence[int]) -> Spread:
    """The spread of a tally of days."""
    ranked = sorted((value, n) for value, n in days.items() if n > 0)
    count = sum(n for _, n in ranked)
    quartered = count >= QUARTILES_MIN
    return Spread(
        count=count,
        shortest=ranked[0][0] if ranked else None,
        lower=_quantile(ranked, count, Fraction(1, 4)) if quartered else None,
        median=_quantile(ranked, count, Fraction(1, 2)) if ranked else None,
        upper=_quantile(ranked, count, Fraction(3, 4)) if quartered else None,
        longest=ranked[-1][0] if ranked else None,
        buckets=buckets(days, starts),
    )


def _quantile(ranked: Sequence[tuple[int, int]], count: int, part: Fraction) -> Decimal:
    at = (count - 1) * part
    first = _ranked(ranked, at.numerator // at.denominator)
    second = _ranked(ranked, -(-at.numerator // at.denominator))
    found = first + (second - first) * (at % 1)
    exact = Decimal(found.numerator) / Decimal(found.denominator)
    shown = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return shown.to_integral_value() if shown == shown.to_integral_value() else shown


def _ranked(ranked: Sequence[tuple[int, int]], place: int) -> int:
    """The value at a place from 0, as if each stood there as often as it is counted."""
    passed = 0
    for value, n in ranked[:-1]:
        passed += n
        if place < passed:
            return value
    return ranked[-1][0]


def share(count: int, of: int) -> Decimal | None:
    """Per cent, whole; None of too few to say it."""
    if of < FEW:
        return None
    return (Decimal(100 * count) / of).quantize(Decimal(1), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class LateBucket:
    """So many days late: ``met`` since, and ``overdue``, late by so many days until now."""

    from_days: int
    to_days: int | None
    met: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """Every obligation once: on time, late by how much, or still to come.

    ``no_last_day``: met, and no last legal day is known that it could have missed. ``ended``
    are apart: nothing is owed any more.
    """

    on_time: int
    no_last_day: int
    late: tuple[LateBucket, ...]
    not_late: int
    ended: int

    @property
    def count(self) -> int:
        """How many there are but for those that ended."""
        late = sum(each.met + each.overdue for each in self.late)
        return self.on_time + self.no_last_day + late + self.not_late


def lateness(tally: Tally, met_late: Mapping[int, int], overdue: Mapping[int, int]) -> Lateness:
    """Lateness from the tally, and from how many are late by how many days.

    ``met_late`` and ``overdue`` are tallies of days of the court's calendar, from 0.
    """
    states: Counter[DueState | None] = Counter()
    undated = 0
    for (status, due_on), n in tally.items():
        states[due_state(status)] += n
        undated += n if status is Status.met_on_time and due_on is None else 0
    met, still = (buckets(days, LATE_STARTS)[1:] for days in (met_late, overdue))
    return Lateness(
        on_time=states[DueState.on_time] - undated,
        no_last_day=undated,
        late=tuple(
            LateBucket(a.from_days or 0, a.to_days, a.count, b.count)
            for a, b in zip(met, still, strict=True)
        ),
        not_late=states[DueState.not_late],
        ended=states[None],
    )


def days_overdue(tally: Tally, today: date) -> Counter[int]:
    """How many are overdue by how many days on the court day ``today``, from 0."""
    found: Counter[int] = Counter()
    for (status, due_on), n in tally.items():
        if status in _OVERDUE and due_on is not None:
            found[max(0, (today - due_on).days)] += n
    return found


@dataclass(frozen=True, slots=True)
class DueCounts:
    """What became of what was due within a span of time."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    not_late: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.on_time + self.late + self.overdue + self.not_late


@dataclass(frozen=True, slots=True)
class Months:
    """What was due, by the month of its last legal day.

    ``each`` is a run of months without a gap, by their first days; what is due before and
    after it is counted in sum. ``ended`` obligations are left out.
    """

    before: DueCounts
    each: tuple[tuple[date, DueCounts], ...]
    after: DueCounts
    no_last_day: int

    @property
    def count(self) -> int:
        """All that have a last day."""
        return self.before.count + sum(x.count for _, x in self.each) + self.after.count


def months(tally: Tally, today: date) -> Months:
    """The tally by month: at most the year before that of ``today`` and the one from it on."""
    now = _month(today)
    found: dict[int, Counter[DueState]] = {}
    no_last_day = 0
    for (status, due_on), n in tally.items():
        state = due_state(status)
        if state is None:
            continue
        if due_on is None:
            no_last_day += n
        else:
            found.setdefault(_month(due_on), Counter())[state] += n
    near = [at for at in found if now - MONTHS_BEFORE <= at <= now + MONTHS_AFTER]
    run = range(min(near), max(near) + 1) if near else range(0)
    return Months(
        before=_summed(c for at, c in found.items() if at < now - MONTHS_BEFORE),
        each=tuple((_first_day(at), _summed([found.get(at, Counter())])) for at in run),
        after=_summed(c for at, c in found.items() if at > now + MONTHS_AFTER),
        no_last_day=no_last_day,
    )


def _month(on: date) -> int:
    return on.year * 12 + on.month - 1


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _summed(counters: Iterable[Counter[DueState]]) -> DueCounts:
    total: Counter[DueState] = Counter()
    for one in counters:
        total.update(one)
    return DueCounts(*(total[state] for state in DueState))


def by_status(tally: Tally) -> Counter[Status]:
    """How many bear each status, whatever their last day."""
    found: Counter[Status] = Counter()
    for (status, _), n in tally.items():
        found[status] += n
    return found
