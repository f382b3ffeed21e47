from __future__ import annotations

from datetime import date

import pytest

from app.domain.periods import (
    MonthAnchor,
    Period,
    Unit,
    add_days,
    add_months,
    duration_phrase,
    merge,
    parse_duration,
)
from app.errors import Incomputable, Invalid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P2M", [(2, Unit.month)]),
        ("P1M15D", [(1, Unit.month), (15, Unit.day)]),
        ("PT72H", [(72, Unit.hour)]),
        ("P2W", [(2, Unit.week)]),
        ("P1Y", [(1, Unit.year)]),
        (" 2m ", [(2, Unit.month)]),
        ("1M15D", [(1, Unit.month), (15, Unit.day)]),
        ("72H", [(72, Unit.hour)]),
        ("10WD", [(10, Unit.working_day)]),
    ],
)
def test_a_duration_is_read_as_written(text: str, expected: list[tuple[int, Unit]]) -> None:
    assert parse_duration(text) == tuple(Period(value, unit) for value, unit in expected)


def test_a_bare_number_is_told_to_say_its_unit() -> None:
    with pytest.raises(Invalid, match="Say the unit: 2 what") as fault:
        parse_duration("2")
    assert fault.value.faults[0].field == "period"


@pytest.mark.parametrize("text", ["", "P", "two months", "2X", "M2", "P1.5M", "-P1M", "2 M", "PT"])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="not a period"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0D", "P0M", "100001D", "9999999999D"])
def test_a_duration_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="from 1 to") as fault:
        parse_duration(text)
    assert fault.value.faults[0].field == "period"


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="too long"):
        parse_duration("1M" * 50)


@pytest.mark.parametrize("value", [True, 1.5])
def test_a_period_is_counted_in_whole_units(value: object) -> None:
    with pytest.raises(Invalid, match="whole"):
        Period(value, Unit.day)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1M", "1 month"),
        ("2M", "2 months"),
        ("1M15D", "1 month and 15 days"),
        ("10WD", "10 working days"),
    ],
)
def test_a_duration_is_said_in_singular_and_plural(text: str, said: str) -> None:
    words = duration_phrase(parse_duration(text))
    assert str(words) == said


def test_no_duration_has_no_words() -> None:
    with pytest.raises(ValueError, match="at least one"):
        duration_phrase(())


def test_three_months_and_one_month_are_four_months() -> None:
    assert merge((*parse_duration("3M"), *parse_duration("1M15D"))) == parse_duration("4M15D")


def test_a_month_from_31_january_ends_on_the_last_day_of_february() -> None:
    assert add_months(date(2023, 1, 31), 1) == (date(2023, 2, 28), True)
    assert add_months(date(2024, 1, 31), 1) == (date(2024, 2, 29), True)


def test_months_are_never_chained() -> None:
    assert add_months(date(2023, 1, 31), 2) == (date(2023, 3, 31), False)


def test_the_last_day_of_february_does_not_stick_to_the_end_of_march() -> None:
    assert add_months(date(2026, 2, 28), 1) == (date(2026, 3, 28), False)


def test_belgium_keeps_the_number_of_the_day_after() -> None:
    anchor = MonthAnchor.day_after
    assert add_months(date(2023, 2, 28), 1, anchor=anchor) == (date(2023, 3, 31), False)
    assert add_months(date(2023, 1, 30), 1, anchor=anchor) == (date(2023, 2, 28), True)
    assert add_months(date(2023, 3, 1), -1, anchor=anchor) == (date(2023, 1, 29), False)


def test_without_clipping_a_number_the_month_lacks_is_the_first_of_the_next() -> None:
    assert add_months(date(2023, 1, 31), 1, clip=False) == (date(2023, 3, 1), True)


def test_months_go_back_over_the_new_year() -> None:
    assert add_months(date(2024, 1, 31), -2) == (date(2023, 11, 30), True)


def test_what_no_calendar_can_name_is_not_computed() -> None:
    with pytest.raises(Incomputable):
        add_days(date(9999, 12, 31), 1)
    with pytest.raises(Incomputable):
        add_months(date(9000, 1, 1), 12_000)


def test_months_reach_back_into_the_first_year_and_no_further() -> None:
    assert add_months(date(2, 1, 15), -12)[0] == date(1, 1, 15)
    with pytest.raises(Incomputable):
        add_months(date(1, 12, 15), -12)


def test_the_number_of_the_day_before_is_kept_when_counting_back() -> None:
    anchor = MonthAnchor.day_after
    assert add_months(date(2024, 5, 2), -1, anchor=anchor)[0] == date(2024, 4, 2)
    assert add_months(date(2024, 5, 1), -1, anchor=anchor)[0] == date(2024, 3, 31)


def test_no_duration_is_not_said() -> None:
    with pytest.raises(ValueError, match=r"^a duration has at least one period$"):
        duration_phrase(())
