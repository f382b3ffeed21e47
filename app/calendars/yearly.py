"""On which day of a year a yearly holiday falls."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def day_of_year(rule: Mapping[str, Any], year: int) -> date:
    """The day of ``year`` that ``rule`` names.

    A rule is one of: ``easter`` (days after Easter Sunday, negative before it); ``month`` and
    ``day``; ``month``, ``weekday`` and ``nth`` (the n-th such weekday on or after ``day``, the
    first of the month when left out; when negative, on or before ``day``, the last of the month
    when left out). ``plus`` days are added at the end.
    """
    return _named(rule, year) + timedelta(days=rule.get("plus", 0))


def _named(rule: Mapping[str, Any], year: int) -> date:
    if "easter" in rule:
        return easter_sunday(year) + timedelta(days=rule["easter"])
    month = rule["month"]
    if "weekday" not in rule:
        return date(year, month, rule["day"])
    weekday, nth = WEEKDAYS.index(rule["weekday"]), rule["nth"]
    if nth > 0:
        start = date(year, month, rule.get("day", 1))
        return start + timedelta(days=(weekday - start.weekday()) % 7 + 7 * (nth - 1))
    start = date(year, month, rule.get("day", monthrange(year, month)[1]))
    return start - timedelta(days=(start.weekday() - weekday) % 7 + 7 * (-nth - 1))


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the computus of Meeus, Jones and Butcher."""
    century, rest = divmod(year, 100)
    golden = year % 19
    skipped = century // 4
    corrected = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - skipped - corrected + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
