"""The working sheet of a computation: each step with its reason, and how a last day moves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from app.domain.calendars import CourtCalendar, DayKind, DayOff
from app.domain.periods import Direction, add_days
from app.domain.rulepacks import Cited, Roll, RulePack
from app.domain.steps import Step
from app.errors import Incomputable
from app.phrases import Phrase

_AS_ASKED = Cited(value=None, citation="")


@lru_cache(maxsize=64)
def _also(cited: Cited[Any], other: Cited[Any]) -> Cited[Any]:
    return cited.and_also(other)


class RollingSheet:
    """What one pack and one calendar make of a last day. Not shared, not kept.

    It notes steps and the days off that were met. Counting looks at the calendar as
    published; only a last day is moved by a closure of the court, and only where the pack
    says so.
    """

    __slots__ = (
        "at_court",
        "closures",
        "counting",
        "forward",
        "off",
        "pack",
        "rolling",
        "rolls",
        "sign",
        "steps",
    )

    def __init__(
        self,
        pack: RulePack,
        calendar: CourtCalendar,
        direction: Direction,
        at_court: bool | None,
        *,
        rolls: bool = True,
    ) -> None:
        self.forward = direction == Direction.after
        seen = calendar if self.forward else calendar.backward
        self.pack = pack
        self.counting = seen.as_published
        self.rolling = seen if pack.closures_count.value else seen.as_published
        # What these rules pass over, to be said all the same.
        self.closures = {} if pack.closures_count.value else seen.closures
        self.sign = 1 if self.forward else -1
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

    def roll(self, day: date) -> date:
        """Move a last day that is not a working day, as the pack says."""
        cited = self.pack.roll_after if self.forward else self.pack.roll_before
        if cited.value is Roll.none:
            # Nothing is answered outside the years the calendar covers, rolled or not.
            self.rolling.require(day)
            return day
        if self.rolling.is_working(day):
            return self._closed(day) if self.closures and day in self.closures else day
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

    def _closed(self, day: date) -> date:
        """A last day on which the court is closed, where these rules do not mind."""
        closed = self.closures[day]
        self.note(
            "closure_not_counted",
            self.pack.closures_count,
            day,
            day,
            "The court is closed on {day:weekday} ({name}; {source}): under these rules that does "
            "not move the last day.",
            day=day,
            name=closed.name,
            source=closed.source,
        )
        return day

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
        if any(off.kind is DayKind.closure for off in met):
            cited = cited.and_also(self.pack.closures_count)
        if not self.pack.roll_only_acts_at_court.verified:
            cited = _also(cited, self.pack.roll_only_acts_at_court)
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
