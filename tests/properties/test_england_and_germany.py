"""England and Germany differ where their texts do, for every day and every length of period."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import court_calendar
from app.domain.computation import Computation, Extension
from app.domain.deadlines import compute
from app.domain.notice import earliest_date
from app.domain.periods import Direction, Duration, Period, Unit, add_days, add_months
from app.domain.rulepacks import DeadlineKind, RulePack
from app.domain.terms import TriggerKind, Until, Within
from app.errors import RuleNotInForce
from app.rulepacks import rule_pack
from tests.properties.laws import DAY, triggers

ENGLAND, GERMANY = rule_pack("gb-eaw-cpr"), rule_pack("de-zpo")
COURTS = {
    ENGLAND.id: (court_calendar("GB-EAW"), ZoneInfo("Europe/London")),
    GERMANY.id: (court_calendar("DE-NW"), ZoneInfo("Europe/Berlin")),
}
EAW, NW = COURTS[ENGLAND.id][0], COURTS[GERMANY.id][0]


def last_day(
    pack: RulePack,
    term: Duration | Until,
    trigger: date | None = None,
    direction: Direction = Direction.after,
    **more: Any,
) -> Computation:
    calendar, zone = COURTS[pack.id]
    stated = term if isinstance(term, Until) else Within(term, TriggerKind.event, direction)
    return compute(term=stated, pack=pack, calendar=calendar, zone=zone, trigger=trigger, **more)


def day_count(count: int) -> Duration:
    return (Period(count, Unit.day),)


@given(triggers, st.integers(1, 5))
def test_at_most_five_days_are_working_days_in_england_and_days_in_germany(
    trigger: date, count: int
) -> None:
    england = last_day(ENGLAND, day_count(count), trigger, at_court=False)
    assert england.due_on == EAW.add_working(trigger, count)
    germany = last_day(GERMANY, day_count(count), trigger)
    assert germany.due_on == NW.next_working(add_days(trigger, count))


@given(triggers, st.integers(6, 400), st.booleans())
def test_a_last_day_moves_in_england_only_for_an_act_at_court_and_in_germany_for_all(
    trigger: date, count: int, at_court: bool
) -> None:
    raw_on = add_days(trigger, count)
    england = last_day(ENGLAND, day_count(count), trigger, at_court=at_court)
    assert england.due_on == (EAW.next_working(raw_on) if at_court else raw_on)
    for asked in (at_court, None):
        germany = last_day(GERMANY, day_count(count), trigger, at_court=asked)
        assert germany.due_on == NW.next_working(raw_on)


@given(triggers)
def test_a_date_that_the_court_set_stays_in_england_and_moves_in_germany(on: date) -> None:
    assert last_day(ENGLAND, Until(on)).due_on == on
    assert last_day(GERMANY, Until(on)).due_on == NW.next_working(on)


@given(triggers, st.integers(1, 12), st.integers(1, 12))
def test_a_longer_period_runs_in_germany_from_the_end_reached_and_england_does_not_say(
    trigger: date, months: int, more: int
) -> None:
    first, added = (Period(months, Unit.month),), (Period(more, Unit.month),)
    prolonged = [Extension.by(added)]
    reached = last_day(GERMANY, first, trigger).due_on
    found = last_day(GERMANY, first, trigger, extensions=prolonged)
    assert found.due_on == NW.next_working(add_months(reached, more)[0])
    with pytest.raises(RuleNotInForce, match="longer period"):
        last_day(ENGLAND, first, trigger, extensions=prolonged)


@given(triggers, st.integers(1, 24))
def test_both_keep_the_number_of_the_day_in_months_and_clip_it(trigger: date, months: int) -> None:
    periods = (Period(months, Unit.month),)
    raw_on = add_months(trigger, months)[0]
    assert last_day(ENGLAND, periods, trigger, at_court=False).raw_on == raw_on
    assert last_day(GERMANY, periods, trigger).raw_on == raw_on


@given(triggers, st.integers(6, 90))
def test_a_period_before_a_hearing_is_clear_in_both(hearing: date, count: int) -> None:
    for pack in (ENGLAND, GERMANY):
        found = last_day(
            pack, day_count(count), hearing, Direction.before, roll=False, at_court=True
        )
        assert found.due_on == add_days(hearing, -count) - DAY


@given(triggers, st.integers(6, 90))
def test_a_minimum_period_is_clear_in_both_and_rolls_only_in_germany(
    trigger: date, count: int
) -> None:
    earliest = {
        pack.id: earliest_date(
            kind=DeadlineKind.minimum_period_earliest_date,
            periods=day_count(count),
            pack=pack,
            calendar=COURTS[pack.id][0],
            zone=COURTS[pack.id][1],
            trigger=trigger,
        ).due_on
        for pack in (ENGLAND, GERMANY)
    }
    assert earliest[ENGLAND.id] == add_days(trigger, count) + DAY
    assert earliest[GERMANY.id] == NW.next_working(add_days(trigger, count)) + DAY
