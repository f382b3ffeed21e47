"""Statistics are arithmetic on counts: each figure by hand, and never without its number."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.statistics import (
    FEW,
    LATE_STARTS,
    TIME_STARTS,
    DueCounts,
    DueState,
    LateBucket,
    buckets,
    by_status,
    days_overdue,
    due_state,
    lateness,
    months,
    share,
    spread,
)
from app.domain.status import Status

DAYS = st.lists(st.integers(-40, 800), min_size=1, max_size=60)


def test_days_fall_into_the_bucket_that_both_its_ends_belong_to() -> None:
    found = buckets({-1: 1, 0: 2, 30: 3, 31: 4, 365: 5, 366: 6, 9999: 7}, TIME_STARTS)
    assert [(b.from_days, b.to_days, b.count) for b in found] == [
        (None, -1, 1), (0, 30, 5), (31, 60, 4), (61, 90, 0), (91, 180, 0), (181, 365, 5),
        (366, None, 13),
    ]  # fmt: skip


@given(DAYS)
def test_no_obligation_is_lost_between_buckets_or_counted_twice(days: list[int]) -> None:
    assert sum(b.count for b in buckets(Counter(days), TIME_STARTS)) == len(days)


@given(DAYS)
def test_the_median_is_the_middle_one_or_the_mean_of_the_middle_two(days: list[int]) -> None:
    assert spread(Counter(days), TIME_STARTS).median == Decimal(str(statistics.median(days)))


@given(st.lists(st.integers(0, 400), min_size=4, max_size=60))
def test_quartiles_are_those_of_a_spreadsheet_in_tenths(days: list[int]) -> None:
    found = spread(Counter(days), TIME_STARTS)
    lower, _, upper = statistics.quantiles(days, n=4, method="inclusive")
    assert found.lower is not None and abs(float(found.lower) - lower) <= 0.05001
    assert found.upper is not None and abs(float(found.upper) - upper) <= 0.05001
    assert found.shortest == min(days) and found.longest == max(days)


def test_a_quarter_of_a_day_is_rounded_up_to_a_tenth_and_whole_days_bear_no_decimals() -> None:
    found = spread({10: 1, 11: 1, 12: 1, 13: 1}, TIME_STARTS)
    assert (str(found.lower), str(found.median), str(found.upper)) == ("10.8", "11.5", "12.3")
    assert str(spread({100: 4, 200: 1}, TIME_STARTS).median) == "100"


def test_of_three_there_are_no_quartiles_and_of_none_there_is_nothing() -> None:
    three = spread({5: 3}, TIME_STARTS)
    assert (three.count, three.lower, three.median, three.upper) == (3, None, Decimal(5), None)
    none = spread({}, TIME_STARTS)
    assert (none.count, none.shortest, none.median, none.longest) == (0, None, None, None)
    assert sum(b.count for b in none.buckets) == 0


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [(1, FEW - 1, None), (0, 0, None), (1, FEW, 10), (1, 3 * FEW, 3), (1, 40, 3), (40, 40, 100)],
)
def test_a_share_is_whole_and_is_not_given_of_a_few(count: int, of: int, said: int | None) -> None:
    assert share(count, of) == said


def test_every_status_counts_as_something_and_what_ended_as_nothing() -> None:
    assert {s: due_state(s) for s in Status} == {
        Status.overdue_nothing: DueState.overdue,
        Status.overdue_partly: DueState.overdue,
        Status.due_today: DueState.not_late,
        Status.running: DueState.not_late,
        Status.partly_produced: DueState.not_late,
        Status.awaiting_service_proof: DueState.not_late,
        Status.suspended: DueState.not_late,
        Status.met_late: DueState.late,
        Status.met_on_time: DueState.on_time,
        Status.ended: None,
    }


TALLY = {
    (Status.met_on_time, date(2021, 9, 13)): 5,
    (Status.met_on_time, None): 2,
    (Status.met_late, date(2021, 9, 13)): 3,
    (Status.overdue_nothing, date(2021, 10, 1)): 4,
    (Status.overdue_partly, date(2021, 9, 1)): 1,
    (Status.running, date(2021, 11, 30)): 6,
    (Status.awaiting_service_proof, None): 7,
    (Status.ended, date(2021, 9, 13)): 8,
}
TODAY = date(2021, 10, 1)


def test_lateness_counts_each_obligation_once_and_what_ended_apart() -> None:
    found = lateness(TALLY, {0: 1, 7: 1, 8: 1}, days_overdue(TALLY, TODAY))
    assert (found.on_time, found.no_last_day, found.not_late, found.ended) == (5, 2, 13, 8)
    assert found.late == (
        LateBucket(0, 7, 2, 4), LateBucket(8, 30, 1, 1), LateBucket(31, 90, 0, 0),
        LateBucket(91, None, 0, 0),
    )  # fmt: skip
    assert found.count + found.ended == sum(TALLY.values())
    assert len(found.late) == len(LATE_STARTS)


def test_what_is_overdue_since_an_hour_of_its_last_day_is_overdue_by_no_day() -> None:
    assert days_overdue(TALLY, TODAY) == {0: 4, 30: 1}
    # Courts to the west of it have not reached that day yet.
    assert days_overdue({(Status.overdue_nothing, TODAY): 1}, date(2021, 9, 30)) == {0: 1}
    assert days_overdue({(Status.overdue_nothing, None): 1}, TODAY) == {}


def test_months_run_without_a_gap_and_those_far_off_are_summed() -> None:
    far = {
        (Status.met_late, date(2020, 9, 30)): 1,
        (Status.met_late, date(2020, 10, 1)): 2,
        (Status.running, date(2022, 9, 30)): 3,
        (Status.running, date(2022, 10, 1)): 4,
    }
    found = months(TALLY | far, TODAY)
    assert [on for on, _ in found.each] == [
        *(date(2020, n, 1) for n in (10, 11, 12)),
        *(date(2021, n, 1) for n in range(1, 13)),
        *(date(2022, n, 1) for n in range(1, 10)),
    ]
    assert (found.before, found.after) == (DueCounts(late=1), DueCounts(not_late=4))
    assert dict(found.each)[date(2021, 9, 1)] == DueCounts(on_time=5, late=3, overdue=1)
    assert dict(found.each)[date(2021, 8, 1)] == DueCounts()
    assert found.no_last_day == 9
    assert found.count + found.no_last_day + 8 == sum((TALLY | far).values())


def test_a_court_without_last_days_has_no_months() -> None:
    found = months({(Status.awaiting_service_proof, None): 1}, TODAY)
    assert (found.each, found.count, found.no_last_day) == ((), 0, 1)


def test_the_calendar_s_last_month_is_shown_too() -> None:
    found = months({(Status.running, date(9999, 12, 31)): 1}, date(9999, 12, 31))
    assert found.each == ((date(9999, 12, 1), DueCounts(not_late=1)),)


def test_statuses_are_counted_whatever_their_last_day() -> None:
    assert by_status(TALLY)[Status.met_on_time] == 7
