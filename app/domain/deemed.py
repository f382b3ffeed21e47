"""The day on which service is deemed done, where the rules set one (CPR 6.14 and 6.26, say)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.calendars import CourtCalendar
from app.domain.counting import Sheet
from app.domain.hours import aware
from app.domain.methods import method_phrase
from app.domain.periods import Unit, add_days, count_phrase
from app.domain.rulepacks import DeemedService, RulePack
from app.domain.steps import Step
from app.errors import RuleNotInForce, TriggerUnknown
from app.phrases import phrase


def deemed_service_on(
    *,
    method: str,
    done_at: date | datetime,
    pack: RulePack,
    calendar: CourtCalendar,
    zone: ZoneInfo,
) -> tuple[date, Step]:
    """The deemed day of service, to be used as the trigger, and why.

    Keep the actual act beside it: a dispute may fall back on it.

    Args:
        done_at: when the act was done (posted, sent, handed over); an aware instant where
            the rules have a cut-off hour.

    Raises:
        RuleNotInForce: the pack deems nothing for that mode of service.
        TriggerUnknown: the hour is needed and not known.
    """
    cited = pack.deemed_service.get(method)
    if cited is None:
        raise RuleNotInForce(
            "The rules {pack} set no deemed day for service by {method}.",
            pack=pack.id,
            method=method,
        ).at("service_method")
    deemed = cited.value
    act_on, *later = _act_days(deemed, done_at, zone)
    day = _deemed_day(deemed, act_on, calendar)
    if any(_deemed_day(deemed, other, calendar) != day for other in later):
        raise TriggerUnknown(
            "Whether service counts that day depends on its hour, which is not known."
        ).at("trigger")
    why = phrase(
        "Service by {method}, counted from {act_on:weekday} with {duration} added, is deemed "
        "done on {to_on:weekday}."
        if deemed.days
        else "Service by {method}, counted from {act_on:weekday}, is deemed done on "
        "{to_on:weekday}.",
        method=method_phrase(method),
        act_on=act_on,
        duration=count_phrase(deemed.days, deemed.unit),
        to_on=day,
    )
    done_on = done_at.astimezone(zone).date() if isinstance(done_at, datetime) else done_at
    return day, Step("deemed_service", cited.citation, done_on, day, why, cited.verified)


def deemed_start(sheet: Sheet, method: str, done_at: date | datetime, zone: ZoneInfo) -> date:
    """The deemed day of service, noted on the sheet with the days off passed over.

    Raises: as ``deemed_service_on``.
    """
    day, step = deemed_service_on(
        method=method, done_at=done_at, pack=sheet.pack, calendar=sheet.counting, zone=zone
    )
    sheet.steps.append(step)
    deemed = sheet.pack.deemed_service[method].value
    if step.from_on is not None and (deemed.working or deemed.unit is not Unit.day):
        sheet.meet(sheet.counting.days_off_between(step.from_on, day))
    return day


def eve_of_first(sheet: Sheet, method: str, day: date) -> date:
    """The day from which a period runs: the deemed day, or its eve where it counts itself."""
    cited = sheet.pack.deemed_service[method]
    if not cited.value.first_counted:
        return day
    eve = add_days(day, -1)
    sheet.note(
        "first_counted",
        cited,
        day,
        eve,
        "{day:weekday} is itself the first day counted.",
        day=day,
    )
    return eve


def _deemed_day(deemed: DeemedService, act_on: date, calendar: CourtCalendar) -> date:
    if deemed.unit is Unit.working_day:
        day = calendar.add_working(act_on, deemed.days)
    else:
        day = add_days(act_on, deemed.days)
    return calendar.next_working(day) if deemed.working else day


def _act_days(deemed: DeemedService, done_at: date | datetime, zone: ZoneInfo) -> list[date]:
    """The day on which the act counts as done; both days where its hour is needed and unknown.

    Both may be deemed the same day: on a Saturday, say, where service counts on Monday.
    """
    if isinstance(done_at, datetime):
        local = aware(done_at).astimezone(zone)
        late = deemed.cut_off is not None and local.time() >= deemed.cut_off
        return [add_days(local.date(), 1) if late else local.date()]
    if deemed.cut_off is None:
        return [done_at]
    return [done_at, add_days(done_at, 1)]
