"""The last day alone, without its derivation, is the last day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.calendars import CourtCalendar, DayName
from app.domain.deadlines import compute
from app.domain.lastday import last_day_finder
from app.domain.periods import Direction, Period, Unit, parse_duration
from app.domain.rulepacks import RulePack
from app.domain.terms import TriggerKind, Within
from app.errors import Incomputable, RuleNotInForce
from tests.unit.derived import CALENDAR, CLOSED, PARIS, WINDOW
from tests.unit.small_packs import plain_calendar, small_pack

TRIGGERS = [date(2024, 1, 1) + timedelta(days=n) for n in range(45)]
AFTER = Direction.after


@pytest.mark.parametrize("calendar", [CALENDAR, CLOSED], ids=["open", "closed"])
@pytest.mark.parametrize("text", ["1M", "3D", "P1M3D", "3D1M", "4WD", "2W", "6D"])
@pytest.mark.parametrize(
    "pack",
    [
        small_pack(),
        small_pack(mixed_order="as_written"),
        small_pack(short_period_days_max=5),
        small_pack(closures_count=False),
        small_pack(roll_after="none"),
        small_pack(trigger_day="included"),
        small_pack(trigger_day="next_working"),
        small_pack(month_anchor="day_after"),
        small_pack(month_clip=False),
        small_pack(franc=True),
        small_pack(min_working_days=2),
        small_pack(WINDOW),
    ],
    ids=[
        "plain", "as written", "short", "closures do not count", "not rolled", "included",
        "next working", "day after", "carried on", "franc", "working days", "window",
    ],
)  # fmt: skip
def test_it_is_that_of_the_whole_computation(
    pack: RulePack, text: str, calendar: CourtCalendar
) -> None:
    term = Within(parse_duration(text), TriggerKind.service, AFTER)
    find = last_day_finder(term, pack, calendar, PARIS)
    for trigger in TRIGGERS:
        whole = compute(
            term=term,
            pack=pack,
            calendar=calendar,
            zone=PARIS,
            trigger=trigger,
        )
        assert find(trigger) == whole.due_on, trigger


def test_a_term_counted_back_is_handed_on() -> None:
    term = Within((Period(5, Unit.day),), TriggerKind.event, Direction.before)
    find = last_day_finder(term, small_pack(), CALENDAR, PARIS)
    assert find(date(2024, 2, 20)) == date(2024, 2, 15)


def test_hours_are_handed_on() -> None:
    midnight = small_pack(hour_count="midnight_to_midnight")
    find = last_day_finder(Within((Period(24, Unit.hour),)), midnight, CALENDAR, PARIS)
    assert find(date(2024, 2, 5)) == date(2024, 2, 6)


def test_what_the_rules_do_not_say_is_refused_here_too() -> None:
    refused = small_pack(mixed_order="refused")
    mixed = last_day_finder(Within(parse_duration("P1M1D")), refused, CALENDAR, PARIS)
    with pytest.raises(RuleNotInForce, match="order"):
        mixed(date(2024, 2, 1))
    one = last_day_finder(Within(parse_duration("1M")), refused, CALENDAR, PARIS)
    assert one(date(2024, 2, 1)) == date(2024, 3, 1)
    court = small_pack(roll_only_acts_at_court=True)
    ask = last_day_finder(Within(parse_duration("9D")), court, CALENDAR, PARIS)
    with pytest.raises(Incomputable, match="at the court"):
        ask(date(2024, 2, 1))


def test_it_is_refused_outside_the_time_of_the_rules() -> None:
    pack = small_pack({"in_force_from": date(2020, 1, 1), "in_force_to": date(2023, 12, 31)})
    find = last_day_finder(Within((Period(1, Unit.day),)), pack, plain_calendar(), PARIS)
    assert find(date(2020, 1, 1)) == date(2020, 1, 2)
    assert find(date(2023, 12, 31)) == date(2024, 1, 1)
    for outside in (date(2019, 12, 31), date(2024, 1, 1)):
        with pytest.raises(RuleNotInForce):
            find(outside)
    with pytest.raises(RuleNotInForce, match="court_day"):
        last_day_finder(Within((Period(1, Unit.court_day),)), pack, plain_calendar(), PARIS)


def test_rules_without_an_end_are_in_force_to_the_end_of_the_calendar() -> None:
    find = last_day_finder(Within((Period(1, Unit.day),)), small_pack(), CALENDAR, PARIS)
    assert find(date(2040, 12, 30)) == date(2040, 12, 31)
    assert find(date(2024, 2, 13)) == date(2024, 2, 15)


def test_a_closure_moves_a_last_day_and_counts_among_working_days() -> None:
    shut = plain_calendar().with_closures({date(2024, 2, 8): DayName("Storm", "x")}, version="1")
    seven = last_day_finder(Within(parse_duration("7D")), small_pack(), shut, PARIS)
    assert seven(date(2024, 2, 1)) == date(2024, 2, 9)
    working = last_day_finder(Within(parse_duration("6WD")), small_pack(), shut, PARIS)
    assert working(date(2024, 2, 1)) == date(2024, 2, 9)
