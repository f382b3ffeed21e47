"""What must hold for every trigger, period and calendar."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import court_calendar
from app.domain.calendars import CourtCalendar, DayName
from app.domain.deadlines import Computation, Suspension, compute, replay
from app.domain.lastday import last_day_finder
from app.domain.numbering import ExhibitNumber, gaps, next_number, parse_number
from app.domain.periods import Direction, Duration, Period, Unit, add_months
from app.domain.rulepacks import RulePack
from app.domain.terms import Until, Within, term_from_json, term_to_json
from app.errors import CalendarNotCovered, RuleNotInForce
from app.rulepacks import rule_pack
from tests.unit.small_packs import small_pack

PARIS = ZoneInfo("Europe/Paris")
FR, FEDERAL = court_calendar("FR"), court_calendar("US-federal")
CIVIL, FRCP = rule_pack("fr-civil"), rule_pack("us-frcp")
LIKE_FRCP = small_pack(roll_before="previous_working")

days = st.dates(date(2017, 1, 1), date(2030, 12, 31))
anywhere = st.dates(date(1973, 1, 1), date(2060, 12, 31))
units = st.sampled_from([Unit.day, Unit.month, Unit.year])


@st.composite
def durations(draw: st.DrawFn) -> Duration:
    largest = {Unit.day: 400, Unit.month: 24, Unit.year: 2}
    chosen = draw(st.lists(units, min_size=1, max_size=3, unique=True))
    return tuple(Period(draw(st.integers(1, largest[unit])), unit) for unit in chosen)


def last_day(
    periods: Duration,
    trigger: date,
    *,
    pack: RulePack = CIVIL,
    calendar: CourtCalendar = FR,
    direction: Direction = Direction.after,
    suspensions: tuple[Suspension, ...] = (),
) -> Computation:
    return compute(
        term=Within(periods, direction=direction),
        pack=pack,
        calendar=calendar,
        zone=PARIS,
        trigger=trigger,
        suspensions=suspensions,
    )


@given(durations(), days)
def test_the_last_day_is_a_working_day_and_every_day_rolled_over_is_not(
    periods: Duration, trigger: date
) -> None:
    found = last_day(periods, trigger)
    assert FR.is_working(found.due_on)
    over = [found.raw_on + timedelta(days=n) for n in range((found.due_on - found.raw_on).days)]
    assert [off.on for off in found.days_used] == over


@given(durations(), days, st.sampled_from([CIVIL, LIKE_FRCP]), st.sampled_from(list(Direction)))
def test_the_steps_replay_to_the_last_day(
    periods: Duration, trigger: date, pack: RulePack, direction: Direction
) -> None:
    rule_days = max(trigger, date(2017, 1, 1))
    found = last_day(periods, rule_days, pack=pack, calendar=FR, direction=direction)
    assert replay(found.steps) == found.due_on


@given(durations(), days, st.sets(days, max_size=20))
def test_one_more_holiday_never_makes_a_last_day_earlier(
    periods: Duration, trigger: date, more: set[date]
) -> None:
    closed = FR.with_closures({day: DayName("x", "y") for day in more}, version="x")
    assert last_day(periods, trigger, calendar=closed).due_on >= last_day(periods, trigger).due_on


@given(durations(), days, st.integers(1, 60))
def test_a_later_trigger_never_gives_an_earlier_last_day(
    periods: Duration, trigger: date, later: int
) -> None:
    assert (
        last_day(periods, trigger).due_on
        <= last_day(periods, trigger + timedelta(days=later)).due_on
    )


@given(days, st.integers(1, 48))
def test_months_are_added_in_one_step_and_keep_their_number_where_the_month_has_it(
    trigger: date, months: int
) -> None:
    found = last_day((Period(months, Unit.month),), trigger).raw_on
    assert (found.year * 12 + found.month) - (trigger.year * 12 + trigger.month) == months
    assert found.day == trigger.day or (found + timedelta(days=1)).day == 1
    assert found == add_months(trigger, months)[0]


@given(durations(), anywhere, st.sampled_from(list(Direction)))
def test_nothing_is_answered_outside_the_covered_years(
    periods: Duration, trigger: date, direction: Direction
) -> None:
    try:
        found = last_day(periods, trigger, direction=direction)
    except CalendarNotCovered:
        return
    assert FR.covers(found.due_on)


@given(anywhere)
def test_a_fixed_date_is_judged_only_in_the_covered_years(on: date) -> None:
    if FR.covers(on) and on < date(2036, 12, 20):
        found = compute(term=Until(on), pack=CIVIL, calendar=FR, zone=PARIS, trigger=None)
        assert found.due_on == on <= found.rolled_on
    elif not FR.covers(on):
        with pytest.raises(CalendarNotCovered):
            compute(term=Until(on), pack=CIVIL, calendar=FR, zone=PARIS, trigger=None)


@given(st.integers(1, 300), days)
def test_days_back_undo_days_forward_where_nothing_rolls(count: int, trigger: date) -> None:
    pack = small_pack(roll_after="none")
    period = (Period(count, Unit.day),)
    there = last_day(period, trigger, pack=pack).due_on
    assert last_day(period, there, pack=pack, direction=Direction.before).due_on == trigger


@given(st.integers(1, 200), days.filter(FR.is_working))
def test_working_days_back_undo_working_days_forward(count: int, trigger: date) -> None:
    assert FR.add_working(FR.add_working(trigger, count), -count) == trigger
    assert FR.count_working(trigger, FR.add_working(trigger, count)) == count + 1


@given(durations(), days)
def test_the_time_is_over_at_the_midnight_after_the_last_day(
    periods: Duration, trigger: date
) -> None:
    found = last_day(periods, trigger)
    assert found.due_at.date() == found.due_on + timedelta(days=1)
    assert found.due_at.tzinfo is PARIS
    assert found.due_at.hour == 0


@given(durations(), days, days, st.integers(0, 90))
def test_a_suspension_never_makes_a_last_day_earlier_and_never_lets_it_fall_inside(
    periods: Duration, trigger: date, from_on: date, length: int
) -> None:
    stay = Suspension(from_on, from_on + timedelta(days=length))
    without, found = (
        last_day(periods, trigger).due_on,
        last_day(periods, trigger, suspensions=(stay,)),
    )
    assert found.due_on >= without
    assert replay(found.steps) == found.due_on
    assert stay.until_on is not None
    assert not stay.from_on <= found.due_on <= stay.until_on


@given(durations(), st.sampled_from(list(Direction)))
def test_a_term_survives_its_plain_data(periods: Duration, direction: Direction) -> None:
    term = Within(periods, direction=direction)
    assert term_from_json(term_to_json(term)) == term


numbers = st.builds(
    ExhibitNumber,
    st.lists(st.integers(1, 30), min_size=1, max_size=3).map(tuple),
    st.integers(0, 9),
)


@given(st.lists(numbers, max_size=30))
def test_the_next_number_was_never_given_and_a_gap_never_was(given_: list[ExhibitNumber]) -> None:
    assert next_number(given_) not in given_
    for gap in gaps(given_):
        assert gap.first not in given_
        assert gap.last not in given_
        assert gap.count >= 1


@given(numbers)
def test_a_number_survives_its_writing(number: ExhibitNumber) -> None:
    assert parse_number(number.text) == number


@given(
    durations(),
    days,
    st.sampled_from([CIVIL, LIKE_FRCP, small_pack(franc=True)]),
    st.sampled_from(list(Direction)),
    st.booleans(),
)
def test_the_last_day_alone_is_the_last_day_with_its_derivation(
    periods: Duration, trigger: date, pack: RulePack, direction: Direction, closed: bool
) -> None:
    shut = {trigger + timedelta(days=n): DayName("x", "y") for n in range(0, 60, 2)}
    calendar = FR.with_closures(shut, version="x") if closed else FR
    find = last_day_finder(Within(periods, direction=direction), pack, calendar, PARIS)
    found = last_day(periods, trigger, pack=pack, calendar=calendar, direction=direction)
    assert find(trigger) == found.due_on


@given(st.integers(1, 30), days)
def test_working_days_alone_are_found_too(count: int, trigger: date) -> None:
    periods = (Period(count, Unit.working_day),)
    find = last_day_finder(Within(periods), FRCP, FEDERAL, PARIS)
    assert find(trigger) == last_day(periods, trigger, pack=FRCP, calendar=FEDERAL).due_on


def test_the_last_day_alone_is_refused_where_the_rules_are_not_stated() -> None:
    find = last_day_finder(Within((Period(1, Unit.day),)), FRCP, FEDERAL, PARIS)
    with pytest.raises(RuleNotInForce):
        find(date(2016, 11, 30))
