from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.calendars import build_calendar, court_calendar, court_calendars
from app.domain.calendars import DayKind, DayName
from app.errors import CalendarNotCovered, CalendarUnknown, Incomputable
from tests.unit.small_packs import plain_calendar

LISTS = tomllib.loads((Path(__file__).parent / "holiday_vectors.toml").read_text(encoding="utf-8"))[
    "calendars"
]
YEARS = [(each["code"], int(year), days) for each in LISTS for year, days in each["years"].items()]
FR = court_calendar("FR")


@pytest.mark.parametrize(("code", "year", "days"), YEARS, ids=[f"{c}-{y}" for c, y, _ in YEARS])
def test_a_calendar_has_exactly_the_published_holidays_of_a_year(
    code: str, year: int, days: list[date]
) -> None:
    found = [day for day in court_calendar(code).holidays if day.year == year]
    assert found == days


@pytest.mark.parametrize("year", [2005, 2006, 2007])
def test_whit_monday_stays_a_holiday_in_the_years_of_the_solidarity_day(year: int) -> None:
    days = [day for day, named in FR.holidays.items() if "Pentecôte" in named.name]
    assert [day for day in days if day.year == year]


def test_alsace_moselle_has_the_26th_of_december_but_good_friday_only_where_chosen() -> None:
    without, with_it = (
        court_calendar("FR-alsace-moselle"),
        court_calendar("FR-alsace-moselle-good-friday"),
    )
    assert not without.is_working(date(2024, 12, 26))
    assert without.is_working(date(2024, 3, 29))
    assert not with_it.is_working(date(2024, 3, 29))
    assert FR.is_working(date(2024, 12, 26))
    assert not without.is_working(date(2006, 6, 5)), "it follows the corrections of FR"


def test_good_friday_is_a_working_day_at_narbonne() -> None:
    assert FR.is_working(date(1973, 4, 20))


def test_a_new_year_observed_in_december_is_a_federal_holiday() -> None:
    assert not court_calendar("US-federal").is_working(date(2021, 12, 31))


def test_a_day_off_has_a_name_and_a_source() -> None:
    off = FR.day_off(date(2021, 4, 5))
    assert off is not None
    assert (off.kind, off.name) == (DayKind.holiday, "Lundi de Pâques")
    assert str(off.why) == "2021-04-05 (Lundi de Pâques; C. trav., art. L3133-1)"


def test_a_sunday_speaks_for_itself_and_a_working_day_has_nothing_to_say() -> None:
    assert str(FR.why_not_working(date(2021, 9, 12))) == "2021-09-12"
    assert FR.why_not_working(date(2021, 9, 13)) is None


@pytest.mark.parametrize("day", [date(1972, 12, 31), date(2037, 1, 1)])
def test_a_day_outside_the_covered_years_is_refused_and_its_year_is_named(day: date) -> None:
    with pytest.raises(CalendarNotCovered, match=str(day.year)):
        FR.is_working(day)
    assert not FR.covers(day)


def test_a_roll_that_would_leave_the_covered_years_is_refused() -> None:
    calendar = plain_calendar(first_year=2021, last_year=2022)
    assert date(2022, 12, 31).weekday() == 5
    with pytest.raises(CalendarNotCovered, match="2023"):
        calendar.next_working(date(2022, 12, 31))
    holiday = plain_calendar(date(2021, 1, 1), first_year=2021, last_year=2022)
    with pytest.raises(CalendarNotCovered, match="2020"):
        holiday.previous_working(date(2021, 1, 1))


def test_a_roll_is_bounded() -> None:
    days = [date.fromordinal(date(2021, 1, 1).toordinal() + n) for n in range(100)]
    with pytest.raises(Incomputable, match="60 days"):
        plain_calendar(*days).next_working(date(2021, 1, 1))


def test_next_and_previous_working_days_leave_a_working_day_where_it_is() -> None:
    assert FR.next_working(date(2021, 9, 13)) == date(2021, 9, 13)
    assert FR.next_working(date(2021, 4, 3)) == date(2021, 4, 6)
    assert FR.previous_working(date(2021, 4, 5)) == date(2021, 4, 2)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, date(2021, 4, 3)), (1, date(2021, 4, 6)), (2, date(2021, 4, 7)), (-1, date(2021, 4, 2))],
)
def test_working_days_are_counted_from_a_saturday(days: int, expected: date) -> None:
    assert FR.add_working(date(2021, 4, 3), days) == expected


@pytest.mark.parametrize("days", [100_000, -100_000])
def test_working_days_beyond_the_covered_years_are_refused(days: int) -> None:
    with pytest.raises(CalendarNotCovered):
        FR.add_working(date(2021, 4, 3), days)


def test_working_days_between_two_days_are_counted_both_included() -> None:
    assert FR.count_working(date(2021, 4, 2), date(2021, 4, 6)) == 2
    assert FR.count_working(date(2021, 4, 6), date(2021, 4, 2)) == 0


def test_a_court_closure_is_a_day_off_with_a_version_of_its_own() -> None:
    closed = FR.with_closures(
        {
            date(2021, 9, 13): DayName("Flood", "order of the president"),
            date(2021, 9, 12): DayName("Flood", "order of the president"),
        },
        version="closures-1",
    )
    assert FR.is_working(date(2021, 9, 13))
    assert str(closed.why_not_working(date(2021, 9, 13))).endswith(
        "(court closed: Flood; order of the president)"
    )
    sunday = closed.day_off(date(2021, 9, 12))
    assert sunday is not None
    assert sunday.kind is DayKind.weekend
    assert closed.version == f"{FR.version}+closures-1"
    assert closed.as_published.is_working(date(2021, 9, 13))
    assert FR.as_published is FR


def test_a_closure_outside_the_covered_years_is_refused() -> None:
    with pytest.raises(CalendarNotCovered):
        FR.with_closures({date(2050, 1, 3): DayName("x", "y")}, version="1")


def test_a_state_holiday_counts_forward_only() -> None:
    day = date(2024, 4, 15)
    federal = court_calendar("US-federal")
    state = replace(
        federal,
        holidays={**federal.holidays, day: DayName("Patriots' Day", "Mass. law")},
        forward_only=frozenset({day}),
    )
    assert not state.is_working(day)
    assert state.backward.is_working(day)
    assert federal.backward is federal


def test_an_unknown_calendar_is_refused_with_those_there_are() -> None:
    with pytest.raises(CalendarUnknown, match="US-federal"):
        court_calendar("FR-GES")


def test_every_calendar_says_what_it_rests_on() -> None:
    calendars = court_calendars()
    assert [each.code for each in calendars] == sorted(each.code for each in calendars)
    for each in calendars:
        assert "holidays-" in each.version
        assert each.sources
        assert all(named.source for named in each.holidays.values())


def table(**changes: Any) -> dict[str, Any]:
    base = {"country": "FR", "language": "fr", "categories": ["public"], "source": "s"}
    return {
        "code": "X",
        "name": "X",
        "name_fr": "X",
        "version": "1",
        "sources": ["s"],
        "first_year": 2020,
        "last_year": 2021,
        **changes,
        "base": {**base, **changes.get("base", {})},
    }


def test_a_subdivision_the_library_does_not_list_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="GES"):
        build_calendar(table(base={"subdivision": "GES"}), {})


def test_a_removal_that_removes_nothing_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="Mardi gras"):
        build_calendar(table(corrections={"remove": [{"name": "Mardi gras", "source": "s"}]}), {})
