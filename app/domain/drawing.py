"""A computation drawn on month grids: which days counted, which did not, and why.

Read off the steps alone, so that the drawing cannot say anything else than they do.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.domain.calendars import CourtCalendar, DayOff
from app.domain.computation import Computation
from app.domain.steps import Step

MONTHS_MAX = 24

_WEEKS = gregorian.Calendar()
_STAYS = frozenset({"suspension", "interruption", "yearly_window"})


class DayRole(StrEnum):
    """What a day is in a computation."""

    none = "none"
    trigger = "trigger"
    counted = "counted"
    not_counted = "not_counted"
    free = "free"
    """Left free beside the days counted: a clear day, the extra day of a délai franc."""
    moved_over = "moved_over"
    """A day off from which the last day moved on."""
    last = "last"


# Steps that leave the day from which they start, and what it then is.
_LEAVES = {
    "roll": DayRole.moved_over,
    "sitting": DayRole.moved_over,
    "prorogation": DayRole.moved_over,
    "franc": DayRole.free,
    "clear_day": DayRole.free,
}


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One cell: the day, what it is in the computation, and what makes it a day off."""

    on: date
    role: DayRole
    off: DayOff | None


@dataclass(frozen=True, slots=True)
class DrawnMonth:
    """One month, in weeks from Monday; None for cells of the months beside it."""

    year: int
    month: int
    weeks: tuple[tuple[DrawnDay | None, ...], ...]

    @property
    def first_on(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def named_days(self) -> tuple[DayOff, ...]:
        """The days off of the month that have a name: all but its weekends."""
        days = (day.off for week in self.weeks for day in week if day is not None)
        return tuple(off for off in days if off is not None and off.name)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The months from the first to the last day of a computation.

    ``left_out``: how many months in the middle are not drawn, of a computation longer than
    ``MONTHS_MAX``.
    """

    months: tuple[DrawnMonth, ...]
    left_out: int = 0


def drawn(found: Computation, calendar: CourtCalendar) -> Drawing:
    """Draw a computation. Days that the calendar does not cover are drawn without a name."""
    roles = _roles(found, calendar)
    months = list(_months(min(roles), max(roles)))
    half = MONTHS_MAX // 2
    kept = months if len(months) <= MONTHS_MAX else months[:half] + months[-half:]
    return Drawing(
        tuple(_month(year, month, roles, calendar) for year, month in kept),
        len(months) - len(kept),
    )


def _roles(found: Computation, calendar: CourtCalendar) -> dict[date, DayRole]:
    roles: dict[date, DayRole] = {}
    for step in found.steps:
        if step.from_on is not None and step.to_on is not None:
            _paint(roles, step, step.from_on, step.to_on, calendar)
    roles[found.due_on] = DayRole.last
    return roles


def _paint(
    roles: dict[date, DayRole], step: Step, start: date, end: date, calendar: CourtCalendar
) -> None:
    """Paint one step; later steps paint over earlier ones, but never over the trigger."""
    if step.rule == "trigger":
        roles[start] = DayRole.trigger
    elif step.rule in _STAYS:
        _stay(roles, step, end)
    else:
        for day in _between(start, end):
            if roles.get(day) is not DayRole.trigger:
                roles[day] = _role(step.rule, day, calendar)
        if step.rule in _LEAVES and start != end:
            roles[start] = _LEAVES[step.rule]


def _role(rule: str, day: date, calendar: CourtCalendar) -> DayRole:
    if rule == "working_days":
        return DayRole.counted if calendar.is_working(day) else DayRole.not_counted
    if rule == "deemed_service":
        return DayRole.not_counted
    return _LEAVES.get(rule, DayRole.counted)


def _stay(roles: dict[date, DayRole], step: Step, end: date) -> None:
    """The days of a stay do not count; those after it, up to the new end, do."""
    first, last = step.why.values["from_on"], step.why.values["until_on"]
    assert isinstance(first, date)  # noqa: S101  the step of a stay says both
    assert isinstance(last, date)  # noqa: S101
    if step.rule == "interruption":
        for day, role in list(roles.items()):
            roles[day] = DayRole.not_counted if role is DayRole.counted else role
    for day in _between(first - timedelta(days=1), last):
        if roles.get(day) is not DayRole.trigger:
            roles[day] = DayRole.not_counted
    if step.rule != "interruption":
        for day in _between(last, end):
            roles[day] = DayRole.counted


def _between(start: date, end: date) -> Iterator[date]:
    """The days after ``start`` up to ``end``, in either direction."""
    step = 1 if end >= start else -1
    for n in range(1, abs((end - start).days) + 1):
        yield start + timedelta(days=step * n)


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for index in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield index // 12, index % 12 + 1


def _month(
    year: int, month: int, roles: dict[date, DayRole], calendar: CourtCalendar
) -> DrawnMonth:
    return DrawnMonth(
        year,
        month,
        tuple(
            tuple(
                DrawnDay(
                    day,
                    roles.get(day, DayRole.none),
                    calendar.day_off(day) if calendar.covers(day) else None,
                )
                if day.month == month
                else None
                for day in week
            )
            for week in _WEEKS.monthdatescalendar(year, month)
        ),
    )
