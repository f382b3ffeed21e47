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


# Steps that leave the day from which they start, and what it then is, like all that they pass.
_LEAVES = {
    "roll": DayRole.moved_over,
    "sitting": DayRole.moved_over,
    "prorogation": DayRole.moved_over,
    "franc": DayRole.free,
    "clear_day": DayRole.free,
}
# Steps that start on the day of the trigger.
_DEPARTS = frozenset({"trigger", "hours"})
# Steps that pass over the days off which the computation met.
_SKIPS = _STAYS | {"working_days", "hours", "min_working_days", "service"}


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
    roles = _roles(found)
    months = list(_months(min(roles), max(roles)))
    half = MONTHS_MAX // 2
    kept = months if len(months) <= MONTHS_MAX else months[:half] + months[-half:]
    return Drawing(
        tuple(_month(year, month, roles, calendar) for year, month in kept),
        len(months) - len(kept),
    )


def _roles(found: Computation) -> dict[date, DayRole]:
    roles: dict[date, DayRole] = {}
    met = frozenset(off.on for off in found.days_used)
    for step in found.steps:
        if step.from_on is not None and step.to_on is not None:
            _paint(roles, step, step.from_on, step.to_on, met)
    roles.setdefault(found.due_on, DayRole.last)
    _cut(roles, found.due_on)
    roles[found.due_on] = DayRole.last
    return roles


def _paint(
    roles: dict[date, DayRole], step: Step, start: date, end: date, met: frozenset[date]
) -> None:
    """Paint one step; later steps paint over earlier ones, but never over the trigger."""
    painted: dict[date, DayRole] = {}
    if step.rule in _DEPARTS:
        roles[start] = DayRole.trigger
    if step.rule == "trigger":
        if "first_on" in step.why.values:
            painted = dict.fromkeys(_between(start, end), DayRole.not_counted)
    elif step.rule in _STAYS:
        painted = _stay(roles, step, start, end, met)
    elif step.rule in _LEAVES:
        painted = dict.fromkeys((start, *_between(start, end)), _LEAVES[step.rule])
        painted[end] = DayRole.counted
    else:
        painted = {day: _role(step.rule, day, met) for day in _between(start, end)}
    for day, role in painted.items():
        if roles.get(day) is not DayRole.trigger:
            roles[day] = role


def _role(rule: str, day: date, met: frozenset[date]) -> DayRole:
    passed_over = rule in _SKIPS and day in met
    if passed_over or rule in {"deemed_service", "first_counted"}:
        return DayRole.not_counted
    return DayRole.counted


def _stay(
    roles: dict[date, DayRole], step: Step, start: date, end: date, met: frozenset[date]
) -> dict[date, DayRole]:
    """The days of a stay do not count; those after it, up to the new end, do."""
    first, last = step.why.values["from_on"], step.why.values["until_on"]
    assert isinstance(first, date)  # noqa: S101  the step of a stay says both
    assert isinstance(last, date)  # noqa: S101
    # It may have begun before time ran, or after the old end, on the day to which that rolled.
    begun = max(min(first, start + timedelta(days=1)), min(roles))
    painted = dict.fromkeys(_between(begun - timedelta(days=1), last), DayRole.not_counted)
    if step.rule == "interruption":
        return dict.fromkeys(roles, DayRole.not_counted) | painted
    return painted | {day: _role(step.rule, day, met) for day in _between(last, end)}


def _cut(roles: dict[date, DayRole], last_on: date) -> None:
    """Take away what was counted beyond a last day that was then set earlier."""
    from_on = next((day for day, role in roles.items() if role is DayRole.trigger), min(roles))
    first, last = sorted((from_on, last_on))
    for day, role in list(roles.items()):
        if role is DayRole.counted and not first <= day <= last:
            del roles[day]


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
