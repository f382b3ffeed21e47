"""What stays, and yearly windows that do not count, do to a running period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.counting import Plan, Sheet
from app.domain.periods import MonthAnchor, Unit, add_days
from app.domain.rulepacks import Cited, Roll, YearlyWindow
from app.errors import Incomputable, Invalid

STAYS_MAX = 200

_BY_DECISION = Cited(value=None, citation="")


class SuspensionEffect(StrEnum):
    """``suspend``: the remaining time runs after the stay. ``interrupt``: all of it again."""

    suspend = "suspend"
    interrupt = "interrupt"


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days during which time did not run.

    Args:
        from_on: the first day that does not count.
        until_on: the day the stay is lifted; like the day of a trigger it is not counted.
            None while the stay is open: nothing can then be computed.
    """

    from_on: date
    until_on: date | None
    effect: SuspensionEffect = SuspensionEffect.suspend

    def __post_init__(self) -> None:
        if self.until_on is not None and self.until_on < self.from_on:
            raise Invalid.field("until_on", "A stay is not lifted before it begins.")


@dataclass(frozen=True, slots=True)
class _Halt:
    from_on: date
    until_on: date
    interrupts: bool
    rule: str
    cited: Cited[object]


def halts(sheet: Sheet, stays: Sequence[Suspension], trigger_on: date) -> list[_Halt]:
    """Stays and yearly windows together, in order of their first day.

    Raises:
        Incomputable: a stay is still open.
    """
    if len(stays) > STAYS_MAX:
        raise Invalid.field("suspensions", "There are more than {most} stays.", most=STAYS_MAX)
    found = [_closed(stay) for stay in stays]
    for cited in sheet.pack.windows:
        found.extend(_windows(cited, trigger_on.year - 1, sheet.counting.last_year))
    found.sort(key=lambda halt: (halt.from_on, halt.until_on))
    return found


def _closed(stay: Suspension) -> _Halt:
    if stay.until_on is None:
        raise Incomputable(
            "Time has been stayed since {from_on}; there is no last day until the stay is lifted.",
            from_on=stay.from_on,
        )
    interrupts = stay.effect is SuspensionEffect.interrupt
    rule = "interruption" if interrupts else "suspension"
    return _Halt(stay.from_on, stay.until_on, interrupts, rule, _BY_DECISION)


def _windows(cited: Cited[YearlyWindow], first_year: int, last_year: int) -> Iterable[_Halt]:
    window = cited.value
    starts, ends = (window.from_month, window.from_day), (window.until_month, window.until_day)
    over = 1 if ends < starts else 0
    for year in range(first_year, last_year + 1):
        first, last = _in_year(year, *starts), _in_year(year + over, *ends)
        yield _Halt(first, last, False, "yearly_window", cited)


def _in_year(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28)


def counted(
    sheet: Sheet,
    start_on: date,
    parts: Plan,
    anchor: MonthAnchor,
    stays: Sequence[Suspension],
) -> date:
    """Count a plan from ``start_on``, through the stays and the yearly windows it meets."""
    if stays or sheet.pack.windows:
        return run(sheet, start_on, parts, anchor, halts(sheet, stays, start_on))
    return sheet.count(start_on, parts, anchor)


def run(
    sheet: Sheet,
    start_on: date,
    parts: Plan,
    anchor: MonthAnchor,
    pauses: Sequence[_Halt],
) -> date:
    """Count a plan from ``start_on``, through the halts that it meets before its end."""
    end = sheet.count(start_on, parts, anchor)
    done_on = start_on
    for halt in pauses:
        # Days already passed over, or before the start, are not passed over twice.
        first = max(halt.from_on, add_days(done_on, 1))
        if halt.until_on < first:
            continue
        if first > end and first > _rolled(sheet, end):
            break
        done_on = halt.until_on
        if halt.interrupts:
            _note(sheet, halt, end)
            end = sheet.count(halt.until_on, parts, anchor)
        else:
            end = _resume(sheet, halt, first, end, parts)
    return end


def _rolled(sheet: Sheet, end: date) -> date:
    """Where the end would roll, without a step: a stay may begin on the rolled day."""
    if sheet.pack.roll_after.value is Roll.next_working:
        return sheet.rolling.next_working(end)
    return end


def _note(sheet: Sheet, halt: _Halt, end: date) -> None:
    sheet.note(
        halt.rule,
        halt.cited,
        end,
        halt.until_on,
        "Time was interrupted from {from_on} to {until_on}: all of it runs again from {until_on}.",
        from_on=halt.from_on,
        until_on=halt.until_on,
    )


def _resume(sheet: Sheet, halt: _Halt, first: date, end: date, parts: Plan) -> date:
    """Move the end by the time that remained when the halt began, at least one day."""
    if parts[-1][1] is Unit.working_day:
        remaining = max(sheet.counting.count_working(first, end), 1)
        moved = sheet.counting.add_working(halt.until_on, remaining)
    else:
        remaining = max((end - first).days + 1, 1)
        moved = add_days(halt.until_on, remaining)
    sheet.note(
        halt.rule,
        halt.cited,
        end,
        moved,
        "Time does not count from {from_on} to {until_on}: what remained runs after it, "
        "to {to_on:weekday}.",
        from_on=halt.from_on,
        until_on=halt.until_on,
        to_on=moved,
    )
    return moved
