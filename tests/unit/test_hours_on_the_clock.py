"""Hours on the clock of the court: parts of an hour, half-hour zones, changes of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.deadlines import compute
from app.domain.hours import at_wall, day_over, last_day, local_day, on_court_clock
from app.domain.periods import Direction, Period, Unit
from app.domain.terms import TriggerKind, Within
from app.errors import Incomputable
from tests.unit.small_packs import plain_calendar, small_pack

PARIS, KOLKATA = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Kolkata")


def over_at(
    hours: int,
    trigger: date | datetime,
    *,
    zone: ZoneInfo = PARIS,
    direction: Direction = Direction.after,
    **rules: Any,
) -> datetime:
    return compute(
        term=Within((Period(hours, Unit.hour),), TriggerKind.event, direction),
        pack=small_pack(**rules),
        calendar=plain_calendar(date(2024, 2, 14)),
        zone=zone,
        trigger=trigger,
    ).due_at


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (datetime(2024, 2, 6, 10, 0, tzinfo=KOLKATA), time(13)),
        (datetime(2024, 2, 6, 10, 30, tzinfo=KOLKATA), time(13)),
        (datetime(2024, 2, 6, 10, 0, 1, tzinfo=KOLKATA), time(13)),
        (datetime(2024, 2, 6, 10, 59, 59, 999_999, tzinfo=KOLKATA), time(13)),
        (datetime(2024, 2, 6, 4, 31, tzinfo=UTC), time(13)),
        (datetime(2024, 2, 6, 4, 29, tzinfo=UTC), time(12)),
    ],
)
def test_hours_run_from_the_end_of_the_hour_shown_by_the_clock_of_the_court(
    trigger: datetime, expected: time
) -> None:
    found = over_at(2, trigger, zone=KOLKATA, hour_count="next_full_hour", roll_after="none")
    assert found == datetime.combine(date(2024, 2, 6), expected, tzinfo=KOLKATA)


def test_counted_back_they_run_from_the_beginning_of_that_hour() -> None:
    back: dict[str, Any] = {"direction": Direction.before, "hour_count": "next_full_hour"}
    at = datetime(2024, 2, 6, 10, 59, 30, tzinfo=PARIS)
    assert over_at(2, at, **back) == datetime(2024, 2, 6, 8, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("hours", "back", "expected"),
    [
        (24, False, datetime(2024, 2, 8)),
        (30, False, datetime(2024, 2, 8, 6)),
        (24, True, datetime(2024, 2, 5)),
        (30, True, datetime(2024, 2, 4, 18)),
        (1, True, datetime(2024, 2, 5, 23)),
    ],
)
def test_hours_from_midnight_count_whole_days_and_then_the_rest(
    hours: int, back: bool, expected: datetime
) -> None:
    found = over_at(
        hours,
        date(2024, 2, 6),
        direction=Direction.before if back else Direction.after,
        hour_count="midnight_to_midnight",
        roll_after="none",
    )
    assert found == expected.replace(tzinfo=PARIS)


def test_hours_of_working_days_end_at_midnight_when_the_day_is_used_up() -> None:
    friday = datetime(2024, 2, 9, 14, tzinfo=PARIS)
    assert over_at(10, friday, hour_count="working_days") == datetime(2024, 2, 10, tzinfo=PARIS)
    assert over_at(11, friday, hour_count="working_days") == datetime(2024, 2, 12, 1, tzinfo=PARIS)
    monday = datetime(2024, 2, 12, 10, tzinfo=PARIS)
    back = Direction.before
    assert over_at(10, monday, direction=back, hour_count="working_days") == datetime(
        2024, 2, 12, tzinfo=PARIS
    )
    assert over_at(11, monday, direction=back, hour_count="working_days") == datetime(
        2024, 2, 9, 23, tzinfo=PARIS
    )


def test_hours_of_working_days_begin_after_a_day_off_in_which_the_trigger_falls() -> None:
    saturday = datetime(2024, 2, 10, 10, tzinfo=PARIS)
    assert over_at(5, saturday, hour_count="working_days") == datetime(2024, 2, 12, 5, tzinfo=PARIS)
    assert over_at(5, saturday, direction=Direction.before, hour_count="working_days") == datetime(
        2024, 2, 9, 19, tzinfo=PARIS
    )


def test_working_hours_are_walked_for_ten_years_and_no_longer() -> None:
    monday = datetime(2005, 1, 3, tzinfo=PARIS)
    longest = over_at(24 * 2_613, monday, hour_count="working_days")
    assert longest.year == 2015
    with pytest.raises(Incomputable, match="ten years"):
        over_at(24 * 2_620, monday, hour_count="working_days")


@pytest.mark.parametrize(
    ("start", "hours", "roll_to"),
    [
        # To Saturday, the clocks going forward on Sunday: the same hour of Monday.
        (datetime(2024, 3, 29, 10), 24, datetime(2024, 4, 1, 10)),
        (datetime(2024, 10, 25, 10), 24, datetime(2024, 10, 28, 10)),
        # To Saturday's own midnight: Friday is the last day, and a working one.
        (datetime(2024, 3, 28, 0), 48, datetime(2024, 3, 30, 0)),
        # To Sunday's midnight: Sunday is the last day, so Monday's.
        (datetime(2024, 2, 3, 0), 48, datetime(2024, 2, 6, 0)),
    ],
)
def test_hours_that_end_on_a_day_off_end_at_the_same_hour_of_a_working_day(
    start: datetime, hours: int, roll_to: datetime
) -> None:
    assert over_at(hours, start.replace(tzinfo=PARIS)) == roll_to.replace(tzinfo=PARIS)


def test_a_day_is_that_of_the_court_and_is_over_at_its_midnight_or_its_hour() -> None:
    assert local_day(datetime(2024, 2, 5, 23, 30, tzinfo=UTC), PARIS) == date(2024, 2, 6)
    assert local_day(date(2024, 2, 5), PARIS) == date(2024, 2, 5)
    day = date(2024, 3, 30)
    assert day_over(day, None, PARIS).isoformat() == "2024-03-31T00:00:00+01:00"
    assert day_over(day, time(16, 30), PARIS).isoformat() == "2024-03-30T16:30:00+01:00"
    midnight = datetime(2024, 3, 31, tzinfo=PARIS)
    assert last_day(midnight, PARIS) == date(2024, 3, 30)
    assert last_day(midnight + timedelta(microseconds=1), PARIS) == date(2024, 3, 31)


def test_an_hour_shown_twice_or_skipped_is_taken_at_the_later_instant() -> None:
    twice = at_wall(date(2024, 10, 27), time(2, 30), PARIS)
    assert twice.astimezone(UTC) == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    skipped = at_wall(date(2024, 3, 31), time(2, 30), PARIS)
    assert skipped.astimezone(UTC) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)


def test_a_day_whose_midnight_was_skipped_or_shown_twice_begins_once() -> None:
    cuba = ZoneInfo("America/Havana")  # the clocks go back at 01:00, and forward at midnight
    twice = at_wall(date(2024, 11, 3), time(0), cuba)
    assert twice.astimezone(UTC) == datetime(2024, 11, 3, 4, tzinfo=UTC)
    assert day_over(date(2024, 11, 2), None, cuba) == twice


def test_an_hour_by_the_clock_of_the_court_is_one_instant() -> None:
    wall = datetime(2024, 7, 1, 10)
    assert on_court_clock(wall, PARIS, "trigger").isoformat() == "2024-07-01T10:00:00+02:00"
