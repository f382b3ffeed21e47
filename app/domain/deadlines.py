"""The last day of a term, the instant at which its time is over, and every step to it.

CPC art. 640-642, FRCP 6, BGB §§ 187-193 and their like, as a rule pack states them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.domain.calendars import CourtCalendar
from app.domain.computation import EXTENSIONS_MAX, Computation, Extension
from app.domain.counting import Sheet
from app.domain.deemed import deemed_start, eve_of_first
from app.domain.hours import day_over, hour_end, last_day, local_day
from app.domain.periods import Direction, Duration, Unit, duration_phrase, merge
from app.domain.rulepacks import Cited, ExtensionBase, RulePack
from app.domain.stays import Suspension, SuspensionEffect, counted, halts, prorogued, run
from app.domain.steps import Step, replay
from app.domain.terms import NoTerm, Term, TriggerKind, Until, Within, at_field
from app.errors import Incomputable, Invalid, RuleNotInForce, TriggerUnknown

__all__ = [
    "Computation",
    "Extension",
    "Step",
    "Suspension",
    "SuspensionEffect",
    "compute",
    "replay",
]

_BY_DECISION = Cited(value=None, citation="")


class _End(NamedTuple):
    """A last day on its way: with an hour, or an instant already rolled, or fixed by a date."""

    on: date
    at: time | None = None
    instant: datetime | None = None
    fixed: bool = False


def compute(
    *,
    term: Term,
    pack: RulePack,
    calendar: CourtCalendar,
    zone: ZoneInfo,
    trigger: date | datetime | None,
    service_method: str | None = None,
    extensions: Sequence[Extension] = (),
    suspensions: Sequence[Suspension] = (),
    at_court: bool | None = None,
    rule_on: date | None = None,
    roll: bool = True,
) -> Computation:
    """Compute the last day of a term and the instant at which its time is over.

    Args:
        trigger: the day of the trigger or its aware instant; not needed for a fixed date.
        service_method: counts only where the trigger is service, and the pack must know it.
            Where the rules deem service done on another day, the trigger is the act itself.
        extensions: in the order in which they were given.
        suspensions: stays, all of them lifted.
        at_court: whether the act is to be done at the court; asked for only by packs that
            roll nothing else, and only when the day would roll.
        rule_on: the day as of which the pack must be in force, if not the trigger's.
        roll: False leaves a last day that is a day off where it is.

    Raises:
        TriggerUnknown: the trigger, or for hours its hour or its time zone, is missing.
        RuleNotInForce: the pack is not stated for that day, or does not know the unit or
            the mode of service, or does not say how such a day is found.
        CalendarNotCovered: a day had to be judged in a year the calendar does not cover.
        Incomputable: no term is stated, a stay is open, or no rule gives the answer.
    """
    if isinstance(term, NoTerm):
        raise Incomputable("The order states no term, so there is no last day to compute.")
    if len(extensions) > EXTENSIONS_MAX:
        raise Invalid.field("extensions", "There are more than {most}.", most=EXTENSIONS_MAX)
    if isinstance(term, Until):
        if pack.fixed_dates_roll.value or extensions:
            # A date that stands as it is written needs no rule to be in force.
            pack.require_in_force(rule_on or term.on, "rule_on" if rule_on else "fixed_date")
        sheet = Sheet(pack, calendar, Direction.after, at_court, rolls=roll)
        end, rest = _stated(sheet, term), list(extensions)
    else:
        trigger_on = trigger_day(trigger, zone)
        pack.require_in_force(rule_on or trigger_on, "rule_on" if rule_on else "trigger")
        sheet = Sheet(pack, calendar, term.direction, at_court, rolls=roll)
        if not sheet.forward:
            _refuse_moves_back(extensions, suspensions)
        method = service_method if term.trigger == TriggerKind.service else None
        hours = Unit.hour in [period.unit for period in term.periods]
        if trigger and method is not None and method in pack.deemed_service and sheet.forward:
            trigger_on = _deemed(sheet, method, trigger, zone, hours=hours)
        periods, rest = _prolonged(sheet, term, trigger_on, extensions)
        if hours:
            end = _hours(sheet, periods, trigger or trigger_on, zone, method, suspensions)
        else:
            end = _days(sheet, periods, trigger_on, method, suspensions)
    for extension in rest:
        end = _extended(sheet, end, extension, suspensions)
    return _closed(sheet, end, calendar, zone, suspensions)


def trigger_day(trigger: date | datetime | None, zone: ZoneInfo) -> date:
    """The court day of the trigger; ``TriggerUnknown`` when there is none."""
    if trigger is None:
        raise TriggerUnknown("The day from which time runs is not known.").at("trigger")
    return local_day(trigger, zone)


def _deemed(
    sheet: Sheet, method: str, trigger: date | datetime, zone: ZoneInfo, *, hours: bool
) -> date:
    """The day on which an act of service is deemed done: the trigger, then."""
    if hours:
        raise Incomputable("No rule says from which hour a period runs when service is deemed.").at(
            "service_method"
        )
    return eve_of_first(sheet, method, deemed_start(sheet, method, trigger, zone))


def _refuse_moves_back(extensions: Sequence[Extension], suspensions: Sequence[Suspension]) -> None:
    if suspensions or any(each.periods for each in extensions):
        raise Incomputable(
            "No rule says how a stay or a longer period moves a term counted back from an "
            "event: record the date that the court set."
        ).at("suspensions" if suspensions else "extensions")


def _stated(sheet: Sheet, term: Until) -> _End:
    sheet.note(
        "stated_date",
        _BY_DECISION,
        term.on,
        term.on,
        "The order states the date: {on:weekday}.",
        on=term.on,
    )
    return _End(term.on, at=term.at, fixed=True)


def _prolonged(
    sheet: Sheet, term: Within, trigger_on: date, extensions: Sequence[Extension]
) -> tuple[Duration, list[Extension]]:
    """The stated period, made longer by those extensions that count from the trigger."""
    base, periods, rest = sheet.pack.extension_base, term.periods, list(extensions)
    while rest and rest[0].periods and base.value is ExtensionBase.trigger:
        added = rest.pop(0).periods
        periods = at_field("extensions", merge, (*periods, *added))
        sheet.note(
            "extension",
            base,
            trigger_on,
            trigger_on,
            "Prolonged by {added}: one longer period from the same day, {longer}.",
            added=duration_phrase(added),
            longer=duration_phrase(periods),
        )
    for period in periods:
        sheet.pack.require_unit(period.unit)
    return periods, rest


def _hours(
    sheet: Sheet,
    periods: Duration,
    trigger: date | datetime,
    zone: ZoneInfo,
    method: str | None,
    suspensions: Sequence[Suspension],
) -> _End:
    if suspensions:
        raise Incomputable("No rule says how a stay moves a term counted in hours.").at(
            "suspensions"
        )
    if (added := sheet.added(method)) is not None:
        raise sheet.pack.refusal(
            added,
            "The rules {pack} do not say how days for service are added to a period in hours "
            "({citation}).",
        ).at("service_method")
    if any(period.unit is not Unit.hour for period in periods):
        raise RuleNotInForce(
            "The rules {pack} do not say how hours are counted together with other units.",
            pack=sheet.pack.id,
        ).at("period")
    raw_on, over_at = hour_end(sheet, trigger, sum(period.value for period in periods), zone)
    return _End(raw_on, instant=over_at)


def _days(
    sheet: Sheet,
    periods: Duration,
    trigger_on: date,
    method: str | None,
    suspensions: Sequence[Suspension],
) -> _End:
    start_on, anchor = sheet.start(trigger_on)
    parts = sheet.parts(periods)

    def rest(from_on: date, end: date) -> date:
        return sheet.finish(sheet.served(sheet.lengthened(from_on, end, parts), method), periods)

    return _End(
        counted(sheet, start_on, parts, anchor, suspensions, rest, sheet.added_unit(method))
    )


def _extended(
    sheet: Sheet, end: _End, extension: Extension, suspensions: Sequence[Suspension]
) -> _End:
    """An extension to a date, or by a period counted from the end reached so far."""
    if extension.on is not None:
        sheet.note(
            "extension",
            _BY_DECISION,
            end.on,
            extension.on,
            "Extended to {to_on:weekday}.",
            to_on=extension.on,
        )
        return _End(extension.on, at=extension.at, fixed=True)
    if end.instant is not None or any(p.unit is Unit.hour for p in extension.periods):
        raise Incomputable("No rule says how a term counted in hours is prolonged by a period.").at(
            "extensions"
        )
    pack, from_on = sheet.pack, end.on
    if pack.extension_base.value is ExtensionBase.refused:
        raise pack.refusal(
            pack.extension_base,
            "The rules {pack} do not say from where a longer period is counted ({citation}): "
            "give the date that was set.",
        ).at("extensions")
    for period in extension.periods:
        pack.require_unit(period.unit)
    if pack.fixed_dates_roll.value or not end.fixed:
        from_on = sheet.roll(from_on)
    sheet.note(
        "extension",
        pack.extension_base,
        from_on,
        from_on,
        "Prolonged by {added}, counted from {from_on:weekday}.",
        added=duration_phrase(extension.periods),
        from_on=from_on,
    )
    parts = sheet.parts(extension.periods, short=False)
    pauses = halts(sheet, suspensions, from_on)
    return _End(run(sheet, from_on, parts, pack.month_anchor.value, pauses), at=end.at)


def _closed(
    sheet: Sheet,
    end: _End,
    calendar: CourtCalendar,
    zone: ZoneInfo,
    suspensions: Sequence[Suspension],
) -> Computation:
    """The last roll, and the instant at which the last day is over."""
    pack = sheet.pack
    if end.instant is not None:
        due_at = end.instant
        due_on = rolled_on = last_day(due_at, zone)
    else:
        if end.fixed:
            due_on, rolled_on = _fixed(sheet, end.on, suspensions)
        else:
            due_on = rolled_on = sheet.roll(end.on)
        due_at = day_over(due_on, end.at or pack.day_end.value, zone)
    sheet.note(
        "day_end",
        _BY_DECISION if end.at else pack.day_end,
        None,
        None,
        "Time is over at the end of {due_on:weekday}, 24:00 by the clock of the court."
        if due_at.time() == time.min
        else "Time is over at {due_at}, by the clock of the court.",
        due_on=due_on,
        due_at=due_at,
    )
    return Computation(
        raw_on=end.on,
        rolled_on=rolled_on,
        due_on=due_on,
        due_at=due_at,
        steps=tuple(sheet.steps),
        pack_id=pack.id,
        pack_version=pack.version,
        calendar_code=calendar.code,
        calendar_version=calendar.version,
        days_used=tuple([sheet.off[day] for day in sorted(sheet.off)]) if sheet.off else (),
    )


def _fixed(sheet: Sheet, on: date, suspensions: Sequence[Suspension]) -> tuple[date, date]:
    """The due day of a fixed date, and where it would roll."""
    cited = sheet.pack.fixed_dates_roll
    for halt in halts(sheet, suspensions, on):
        last_on = sheet.would_roll(on) if cited.value else on
        if halt.effect is SuspensionEffect.prorogue and halt.holds(last_on):
            on = prorogued(sheet, halt, on)
        elif halt.rule != "yearly_window" and halt.holds(last_on):
            raise Incomputable(
                "{on:weekday}, the date set, fell in the stay of {from_on} to {until_on}: only "
                "the court can set another.",
                on=last_on,
                from_on=halt.from_on,
                until_on=halt.until_on,
            ).at("suspensions")
    if cited.value:
        rolled_on = sheet.roll(on)
        return rolled_on, rolled_on
    rolled_on = sheet.rolling.next_working(on)
    if rolled_on != on:
        met = sheet.rolling.days_off_between(on, on)
        sheet.note(
            "fixed_date",
            cited,
            on,
            on,
            "That is not a working day: {days}. A date fixed by the court is not moved to "
            "{rolled_on:weekday}.",
            days=sheet.meet(met),
            rolled_on=rolled_on,
        )
    return on, rolled_on
