from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.calendars import (
    calendar_codes,
    calendar_heads,
    court_calendar,
    court_calendars,
)
from app.domain.calendars import DayKind, DayName
from app.errors import CalendarNotCovered, CalendarUnknown, Incomputable
from tests.unit.small_packs import plain_calendar

LISTS = tomllib.loads((Path(__file__).parent / "holiday_vectors.toml").read_text(encoding="utf-8"))[
    "calendars"
]
YEARS = [(each, int(year), days) for each in LISTS for year, days in each["years"].items()]
FR = court_calendar("FR")


def days_of(code: str, year: int) -> list[date]:
    return [day for day in court_calendar(code).holidays if day.year == year]


@pytest.mark.parametrize(
    ("published", "year", "days"), YEARS, ids=[f"{each['code']}-{year}" for each, year, _ in YEARS]
)
def test_a_calendar_has_exactly_the_published_holidays_of_a_year(
    published: dict[str, Any], year: int, days: list[date]
) -> None:
    holidays = court_calendar(published["code"]).holidays
    found = [
        day
        for day in days_of(published["code"], year)
        if (day.weekday() < 5 or not published.get("weekdays_only"))
        and (holidays[day].verified or not published.get("verified_only"))
    ]
    assert found == days


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


@pytest.mark.parametrize(("alias", "code"), [("FR-metropole", "FR"), ("US-CA", "US-CA-courts")])
def test_an_alias_finds_the_calendar_itself(alias: str, code: str) -> None:
    assert court_calendar(alias) is court_calendar(code)
    assert alias in court_calendar(code).aliases


@pytest.mark.parametrize("code", ["fr", "DE-GES", "GES", "67", "", "FR\n", "../fr", "X" * 5000])
def test_what_is_no_code_is_refused_in_a_bounded_message(code: str) -> None:
    with pytest.raises(CalendarUnknown) as refused:
        court_calendar(code)
    assert len(str(refused.value)) < 1000


def test_no_code_or_alias_means_two_calendars() -> None:
    heads = calendar_heads()
    said = [each.code for each in heads] + [alias for each in heads for alias in each.aliases]
    assert len(said) == len(set(said))


def test_a_list_of_calendars_says_what_each_would_and_builds_none() -> None:
    script = (
        "from app import calendars\n"
        "assert len(calendars.calendar_heads()) == len(calendars.calendar_codes()) > 40\n"
        "assert calendars._calendar.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    for head in calendar_heads():
        calendar = court_calendar(head.code)
        assert all(
            getattr(calendar, each.name) == getattr(head, each.name) for each in fields(head)
        )
    assert calendar_codes() == tuple(head.code for head in calendar_heads())


def test_every_calendar_says_what_it_rests_on() -> None:
    calendars = court_calendars()
    assert [each.code for each in calendars] == sorted(each.code for each in calendars)
    for each in calendars:
        assert each.sources
        assert [ZoneInfo(zone).key for zone in each.zones] == list(each.zones) != []
        assert each.name
        assert each.name_fr
        assert all(named.name and named.source for named in each.holidays.values())
        assert len(each.notes) == len(each.notes_fr)
        for named in each.holidays.values():
            assert bool(named.note) == bool(named.note_fr)
            assert named.verified or named.note, "say what is doubtful"


def test_a_version_names_the_library_where_days_come_from_it() -> None:
    assert "+holidays-" in court_calendar("FR-GP").version, "by the calendar it follows"
    assert court_calendar("US-TX").version == "1"


def test_plain_calendar_days_have_no_day_off() -> None:
    none = court_calendar("none")
    assert none.count_working(date(1900, 1, 1), date(2100, 12, 31)) == 73_414
    assert none.next_working(date(2024, 12, 25)) == date(2024, 12, 25)


def test_two_holidays_on_one_date_keep_both_names() -> None:
    assert FR.holidays[date(2008, 5, 1)].name == "Ascension; Fête du Travail"
    texas = court_calendar("US-TX").holidays[date(2026, 1, 19)]
    assert texas.name == "Confederate Heroes Day; Martin Luther King, Jr., Day"
    assert texas.source.count("Tex. Gov't Code") == 2


def test_an_unverified_day_says_so() -> None:
    off = court_calendar("FR-NC").day_off(date(2026, 9, 24))
    assert off is not None
    assert not off.verified
    assert "job.nc" in off.note
    assert str(off.why).endswith("art. 74; unverified)")


def test_a_date_with_one_verified_holiday_is_verified() -> None:
    doubtful = DayName("Local day", "s", verified=False, note="Not read.", note_fr="Non lu.")
    both = DayName("National day", "s").and_also(doubtful)
    assert both == replace(doubtful, name="National day; Local day", verified=True)
    assert not doubtful.and_also(doubtful).verified


@pytest.mark.parametrize("code", calendar_codes())
def test_working_days_are_the_days_that_are_neither_weekend_nor_holiday(code: str) -> None:
    calendar = court_calendar(code)
    days = [date(2025, 12, 1) + timedelta(days=n) for n in range(90)]
    working = [
        d for d in days if d.weekday() not in calendar.weekend and d not in calendar.holidays
    ]
    assert [day for day in days if calendar.is_working(day)] == working
    assert calendar.count_working(days[0], days[-1]) == len(working)
    assert calendar.add_working(working[0], len(working) - 1) == working[-1]
    assert calendar.add_working(working[-1], 1 - len(working)) == working[0]
    assert len(calendar.days_off_between(days[0], days[-1])) == 90 - len(working)
