"""Periods of time as orders state them: a number and its unit, never a bare number.

Month arithmetic follows the shape common to CPC art. 641, BGB § 188 and the Belgian
Code judiciaire art. 54; which variant applies is a parameter of the rule pack.
"""

from __future__ import annotations

import calendar as gregorian
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from functools import lru_cache

from app.errors import Incomputable, Invalid
from app.phrases import Phrase, phrase

VALUE_MAX = 100_000
PERIODS_MAX = 12
TEXT_LENGTH_MAX = 64


class Unit(StrEnum):
    """A unit of time that an order may state.

    ``working_day`` is a day the court works; ``court_day`` is the same where rules or
    orders call it so (California, CCP 12c).
    """

    hour = "hour"
    day = "day"
    working_day = "working_day"
    court_day = "court_day"
    week = "week"
    month = "month"
    year = "year"

    # Enum hashes in Python; units are dictionary keys a million times over.
    __hash__ = str.__hash__


class Direction(StrEnum):
    """Counting on from an event, or back from one (a hearing, say)."""

    after = "after"
    before = "before"


class MonthAnchor(StrEnum):
    """The day whose number a period in months keeps."""

    event_day = "event_day"
    day_after = "day_after"


@dataclass(frozen=True, slots=True)
class Period:
    """A count of one unit, 1 to 100,000."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise Invalid.field("value", "A period is counted in whole units.")
        if not 1 <= self.value <= VALUE_MAX:
            raise Invalid.field(
                "value",
                "A period is from 1 to {largest} units long, not {value}.",
                largest=VALUE_MAX,
                value=self.value,
            )


Duration = tuple[Period, ...]

_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(\d+)H)?", re.ASCII)
_ISO_UNITS = (Unit.year, Unit.month, Unit.week, Unit.day, Unit.hour)
_SHORT = re.compile(r"(\d+)(WD|CD|Y|M|W|D|H)", re.ASCII)
_SHORT_UNITS = {
    "WD": Unit.working_day,
    "CD": Unit.court_day,
    "Y": Unit.year,
    "M": Unit.month,
    "W": Unit.week,
    "D": Unit.day,
    "H": Unit.hour,
}


def parse_duration(text: str) -> Duration:
    """Read ``P2M``, ``P1M15D``, ``PT72H``, ``P2W``, ``P1Y``, or the short ``2M``, ``10WD``.

    Raises:
        Invalid: on field ``period``; a number without a unit is told to say its unit.
    """
    written = text.strip().upper()
    if len(written) > TEXT_LENGTH_MAX:
        raise Invalid.field("period", "This is too long to be a period.")
    if written.isdecimal():
        raise Invalid.field(
            "period",
            "Say the unit: {value} what? For instance {value}M for months, {value}D for days.",
            value=written,
        )
    found = _iso_parts(written) or _short_parts(written)
    if not found:
        raise Invalid.field(
            "period",
            "This is not a period. Write it as P2M, P1M15D, PT72H, or 2M, 15D, 72H, 10WD.",
        )
    try:
        return tuple(Period(_whole(number), unit) for number, unit in found)
    except Invalid as fault:
        raise Invalid.field("period", fault.message.template, **fault.message.values) from fault


def _iso_parts(written: str) -> list[tuple[str, Unit]]:
    match = _ISO.fullmatch(written)
    if match is None:
        return []
    pairs = zip(match.groups(), _ISO_UNITS, strict=True)
    return [(number, unit) for number, unit in pairs if number is not None]


def _short_parts(written: str) -> list[tuple[str, Unit]]:
    parts = _SHORT.findall(written)
    if "".join(number + letters for number, letters in parts) != written:
        return []
    return [(number, _SHORT_UNITS[letters]) for number, letters in parts]


def _whole(number: str) -> int:
    # Beyond the bound every value is refused alike; do not convert long digit strings.
    return int(number) if len(number) <= len(str(VALUE_MAX)) else VALUE_MAX + 1


_ONE = {
    Unit.hour: "{count} hour",
    Unit.day: "{count} day",
    Unit.working_day: "{count} working day",
    Unit.court_day: "{count} court day",
    Unit.week: "{count} week",
    Unit.month: "{count} month",
    Unit.year: "{count} year",
}
_MANY = {
    Unit.hour: "{count} hours",
    Unit.day: "{count} days",
    Unit.working_day: "{count} working days",
    Unit.court_day: "{count} court days",
    Unit.week: "{count} weeks",
    Unit.month: "{count} months",
    Unit.year: "{count} years",
}


def duration_phrase(periods: Duration) -> Phrase:
    """Say a duration: ``2 months``, ``1 month and 15 days``."""
    if not periods:
        raise ValueError("a duration has at least one period")
    said = count_phrase(periods[0].value, periods[0].unit)
    for period in periods[1:]:
        more = count_phrase(period.value, period.unit)
        said = phrase("{first} and {second}", first=said, second=more)
    return said


@lru_cache(maxsize=1024)
def count_phrase(value: int, unit: Unit) -> Phrase:
    """Say a number of units: ``1 month``, ``2 months``."""
    return Phrase((_ONE if value == 1 else _MANY)[unit], {"count": value})


def merge(periods: Iterable[Period]) -> Duration:
    """Add periods of the same unit together, in order of first mention.

    3 months prolonged by 1 month is 4 months (Cass. 2e civ., 25 March 2021, 19-20.636).
    """
    totals: dict[Unit, int] = {}
    for period in periods:
        totals[period.unit] = totals.get(period.unit, 0) + period.value
    return tuple(Period(value, unit) for unit, value in totals.items())


def add_days(day: date, days: int) -> date:
    """``day`` moved by ``days``, or ``Incomputable`` when no calendar reaches that far."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise beyond(day) from None


def add_months(
    day: date,
    months: int,
    *,
    anchor: MonthAnchor = MonthAnchor.event_day,
    clip: bool = True,
) -> tuple[date, bool]:
    """Move ``day`` by whole months in one step; also say whether the month was too short.

    ``anchor`` on the event day: 28 February + 1 month = 28 March (CPC art. 641 al. 2).
    ``anchor`` on the day after: 28 February + 1 month = 31 March, the eve of the number
    of the day after (Belgian CJ art. 54). Without ``clip`` a number that the month lacks
    is carried to the first day of the next month. Months are never added one by one.
    """
    sign = 1 if months >= 0 else -1
    base = add_days(day, sign) if anchor is MonthAnchor.day_after else day
    index = base.year * 12 + base.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not 1 <= year < MAXYEAR:
        raise beyond(day)
    last = gregorian.monthrange(year, month)[1] if base.day > 28 else 28
    if base.day > last:
        end = date(year, month, last)
        return (end if clip else add_days(end, 1)), True
    end = date(year, month, base.day)
    return (add_days(end, -sign) if anchor is MonthAnchor.day_after else end), False


def beyond(day: date) -> Incomputable:
    """What to raise where counting from ``day`` leaves all calendars."""
    return Incomputable(
        "A period counted from {from_on} leaves the years that a calendar can name.", from_on=day
    ).at("period")
