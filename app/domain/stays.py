"""What stays, and yearly windows that do not count, do to a running period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.counting import Sheet
from app.domain.periods import MonthAnchor, Unit, add_days
from app.domain.plans import Plan
from app.domain.rulepacks import Cited, YearlyWindow
from app.errors import Incomputable, Invalid

STAYS_MAX = 200

_BY_DECISION = Cited(value=None, citation="")


class SuspensionEffect(StrEnum):
    """``suspend``: the remaining time runs after the stay. ``interrupt``: all of it again.
    ``prorogue``: time runs on, and a last day that falls in the stay moves to the day after it.
    """

    suspend = "suspend"
    interrupt = "interrupt"
    prorogue = "prorogue"


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
class Halt:
    """A stay or a yearly window, both ends included, and what it does to time."""

    from_on: date
    until_on: date
    effect: SuspensionEffect
    rule: str
    cited: Cited[object]

    def holds(self, on: date) -> bool:
        """Whether the day lies in it, both ends included."""
        return self.from_on <= on <= self.until_on


def halts(sheet: Sheet, stays: Sequence[Suspension], trigger_on: date) -> list[Halt]:
    """Stays and yearly windows together, in order of their first day.

    Raises:
        Incomputable: a stay is still open.
    """
    if len(stays) > STAYS_MAX:
        raise Invalid.field("suspensions", "There are more than {most} stays.", most=STAYS_MAX)
    found = [_closed(stay) for stay in stays]
    for cited in sheet.pack.windows:
        found.extend(_windows(cited, max(trigger_on.year - 1, 1), sheet.counting.last_year))
    found.sort(key=lambda halt: (halt.from_on, halt.until_on))
    return found


def _closed(stay: Suspension) -> Halt:
    if stay.until_on is None:
        raise Incomputable(
            "Time has been stayed since {from_on}; there is no last day until the stay is lifted.",
            from_on=stay.from_on,
        ).at("suspensions")
    return Halt(stay.from_on, stay.until_on, stay.effect, _RULES[stay.effect], _BY_DECISION)


_RULES = {
    SuspensionEffect.suspend: "suspension",
    SuspensionEffect.interrupt: "interruption",
    SuspensionEffect.prorogue: "prorogation",
}


def _windows(cited: Cited[YearlyWindow], first_year: int, last_year: int) -> Iterable[Halt]:
    window = cited.value
    starts, ends = (window.from_month, window.from_day), (window.until_month, window.until_day)
    over = 1 if ends < starts else 0
    for year in range(first_year, last_year + 1):
        first, last = _in_year(year, *starts), _in_year(year + over, *ends)
        yield Halt(first, last, SuspensionEffect.suspend, "yearly_window", cited)


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
    rest: Callable[[date, date], date] = lambda _start_on, end: end,
    rest_unit: Unit = Unit.day,
) -> date:
    """Count a plan from ``start_on``, through the stays and the yearly windows it meets.

    Args:
        rest: from the start and the end counted so far, the last day with all that the pack
            adds (days for service, the extra day of a délai franc). Halts reach it too.
        rest_unit: that of what the pack adds.

    Raises:
        Incomputable: a stay is open, or yearly days that do not count lie in a term counted back.
    """
    if not stays and not sheet.pack.windows:
        return rest(start_on, sheet.count(start_on, parts, anchor))
    pauses = halts(sheet, stays, start_on)
    if not sheet.forward:
        return _back(sheet, start_on, rest(start_on, sheet.count(start_on, parts, anchor)), pauses)
    # A prorogation moves the last day alone: it waits until that is known.
    running = [halt for halt in pauses if halt.effect is not SuspensionEffect.prorogue]
    end = run(sheet, start_on, parts, anchor, running, rolls=False)

    def again(from_on: date) -> date:
        return rest(from_on, sheet.count(from_on, parts, anchor))

    return passed(sheet, end, rest(start_on, end), rest_unit, pauses, again)


def _back(sheet: Sheet, start_on: date, end: date, windows: Sequence[Halt]) -> date:
    for halt in windows:
        if halt.from_on < start_on and end <= halt.until_on:
            raise Incomputable(
                "The days from {from_on} to {until_on} do not count, and the rules {pack} do not "
                "say how a period counted back passes over them ({citation}).",
                from_on=halt.from_on,
                until_on=halt.until_on,
                pack=sheet.pack.id,
                citation=halt.cited.citation,
            ).at("direction")
    return end


def run(
    sheet: Sheet,
    start_on: date,
    parts: Plan,
    anchor: MonthAnchor,
    pauses: Sequence[Halt],
    *,
    rolls: bool = True,
) -> date:
    """Count a plan from ``start_on``, through the halts that it meets before its end."""

    def again(from_on: date) -> date:
        return sheet.count(from_on, parts, anchor)

    return passed(sheet, start_on, again(start_on), parts[-1][1], pauses, again, rolls=rolls)


def passed(
    sheet: Sheet,
    done_on: date,
    end: date,
    unit: Unit,
    pauses: Sequence[Halt],
    again: Callable[[date], date],
    *,
    rolls: bool = True,
) -> date:
    """Take time that ran from ``done_on`` to ``end`` through the halts that it meets.

    Args:
        unit: that of what may remain when a halt begins.
        again: counts all of it again, from the end of an interruption.
        rolls: whether the end is a last day, which a halt may meet on the day it rolls to.
    """
    for halt in pauses:
        if halt.effect is SuspensionEffect.prorogue:
            # Time ran on: what follows is counted from where it was.
            end = prorogued(sheet, halt, end) if halt.holds(sheet.would_roll(end)) else end
            continue
        # Days already passed over, or before the start, are not passed over twice.
        first = max(halt.from_on, add_days(done_on, 1))
        if halt.until_on < first:
            continue
        if first > end and not (rolls and first <= sheet.would_roll(end)):
            break
        done_on = halt.until_on
        if halt.effect is SuspensionEffect.interrupt:
            _note(sheet, halt, end)
            end = again(halt.until_on)
        else:
            end = _resume(sheet, halt, first, end, unit)
    return end


def prorogued(sheet: Sheet, halt: Halt, end: date) -> date:
    """The day after a prorogation in which the last day falls."""
    moved = add_days(halt.until_on, 1)
    sheet.note(
        halt.rule,
        halt.cited,
        end,
        moved,
        "The last day falls in the time from {from_on} to {until_on}, which moves it to "
        "{to_on:weekday}.",
        from_on=halt.from_on,
        until_on=halt.until_on,
        to_on=moved,
    )
    return moved


def _note(sheet: Sheet, halt: Halt, end: date) -> None:
    sheet.note(
        halt.rule,
        halt.cited,
        end,
        halt.until_on,
        "Time was interrupted from {from_on} to {until_on}: all of it runs again from {until_on}.",
        from_on=halt.from_on,
        until_on=halt.until_on,
    )


def _resume(sheet: Sheet, halt: Halt, first: date, end: date, unit: Unit) -> date:
    """Move the end by the time that remained when the halt began, at least one day."""
    if unit in (Unit.working_day, Unit.court_day):
        remaining = max(sheet.counting.count_working(first, end), 1)
        moved = sheet.counting.add_working(halt.until_on, remaining)
        sheet.meet(sheet.counting.days_off_between(halt.until_on, moved))
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
