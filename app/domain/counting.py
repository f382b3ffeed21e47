"""The working sheet of one computation: counts, rolls, and notes each step with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from app.domain.calendars import CourtCalendar, DayOff
from app.domain.methods import method_phrase
from app.domain.periods import (
    Direction,
    Duration,
    MonthAnchor,
    Unit,
    add_days,
    add_months,
    count_phrase,
)
from app.domain.plans import Plan, plan
from app.domain.rulepacks import (
    Cited,
    MixedOrder,
    Roll,
    RulePack,
    ServiceExtension,
    ServiceTiming,
    TriggerDay,
)
from app.domain.steps import Step
from app.errors import Incomputable
from app.phrases import Phrase

_AS_ASKED = Cited(value=None, citation="")
_ONE_DAY = (((1, Unit.day),), ((1, Unit.working_day),))


class Sheet:
    """Counts by one pack, on one calendar, in one direction. Not shared, not kept.

    Counting looks at the calendar as published; only a last day is moved by a closure of
    the court, and only where the pack says so.
    """

    __slots__ = (
        "at_court", "counting", "direction", "off", "pack", "rolling", "rolls", "sign", "steps",
    )  # fmt: skip

    def __init__(
        self,
        pack: RulePack,
        calendar: CourtCalendar,
        direction: Direction,
        at_court: bool | None,
        *,
        rolls: bool = True,
    ) -> None:
        seen = calendar if direction == Direction.after else calendar.backward
        self.pack = pack
        self.counting = seen.as_published
        self.rolling = seen if pack.closures_count.value else seen.as_published
        self.direction = direction
        self.sign = 1 if direction == Direction.after else -1
        self.at_court = at_court
        self.rolls = rolls
        self.steps: list[Step] = []
        self.off: dict[date, DayOff] = {}

    def note(
        self,
        rule: str,
        cited: Cited[Any],
        from_on: date | None,
        to_on: date | None,
        template: str,
        /,
        **values: object,
    ) -> None:
        """Write a step down."""
        why = Phrase(template, values)
        self.steps.append(Step(rule, cited.citation, from_on, to_on, why, cited.verified))

    def meet(self, days: Iterable[DayOff]) -> tuple[Phrase, ...]:
        """Remember days off that the computation met, and say them."""
        met = tuple(days)
        for day in met:
            self.off[day.on] = day
        return tuple(day.why for day in met)

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
                if self.sign > 0
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
            if self.sign > 0
            else "Time is counted back from {trigger_on:weekday}; that day is the first one "
            "counted.",
            trigger_on=trigger_on,
        )
        # The first day counted keeps its number, and the period ends on the eve of it.
        return eve, MonthAnchor.day_after

    def _from_next_working(self, trigger_on: date, cited: Cited[TriggerDay]) -> date:
        """The eve of the first working day after the trigger (before it, counting back)."""
        beside = add_days(trigger_on, self.sign)
        if self.sign > 0:
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
            if self.sign > 0
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
                day = self.working_days(day, value)
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

    def working_days(self, day: date, days: int) -> date:
        """Count working days only, and remember the days off passed over."""
        end = self.counting.add_working(day, self.sign * days)
        first, last = (day, end) if day <= end else (end, day)
        self.meet(self.counting.days_off_between(first, last))
        self._counted("working_days", self.pack.units, day, end, days, Unit.working_day)
        return end

    def _counted(
        self, rule: str, cited: Cited[Any], day: date, end: date, value: int, unit: Unit
    ) -> None:
        template = (
            "A period of {duration} from {from_on} ends on {to_on:weekday}."
            if self.sign > 0
            else "A period of {duration} back from {from_on} ends on {to_on:weekday}."
        )
        said = count_phrase(value, unit)
        self.note(rule, cited, day, end, template, duration=said, from_on=day, to_on=end)

    def finish(self, day: date, periods: Duration) -> date:
        """The extra day of a *délai franc*, or the clear day of a backward period."""
        if self.sign > 0:
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

        Only a period that runs on, and is longer than one day, has to hold any.
        """
        cited = self.pack.min_working_days
        if not cited.value or self.sign < 0 or parts in _ONE_DAY:
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
        return cited if self.sign > 0 or cited.value.backward else None

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

    def roll(self, day: date) -> date:
        """Move a last day that is not a working day, as the pack says."""
        cited = self.pack.roll_after if self.sign > 0 else self.pack.roll_before
        if cited.value is Roll.none:
            # Nothing is answered outside the years the calendar covers, rolled or not.
            self.rolling.require(day)
            return day
        if self.rolling.is_working(day):
            return day
        if not self.rolls:
            return self._left(day)
        if not self._rolls_here(day):
            return day
        if cited.value is Roll.refused:
            raise self.pack.refusal(
                cited,
                "{day:weekday} is not a working day, and the rules {pack} do not say where such a "
                "last day goes ({citation}).",
                day=day,
            ).at("roll")
        return self.move(day, cited)

    def would_roll(self, day: date) -> date:
        """Where a last day would move, without a step: a stay may begin on that day.

        Raises:
            Incomputable: as ``roll``.
        """
        if self.pack.roll_after.value is not Roll.next_working or not self.rolls:
            return day
        if self.rolling.is_working(day) or not self._rolls_here(day):
            return day
        return self.rolling.next_working(day)

    def _left(self, day: date) -> date:
        """A day off that stays the last day, because it was asked that none be moved."""
        off = self.meet(self.rolling.days_off_between(day, day))
        self.note(
            "roll_off",
            _AS_ASKED,
            day,
            day,
            "The last day is not a working day: {days}. As asked, it is not moved.",
            days=off,
        )
        return day

    def _rolls_here(self, day: date) -> bool:
        if not self.pack.roll_only_acts_at_court.value:
            return True
        if self.at_court is None:
            raise Incomputable(
                "{day:weekday} is not a working day, and under the rules {pack} only an act to be "
                "done at the court moves: say whether this one is.",
                day=day,
                pack=self.pack.id,
            ).at("at_court")
        return self.at_court

    def move(self, day: date, cited: Cited[Roll]) -> date:
        """Move a day off to the working day that ``cited`` names."""
        if cited.value is Roll.next_working:
            end = self.rolling.next_working(day)
            met = self.rolling.days_off_between(day, add_days(end, -1))
        else:
            end = self.rolling.previous_working(day)
            met = self.rolling.days_off_between(add_days(end, 1), day)
        self.note(
            "roll",
            cited,
            day,
            end,
            "The last day is not a working day: {days}. It moves to {to_on:weekday}."
            if end > day
            else "The last day is not a working day: {days}. It moves back to {to_on:weekday}.",
            days=self.meet(met),
            to_on=end,
        )
        return end
