"""What the file of a calendar may say, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from dateutil.easter import easter

from app.calendars.building import build_calendar
from app.calendars.yearly import day_of_year, easter_sunday


def table(**changes: Any) -> dict[str, Any]:
    base = {"country": "FR", "language": "fr", "categories": ["public"], "source": "s"}
    return {
        "code": "X",
        "name": "X",
        "name_fr": "X",
        "version": "1",
        "sources": ["s"],
        "zones": ["Europe/Paris"],
        "first_year": 2020,
        "last_year": 2021,
        **changes,
        "base": {**base, **changes.get("base", {})},
    }


def ours(*additions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = table(**changes, corrections={"add": [{"source": "s", **each} for each in additions]})
    del made["base"]
    return made


def test_a_subdivision_the_library_does_not_list_is_refused() -> None:
    with pytest.raises(ValueError, match="GES"):
        build_calendar(table(base={"subdivision": "GES"}))


@pytest.mark.parametrize(
    "removal",
    [
        {"name": "Mardi gras"},
        {"name": "Noël", "from_year": 2023},
        {"name": "Lundi de Pâques", "weekdays": ["sunday"]},
    ],
)
def test_a_removal_that_removes_nothing_is_refused(removal: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=removal["name"]):
        build_calendar(table(corrections={"remove": [{**removal, "source": "s"}]}))


def test_a_removal_leaves_the_other_holiday_of_the_date() -> None:
    removal = {"name": "Ascension", "source": "s"}
    built = build_calendar(table(first_year=2008, corrections={"remove": [removal]}))
    assert built.holidays[date(2008, 5, 1)].name == "Fête du Travail"
    assert date(2020, 5, 21) not in built.holidays


def test_an_addition_of_what_is_there_already_is_refused() -> None:
    addition = {"name": "Noël", "source": "s", "month": 12, "day": 25}
    with pytest.raises(ValueError, match="Noël"):
        build_calendar(table(corrections={"add": [addition]}))


def test_a_file_has_the_base_and_the_corrections_of_those_it_follows() -> None:
    first = table(corrections={"remove": [{"name": "Noël", "source": "s"}]})
    second = ours({"name": "A", "days": [date(2020, 2, 3)]})
    third = ours({"name": "B", "days": [date(2020, 2, 4)]}, code="Z")
    built = build_calendar(first, second, third)
    assert built.code == "Z"
    assert {date(2020, 2, 3), date(2020, 2, 4), date(2020, 5, 1)} <= built.holidays.keys()
    assert date(2020, 12, 25) not in built.holidays


def test_a_day_observed_in_the_year_before_the_first_of_January_is_a_holiday() -> None:
    built = build_calendar(
        ours({"name": "New Year", "month": 1, "day": 1, "observed": {"saturday": -1}})
    )
    assert date(2022, 1, 1).weekday() == 5
    assert built.holidays[date(2021, 12, 31)].name == "New Year (observed)"


def test_a_forward_only_day_counts_forward_unless_it_is_a_holiday_by_itself_too() -> None:
    state = {"name": "State day", "month": 4, "day": 15, "forward_only": True}
    other = {"name": "Other day", "days": [date(2021, 4, 15)], "forward_only": True}
    national = {"name": "National day", "days": [date(2020, 4, 15)]}
    late = {"name": "Late", "days": [date(2030, 1, 1)], "forward_only": True}
    orders: list[list[dict[str, Any]]] = [
        [state, national, other, late],
        [national, state, other, late],
    ]
    for order in orders:
        built = build_calendar(ours(*order))
        assert not built.is_working(date(2021, 4, 15))
        assert built.backward.is_working(date(2021, 4, 15))
        assert not built.backward.is_working(date(2020, 4, 15))
        assert built.forward_only == {date(2021, 4, 15)}


def test_a_weekend_is_what_the_file_says() -> None:
    friday = build_calendar(ours(weekend=[4, 5]))
    assert not friday.is_working(date(2021, 9, 10))
    assert friday.is_working(date(2021, 9, 12))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"month": 2, "day": 12}, date(2026, 2, 12)),
        ({"easter": -2}, date(2026, 4, 3)),
        ({"month": 9, "weekday": "friday", "nth": 4}, date(2026, 9, 25)),
        ({"month": 5, "weekday": "monday", "nth": -1}, date(2026, 5, 25)),
        ({"month": 5, "day": 24, "weekday": "monday", "nth": -1}, date(2026, 5, 18)),
        ({"month": 11, "day": 2, "weekday": "tuesday", "nth": 1}, date(2026, 11, 3)),
        ({"month": 11, "weekday": "thursday", "nth": 4, "plus": 1}, date(2026, 11, 27)),
        ({"month": 3, "weekday": "sunday", "nth": -2}, date(2026, 3, 22)),
    ],
)
def test_a_rule_names_a_day_of_the_year(rule: dict[str, Any], expected: date) -> None:
    assert day_of_year(rule, 2026) == expected


def test_the_first_weekday_on_or_after_a_day_may_be_that_day() -> None:
    assert day_of_year({"month": 5, "day": 24, "weekday": "monday", "nth": -1}, 2027) == date(
        2027, 5, 24
    )
    assert day_of_year({"month": 11, "day": 2, "weekday": "tuesday", "nth": 1}, 2027) == date(
        2027, 11, 2
    )


def test_easter_is_that_of_the_library_for_two_centuries() -> None:
    assert [easter_sunday(year) for year in range(1900, 2101)] == [
        easter(year) for year in range(1900, 2101)
    ]
