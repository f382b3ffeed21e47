"""Every list of holidays that was handed over with the project, where that folder is present."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.calendars import court_calendar
from tests.conftest import skip_or_fail

OURS = {"FR-alsace-moselle": "FR-alsace-moselle-good-friday"}  # the list has Good Friday
TERRITORIES = {
    "guadeloupe": "FR-GP",
    "guyane": "FR-GF",
    "la-reunion": "FR-RE",
    "martinique": "FR-MQ",
    "mayotte": "FR-YT",
    "nouvelle-caledonie": "FR-NC",
    "polynesie-francaise": "FR-PF",
    "saint-barthelemy": "FR-BL",
    "saint-martin": "FR-MF",
    "saint-pierre-et-miquelon": "FR-PM",
    "wallis-et-futuna": "FR-WF",
}


@pytest.fixture(scope="module")
def published(shared_data: Path) -> dict[str, Any]:
    lists = shared_data.parent / "vectors" / "holidays.json"
    if not lists.is_file():
        skip_or_fail("the published lists of holidays (vectors/holidays.json) are absent")
    calendars: dict[str, Any] = json.loads(lists.read_text(encoding="utf-8"))["calendars"]
    return calendars


def verified_days(code: str, year: int) -> set[date]:
    holidays = court_calendar(code).holidays
    return {day for day, named in holidays.items() if day.year == year and named.verified}


def days(listed: dict[str, str]) -> set[date]:
    return {date.fromisoformat(day) for day in listed}


def test_every_year_of_every_list_is_ours(published: dict[str, Any]) -> None:
    wrong, count = {}, 0
    for code, listed in published.items():
        for year, given in listed.get("years", {}).items():
            expected = days(given)
            if code == "GB-EAW":  # the CPR name Christmas Day, GOV.UK its substitute
                expected.add(date(int(year), 12, 25))
            found = verified_days(OURS.get(code, code), int(year))
            count += 1
            if found != expected:
                wrong[code, year] = sorted(found ^ expected)
    assert not wrong
    assert count > 50


def test_overseas_has_the_days_of_the_metropole_and_those_listed(
    published: dict[str, Any],
) -> None:
    territories = published["FR-overseas-additions"]["years_by_territory"]
    assert territories.keys() == TERRITORIES.keys()
    for territory, years in territories.items():
        for year, given in years.items():
            expected = verified_days("FR", int(year)) | days(given)
            assert verified_days(TERRITORIES[territory], int(year)) == expected, (territory, year)


def test_the_days_that_only_the_library_gives_are_unverified_or_left_out(
    published: dict[str, Any],
) -> None:
    # Polynesia: 20 November is one from 2026 according to the bill, from 2025 to the library.
    left_out = {
        "guadeloupe": {"2025-03-27", "2025-04-18", "2025-07-21"},
        "martinique": {"2025-07-21"},
        "saint-martin": {"2025-07-21"},
        "polynesie-francaise": {"2025-11-20"},
    }
    for territory, given in published["FR-overseas-additions"]["library_2025"].items():
        found = court_calendar(TERRITORIES[territory]).holidays
        missing = {day.isoformat() for day in days(given) if day not in found}
        assert missing == left_out.get(territory, set()), territory
