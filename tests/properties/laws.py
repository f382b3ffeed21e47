"""What Hypothesis asks of every rule pack: terms it may be asked for, on a calendar of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from app.calendars import court_calendar
from app.domain.calendars import CourtCalendar, DayName
from app.domain.computation import Computation
from app.domain.deadlines import Suspension, SuspensionEffect, compute
from app.domain.periods import Direction, Duration, Period, Unit
from app.domain.rulepacks import MixedOrder, RulePack
from app.domain.terms import TriggerKind, Within
from app.rulepacks import rule_pack

CALENDARS = {
    "au-act": "AU-ACT",
    "au-vic": "AU-VIC",
    "be-cj": "BE",
    "ca-fc": "CA-federal",
    "ca-on-family": "CA-ON",
    "ca-scc": "CA-federal",
    "calendar": "none",
    "de-zpo": "DE-NW",
    "eu-1182-71": "EU",
    "fr-admin": "FR",
    "fr-civil": "FR",
    "gb-eaw-cpr": "GB-EAW",
    "us-ca": "US-CA-courts",
    "us-fl": "US-FL",
    "us-frcp": "US-federal",
    "us-ny": "US-NY",
    "us-tx": "US-TX",
}
LARGEST = {
    Unit.hour: 400,
    Unit.day: 400,
    Unit.working_day: 90,
    Unit.court_day: 90,
    Unit.week: 50,
    Unit.month: 24,
    Unit.year: 2,
}
DAY = timedelta(days=1)

# Every calendar covers these years, and every pack but Ontario's family rules is in force.
triggers = st.dates(date(2020, 9, 1), date(2027, 12, 31))


def calendar_of(pack: RulePack) -> CourtCalendar:
    return court_calendar(CALENDARS[pack.id])


@dataclass(frozen=True)
class Asked:
    """A term asked of a pack, as ``compute`` takes it."""

    pack_id: str
    periods: Duration
    trigger: date | datetime
    direction: Direction = Direction.after
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pack(self) -> RulePack:
        return rule_pack(self.pack_id)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(calendar_of(self.pack).zones[0])

    @property
    def trigger_on(self) -> date:
        if isinstance(self.trigger, datetime):
            return self.trigger.astimezone(self.zone).date()
        return self.trigger

    def answer(self, calendar: CourtCalendar | None = None, **changed: Any) -> Computation:
        """The answer; raises what ``compute`` does."""
        return compute(
            term=Within(self.periods, TriggerKind.service, self.direction),
            pack=self.pack,
            calendar=calendar or calendar_of(self.pack),
            zone=self.zone,
            trigger=self.trigger,
            **{**self.more, **changed},
        )

    def with_holidays(self, days: set[date]) -> CourtCalendar:
        """The pack's calendar with more public holidays."""
        calendar = calendar_of(self.pack)
        return replace(
            calendar, holidays={**calendar.holidays, **{day: DayName("x", "y") for day in days}}
        )


pack_ids = st.sampled_from(sorted(CALENDARS))


@st.composite
def durations(draw: st.DrawFn, pack: RulePack, *, hours: bool = False) -> Duration:
    """A period that the pack knows how to count."""
    units = sorted(unit for unit in pack.units.value if hours or unit is not Unit.hour)
    mixed = pack.mixed_order.value is not MixedOrder.refused
    dated = [unit for unit in units if unit is not Unit.hour]
    if mixed and draw(st.booleans()):
        chosen = draw(st.lists(st.sampled_from(dated), min_size=2, max_size=3, unique=True))
    else:
        chosen = [draw(st.sampled_from(units))]
    small = draw(st.booleans())
    return tuple(Period(draw(st.integers(1, 8 if small else LARGEST[u])), u) for u in chosen)


@st.composite
def stays(draw: st.DrawFn, trigger: date) -> list[Suspension]:
    """Up to three stays near the time that runs."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        from_on = trigger + timedelta(days=draw(st.integers(-20, 120)))
        until_on = from_on + timedelta(days=draw(st.integers(0, 40)))
        found.append(Suspension(from_on, until_on, draw(st.sampled_from(SuspensionEffect))))
    return found


@st.composite
def asked(
    draw: st.DrawFn,
    *,
    directions: tuple[Direction, ...] = tuple(Direction),
    stayed: bool = True,
    hours: bool = True,
) -> Asked:
    """Anything that may be asked of any pack."""
    pack = rule_pack(draw(pack_ids))
    direction = draw(st.sampled_from(directions))
    periods = draw(durations(pack, hours=hours))
    on = draw(triggers)
    at = draw(st.times(time(0, 0), time(23, 59)))
    trigger: date | datetime = datetime.combine(on, at, tzinfo=UTC)
    by_hour = [period.unit for period in periods] == [Unit.hour]
    if not by_hour and draw(st.booleans()):
        trigger = on
    more: dict[str, Any] = {
        "service_method": draw(st.sampled_from([None, *pack.service_methods])),
        "at_court": draw(st.booleans()),
        "roll": draw(st.integers(0, 4)) > 0,
    }
    if stayed and direction is Direction.after and not by_hour:
        more["suspensions"] = draw(stays(on))
    return Asked(pack.id, periods, trigger, direction, more)
