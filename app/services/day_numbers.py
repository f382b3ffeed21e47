"""Days of a court's calendar in SQL, as numbers that can be subtracted and grouped by.

No database shares our list of time zones, and SQLite has none: when a zone's clock was moved is
written into the statement, the latest first, for most of what is asked about is recent.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, case, cast, extract, func, literal

from app import models as m

DAY_SECONDS = 86_400
YEARS_MAX = 60
"""How far back a zone's changes are told; before that its first offset of these years holds."""
_STEP = timedelta(days=7)


def day_number(column: Any, *, lite: bool) -> ColumnElement[int]:
    """The number of a day (a column of dates): whole days since 1 January 1970."""
    return _seconds(column, lite=lite) // literal(DAY_SECONDS, BigInteger)


def court_day_number(column: Any, zone: str, until: datetime, *, lite: bool) -> ColumnElement[int]:
    """The number of the court day on which an instant falls in ``zone``.

    ``until`` is the latest instant that the column holds. Right from ``YEARS_MAX`` years before
    it on; nothing that a service records is older.
    """
    changes, first = _offsets(zone, until.year)
    at = m.StandingRow.completed_at.type
    offset: ColumnElement[int] = literal(first, BigInteger)
    if changes:
        offset = case(
            *((column >= literal(since, at), literal(s, BigInteger)) for since, s in changes),
            else_=offset,
        )
    return (_seconds(column, lite=lite) + offset) // literal(DAY_SECONDS, BigInteger)


def _seconds(column: Any, *, lite: bool) -> ColumnElement[int]:
    """Whole seconds since 1970, a begun one left out; ``lite``: on SQLite."""
    if lite:
        # SQLite would round a second's last half thousandth up, and a day's into the next day.
        whole = func.substr(column, 1, len("2021-09-13 23:59:59"))
        return cast(extract("epoch", whole), BigInteger)
    return cast(func.floor(extract("epoch", column)), BigInteger)


@lru_cache(maxsize=256)
def _offsets(name: str, year: int) -> tuple[tuple[tuple[datetime, int], ...], int]:
    """When the zone's offset changed up to the end of ``year``, latest first, and to what.

    In seconds; and the offset before all of them.
    """
    zone = ZoneInfo(name)
    at = datetime(max(1, year - YEARS_MAX), 1, 2, tzinfo=UTC)
    end = datetime(min(9999, year + 1), 1, 1, tzinfo=UTC)
    marks = [at]
    while marks[-1] < end:
        marks.append(marks[-1] + _STEP)
    changes = [
        (_change(zone, before, after), _offset(zone, after))
        for before, after in pairwise(marks)
        if _offset(zone, before) != _offset(zone, after)
    ]
    return tuple(reversed(changes)), _offset(zone, at)


def _offset(zone: ZoneInfo, at: datetime) -> int:
    found = at.astimezone(zone).utcoffset()
    return int(found.total_seconds()) if found is not None else 0


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second of the new offset, between two instants that differ by it."""
    low, high = int(before.timestamp()), int(after.timestamp())
    new = _offset(zone, after)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == new:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)
