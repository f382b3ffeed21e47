"""Earliest dates: the first day that leaves somebody at least a period.

A minimum period protects its addressee, so its end counts otherwise than a last day: in
clear days the day after the last one counted (CPR 2.8(2)-(3)), elsewhere that day itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.domain.calendars import CourtCalendar
from app.domain.computation import Computation
from app.domain.counting import Sheet
from app.domain.deadlines import trigger_day
from app.domain.deemed import deemed_start, eve_of_first
from app.domain.periods import Direction, Duration, Unit, add_days
from app.domain.rulepacks import Cited, DeadlineKind, DeemedService, RulePack
from app.domain.stays import Suspension, counted
from app.domain.steps import Step
from app.errors import Incomputable

_SITS = Cited(value=None, citation="")


def earliest_date(
    *,
    kind: DeadlineKind,
    periods: Duration,
    pack: RulePack,
    calendar: CourtCalendar,
    zone: ZoneInfo,
    trigger: date | datetime | None,
    service_method: str | None = None,
    suspensions: Sequence[Suspension] = (),
    rule_on: date | None = None,
) -> Computation:
    """The first day that leaves at least the period after the trigger.

    ``earliest_hearing`` also moves it on to a day on which the court sits. In the answer,
    ``due_on`` is that day and ``due_at`` the instant at which it begins.

    Raises:
        TriggerUnknown, RuleNotInForce, CalendarNotCovered: as ``compute``.
        Incomputable: the period is in hours.
    """
    trigger_on = trigger_day(trigger, zone)
    pack.require_in_force(rule_on or trigger_on, "rule_on" if rule_on else "trigger")
    sheet = Sheet(pack, calendar, Direction.after, None)
    for period in periods:
        if period.unit is Unit.hour:
            raise Incomputable(
                "An earliest date is counted in days or longer units, not in hours."
            ).at("period")
        pack.require_unit(period.unit)
    if service_method is not None:
        pack.require_method(service_method)
        if service_method in pack.deemed_service and trigger is not None:
            trigger_on = deemed_start(sheet, service_method, trigger, zone)
            trigger_on = eve_of_first(sheet, service_method, trigger_on)
    start_on, anchor = sheet.start(trigger_on)
    parts = sheet.parts(periods)

    def rest(from_on: date, end: date) -> date:
        return sheet.served(sheet.lengthened(from_on, end, parts), service_method)

    unit = sheet.added_unit(service_method)
    end = counted(sheet, start_on, parts, anchor, suspensions, rest, unit)
    if not pack.roll_only_acts_at_court.value:
        end = sheet.roll(end)
    raw_on = earliest_on = _free(sheet, end, periods)
    if kind is DeadlineKind.earliest_hearing:
        earliest_on = _sitting(sheet, earliest_on)
    else:
        sheet.rolling.require(earliest_on)
    return _answer(kind, sheet, calendar, zone, raw_on, earliest_on)


def deemed_day(
    *,
    method: str | None,
    periods: Duration,
    done_at: date | datetime,
    pack: RulePack,
    calendar: CourtCalendar,
    zone: ZoneInfo,
    rule_on: date | None = None,
) -> Computation:
    """The day on which an act of service is deemed done.

    By the pack's rule for ``method``; without a method, so many ``periods`` after the act,
    where a text states the period itself ("the second business day after"); it moves on to
    a working day where every deemed day of these rules does.

    Raises:
        RuleNotInForce: the pack deems nothing for the method, or does not know the unit.
        TriggerUnknown: the hour of the act is needed and not known.
    """
    sheet = Sheet(pack, calendar, Direction.after, None)
    done_on = trigger_day(done_at, zone)
    pack.require_in_force(rule_on or done_on, "rule_on" if rule_on else "trigger")
    if method is not None:
        day = deemed_start(sheet, method, done_at, zone)
    else:
        for period in periods:
            pack.require_unit(period.unit)
        start_on, anchor = sheet.start(done_on)
        day = counted(sheet, start_on, sheet.parts(periods, short=False), anchor, ())
        rules = pack.deemed_service.values()
        day = _business(sheet, day) if rules and all(_moves(r.value) for r in rules) else day
    sheet.rolling.require(day)
    return _answer(DeadlineKind.deemed_service, sheet, calendar, zone, day, day)


def _free(sheet: Sheet, end: date, periods: Duration) -> date:
    """The day after the last one counted, where the period is to be clear."""
    cited = sheet.pack.minimum_period_clear
    if not any(period.unit in cited.value for period in periods):
        return end
    day = add_days(end, 1)
    sheet.note(
        "clear_day",
        cited,
        end,
        day,
        "At least so much must lie between: the earliest date is {to_on:weekday}.",
        to_on=day,
    )
    return day


def _moves(deemed: DeemedService) -> bool:
    return deemed.working or deemed.unit is not Unit.day


def _business(sheet: Sheet, day: date) -> date:
    """The first working day on or after ``day``: service is deemed done on no other."""
    if sheet.counting.is_working(day):
        return day
    cited = next(iter(sheet.pack.deemed_service.values()))
    to_on = sheet.counting.next_working(day)
    sheet.note(
        "deemed_service",
        Cited(None, cited.citation, cited.verified),
        day,
        to_on,
        "Service is not deemed done on such a day: {days}. It is on {to_on:weekday}.",
        days=sheet.meet(sheet.counting.days_off_between(day, add_days(to_on, -1))),
        to_on=to_on,
    )
    return to_on


def _sitting(sheet: Sheet, day: date) -> date:
    """The first day on or after ``day`` on which the court sits."""
    sits_on = sheet.rolling.next_working(day)
    if sits_on != day:
        met = sheet.rolling.days_off_between(day, add_days(sits_on, -1))
        sheet.note(
            "sitting",
            _SITS,
            day,
            sits_on,
            "The court does not sit: {days}. The earliest hearing is on {to_on:weekday}.",
            days=sheet.meet(met),
            to_on=sits_on,
        )
    return sits_on


def _answer(
    kind: DeadlineKind,
    sheet: Sheet,
    calendar: CourtCalendar,
    zone: ZoneInfo,
    raw_on: date,
    due_on: date,
) -> Computation:
    steps: tuple[Step, ...] = tuple(sheet.steps)
    return Computation(
        raw_on=raw_on,
        rolled_on=due_on,
        due_on=due_on,
        due_at=datetime.combine(due_on, time.min, tzinfo=zone),
        steps=steps,
        pack_id=sheet.pack.id,
        pack_version=sheet.pack.version,
        calendar_code=calendar.code,
        calendar_version=calendar.version,
        days_used=tuple(sheet.off[day] for day in sorted(sheet.off)),
        kind=kind,
    )
