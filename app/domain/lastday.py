"""The last day alone, for a great many triggers: no derivation, the same answer as ``compute``.

Meant for previews ("what does this holiday move?") over every open deadline. A property
test holds it to ``compute``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from app.domain.calendars import CourtCalendar
from app.domain.deadlines import compute
from app.domain.periods import Direction, MonthAnchor, Unit, add_days, add_months
from app.domain.plans import plan
from app.domain.rulepacks import MixedOrder, Roll, RulePack, TriggerDay
from app.domain.terms import Within

LastDay = Callable[[date], date]


def last_day_finder(
    term: Within, pack: RulePack, calendar: CourtCalendar, zone: ZoneInfo
) -> LastDay:
    """A function from the day of the trigger to the last day; it raises what ``compute`` does.

    No extension, stay, or mode of service. Terms and packs out of the ordinary are handed
    to ``compute`` itself.
    """
    if not _ordinary(term, pack):
        return lambda trigger_on: (
            compute(term=term, pack=pack, calendar=calendar, zone=zone, trigger=trigger_on).due_on
        )
    for period in term.periods:
        pack.require_unit(period.unit)
    parts = plan(term.periods, pack.mixed_order.value, pack.short_period_days_max.value)
    rolling = calendar if pack.closures_count.value else calendar.as_published
    counting, first_on = calendar.as_published, pack.in_force_from
    last_on = pack.in_force_to or date.max

    def last_day(trigger_on: date) -> date:
        if not first_on <= trigger_on <= last_on:
            pack.require_in_force(trigger_on)
        day = trigger_on
        for value, unit in parts:
            if unit is Unit.month:
                day = add_months(day, value)[0]
            elif unit is Unit.day:
                day = add_days(day, value)
            else:
                day = counting.add_working(day, value)
        return day if rolling.is_working(day) else rolling.next_working(day)

    return last_day


def _ordinary(term: Within, pack: RulePack) -> bool:
    """Whether months, days and a roll forward are all there is to it."""
    return (
        term.direction == Direction.after
        and Unit.hour not in [period.unit for period in term.periods]
        and pack.trigger_day.value is TriggerDay.excluded
        and pack.month_anchor.value is MonthAnchor.event_day
        and pack.month_clip.value
        and pack.roll_after.value is Roll.next_working
        and not pack.roll_only_acts_at_court.value
        and not pack.franc.value
        and not pack.min_working_days.value
        and (len(term.periods) == 1 or pack.mixed_order.value is not MixedOrder.refused)
        and not pack.windows
    )
