"""The working sheet of one computation: counts, rolls, and notes each step with its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.methods import method_phrase
from app.domain.periods import (
    Duration,
    MonthAnchor,
    Unit,
    add_days,
    add_months,
    count_phrase,
)
from app.domain.plans import Plan, plan
from app.domain.rolling import RollingSheet
from app.domain.rulepacks import (
    Cited,
    MixedOrder,
    ServiceExtension,
    ServiceTiming,
    TriggerDay,
)

_ONE_DAY = (((1, Unit.day),), ((1, Unit.working_day),))


class Sheet(RollingSheet):
    """Counts by one pack, on one calendar, in one direction. Not shared, not kept."""

    __slots__ = ()

    def parts(self, periods: Duration, *, short: bool = True) -> Plan:
        """The plan of a duration. ``RuleNotInForce`` for several units in no stated order."""
        order = self.pack.mixed_order
        found = plan(periods, order.value, self.pack.short_period_days_max.value if short else 0)
        if len(found) > 1 and order.value is MixedOrder.refused:
            raise self.pack.refusal(
                order,
                "The rules {pack} do not say in which order several units are counted "
                "({citation}).",
            ).at("period")
        return found

    def start(self, trigger_on: date) -> tuple[date, MonthAnchor]:
        """The day before the first one counted, and which number a month keeps."""
        cited = self.pack.trigger_day
        if cited.value is TriggerDay.excluded:
            self.note(
                "trigger",
                cited,
                trigger_on,
                trigger_on,
                "Time runs from {trigger_on:weekday}; that day is not counted."
                if self.forward
                else "Time is counted back from {trigger_on:weekday}; that day is not counted.",
                trigger_on=trigger_on,
            )
            return trigger_on, self.pack.month_anchor.value
        if cited.value is TriggerDay.next_working:
            return self._from_next_working(trigger_on, cited), self.pack.month_anchor.value
        eve = add_days(trigger_on, -self.sign)
        self.note(
            "trigger",
            cited,
            trigger_on,
            eve,
            "Time runs from {trigger_on:weekday}; that day is the first one counted."
            if self.forward
            else "Time is counted back from {trigger_on:weekday}; that day is the first one "
            "counted.",
            trigger_on=trigger_on,
        )
        # The first day counted keeps its number, and the period ends on the eve of it.
        return eve, MonthAnchor.day_after

    def _from_next_working(self, trigger_on: date, cited: Cited[TriggerDay]) -> date:
        """The eve of the first working day after the trigger (before it, counting back)."""
        beside = add_days(trigger_on, self.sign)
        if self.forward:
            first = self.counting.next_working(beside)
            self.meet(self.counting.days_off_between(beside, add_days(first, -1)))
        else:
            first = self.counting.previous_working(beside)
            self.meet(self.counting.days_off_between(add_days(first, 1), beside))
        eve = add_days(first, -self.sign)
        self.note(
            "trigger",
            cited,
            trigger_on,
            eve,
            "Time runs from {trigger_on:weekday}; the first day counted is {first_on:weekday}."
            if self.forward
            else "Time is counted back from {trigger_on:weekday}; the first day counted is "
            "{first_on:weekday}.",
            trigger_on=trigger_on,
            first_on=first,
        )
        return eve

    def count(self, day: date, parts: Plan, anchor: MonthAnchor) -> date:
        """Count every part of a plan, from ``day``."""
        for value, unit in parts:
            if unit is Unit.month:
                day = self._months(day, value, anchor)
            elif unit is Unit.day:
                day = self._days(day, value)
            else:
                day = self._working_days(day, value, unit)
        return day

    def _months(self, day: date, months: int, anchor: MonthAnchor) -> date:
        clip = self.pack.month_clip
        end, short = add_months(day, self.sign * months, anchor=anchor, clip=clip.value)
        self._counted("months", self.pack.month_anchor, day, end, months, Unit.month)
        if short:
            self.note(
                "month_end",
                clip,
                end,
                end,
                "The month has no day of that number: {to_on} takes its place.",
                to_on=end,
            )
        return end

    def _days(self, day: date, days: int) -> date:
        end = add_days(day, self.sign * days)
        self._counted("days", self.pack.trigger_day, day, end, days, Unit.day)
        return end

    def _working_days(self, day: date, days: int, unit: Unit) -> date:
        """Count working or court days only, and remember the days off passed over."""
        end = self.counting.add_working(day, self.sign * days)
        first, last = (day, end) if day <= end else (end, day)
        self.meet(self.counting.days_off_between(first, last))
        self._counted("working_days", self.pack.units, day, end, days, unit)
        return end

    def _counted(
        self, rule: str, cited: Cited[Any], day: date, end: date, value: int, unit: Unit
    ) -> None:
        template = (
            "A period of {duration} from {from_on} ends on {to_on:weekday}."
            if self.forward
            else "A period of {duration} back from {from_on} ends on {to_on:weekday}."
        )
        said = count_phrase(value, unit)
        self.note(rule, cited, day, end, template, duration=said, from_on=day, to_on=end)

    def finish(self, day: date, periods: Duration) -> date:
        """The extra day of a *délai franc*, or the clear day of a backward period."""
        if self.forward:
            franc = self.pack.franc
            return self._one_more("franc", franc, day) if franc.value else day
        clear = self.pack.backward_clear
        if clear.value is None:
            raise self.pack.refusal(
                clear, "The rules {pack} do not say how a period is counted back ({citation})."
            ).at("direction")
        if any(period.unit in clear.value for period in periods):
            return self._one_more("clear_day", clear, day)
        return day

    def _one_more(self, rule: str, cited: Cited[Any], day: date) -> date:
        end = add_days(day, self.sign)
        self.note(
            rule,
            cited,
            day,
            end,
            "{from_on} is not itself counted among the days: the last day is {to_on:weekday}.",
            from_on=day,
            to_on=end,
        )
        return end

    def lengthened(self, start_on: date, day: date, parts: Plan) -> date:
        """The day on which the period holds the working days that it must hold at least.

        A period of one day has no such rule (Reg. 1182/71, art. 3 (5)), nor has one counted back.
        """
        cited = self.pack.min_working_days
        if not cited.value or not self.forward or parts in _ONE_DAY:
            return day
        if self.counting.count_working(add_days(start_on, 1), day) >= cited.value:
            return day
        end = self.counting.add_working(start_on, cited.value)
        self.meet(self.counting.days_off_between(add_days(start_on, 1), end))
        self.note(
            "min_working_days",
            cited,
            day,
            end,
            "The period must hold at least {duration}: it ends on {to_on:weekday}.",
            duration=count_phrase(cited.value, Unit.working_day),
            to_on=end,
        )
        return end

    def added(self, method: str | None) -> Cited[ServiceExtension] | None:
        """What the mode of service adds to this period, if anything.

        Raises:
            RuleNotInForce: the pack has nothing on that mode.
        """
        if method is None:
            return None
        self.pack.require_method(method)
        cited = self.pack.service.get(method)
        if cited is None or not cited.value.days:
            return None
        return cited if self.forward or cited.value.backward else None

    def added_unit(self, method: str | None) -> Unit:
        """The unit of what the mode of service adds; days where it adds nothing."""
        cited = self.added(method)
        return Unit.day if cited is None else cited.value.unit

    def served(self, day: date, method: str | None) -> date:
        """Add what the mode of service adds."""
        cited = self.added(method)
        if cited is None or method is None:
            return day
        extension = cited.value
        if extension.timing is ServiceTiming.after_roll:
            day = self.roll(day)
        if extension.unit is Unit.day:
            end = add_days(day, self.sign * extension.days)
        else:
            end = self.counting.add_working(day, self.sign * extension.days)
            self.meet(self.counting.days_off_between(min(day, end), max(day, end)))
        self.note(
            "service",
            cited,
            day,
            end,
            "Service by {method} adds {duration}: {to_on:weekday}.",
            method=method_phrase(method),
            duration=count_phrase(extension.days, extension.unit),
            to_on=end,
        )
        return end
