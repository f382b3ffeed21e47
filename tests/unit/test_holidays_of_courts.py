"""What a court of each jurisdiction keeps, and what it is often wrongly thought to keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.calendars import calendar_codes, court_calendar
from app.domain.calendars import DayKind, DayName
from tests.unit.calendar_snapshot import changed, digest, recorded

LOOK = "Look at it in the law, then: python -m tests.unit.calendar_snapshot"

LAENDER = [
    "BW",
    "BY",
    "BE",
    "BB",
    "HB",
    "HH",
    "HE",
    "MV",
    "NI",
    "NW",
    "RP",
    "SL",
    "SN",
    "ST",
    "SH",
    "TH",
]


def off(code: str, *days: str) -> bool:
    """Whether every one of those days is a holiday of that calendar, weekend or not."""
    holidays = court_calendar(code).holidays
    return all(date.fromisoformat(day) in holidays for day in days)


def on(code: str, *days: str) -> bool:
    """Whether none of those days is one."""
    holidays = court_calendar(code).holidays
    return not any(date.fromisoformat(day) in holidays for day in days)


def test_the_calendars_are_those_that_the_rule_packs_name() -> None:
    overseas = ["GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM", "NC", "PF", "WF"]
    assert set(calendar_codes()) == {
        *("FR", "FR-alsace-moselle", "FR-alsace-moselle-good-friday"),
        *(f"FR-{territory}" for territory in overseas),
        *("US-federal", "US-CA-courts", "US-NY", "US-TX", "US-FL", "GB-EAW", "DE"),
        *(f"DE-{land}" for land in LAENDER),
        *("DE-BY-assumption", "DE-BY-augsburg", "DE-SN-corpus-christi", "DE-TH-corpus-christi"),
        *("BE", "EU", "CA-federal", "CA-ON", "AU-VIC", "AU-ACT", "none"),
    }


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        *(("FR", 1973, 2036), ("US-federal", 2000, 2036), ("GB-EAW", 1999, 2036)),
        *(("US-CA-courts", 2010, 2036), ("US-FL", 2013, 2036), ("DE", 1995, 2036)),
        *(("CA-federal", 1998, 2036), ("CA-ON", 2015, 2036), ("AU-VIC", 2012, 2031)),
    ],
)
def test_the_years_that_can_be_stood_behind(code: str, first: int, last: int) -> None:
    calendar = court_calendar(code)
    assert (calendar.first_year, calendar.last_year) == (first, last)


@pytest.mark.parametrize("year", [2005, 2006, 2007])
def test_whit_monday_stays_a_holiday_in_the_years_of_the_solidarity_day(year: int) -> None:
    for code in ("FR", "FR-alsace-moselle", "FR-GP", "FR-NC"):
        names = [n.name for day, n in court_calendar(code).holidays.items() if day.year == year]
        assert "Lundi de Pentecôte" in names


def test_alsace_moselle_has_the_26th_of_december_but_good_friday_only_where_chosen() -> None:
    assert off("FR-alsace-moselle", "2024-12-26")
    assert on("FR-alsace-moselle", "2024-03-29")
    assert off("FR-alsace-moselle-good-friday", "2024-12-26", "2024-03-29")
    assert on("FR", "2024-12-26", "2024-03-29")


def test_the_8th_of_may_was_a_working_day_from_1960_to_1981() -> None:
    assert on("FR", "1973-05-08", "1981-05-08")
    assert off("FR", "1982-05-08")


def test_good_friday_is_a_working_day_at_narbonne() -> None:
    assert court_calendar("FR").is_working(date(1973, 4, 20))


@pytest.mark.parametrize(
    ("code", "days"),
    [
        ("FR-GP", ["2025-03-27", "2025-04-18", "2025-07-21"]),
        ("FR-MQ", ["2025-07-21", "2025-04-18"]),
        ("FR-MF", ["2025-07-21", "2025-05-27"]),
        ("FR-BL", ["2025-05-27"]),
        ("FR-PM", ["2025-05-27", "2025-06-10"]),
    ],
)
def test_overseas_has_not_the_customs_that_no_text_makes_holidays(
    code: str, days: list[str]
) -> None:
    assert on(code, *days)


def test_every_local_day_of_the_pacific_is_marked_as_unverified() -> None:
    for code, count in (("FR-NC", 1), ("FR-PF", 3), ("FR-WF", 3)):
        days = court_calendar(code).holidays
        local = [day for day, named in days.items() if day.year == 2026 and not named.verified]
        assert len(local) == count
    assert off("FR-PF", "2025-06-29", "2026-11-20")
    assert on("FR-PF", "2026-06-29", "2025-11-20")


def test_a_new_year_observed_in_december_is_a_federal_holiday() -> None:
    assert not court_calendar("US-federal").is_working(date(2021, 12, 31))


@pytest.mark.parametrize("code", ["US-federal", "US-NY", "US-FL", "US-CA-courts"])
def test_christmas_eve_is_no_holiday_but_where_christmas_is_a_saturday(code: str) -> None:
    assert on(code, "2024-12-24", "2024-12-31", "2025-12-24")
    assert off(code, "2021-12-24") is (code != "US-NY")


def test_juneteenth_is_a_holiday_from_the_year_of_its_law() -> None:
    for code, before, since in (
        ("US-federal", "2020-06-19", "2021-06-18"),
        ("US-NY", "2020-06-19", "2021-06-19"),
        ("US-CA-courts", "2022-06-20", "2023-06-19"),
    ):
        assert on(code, before)
        assert off(code, since)
    assert on("US-FL", "2024-06-19")
    assert off("US-TX", "2005-06-19"), "Emancipation Day"


def test_california_courts_are_not_the_state() -> None:
    assert off("US-CA-courts", "2024-02-12", "2024-04-01", "2024-09-27", "2024-11-29")
    assert off("US-CA-courts", "2022-02-11", "2023-02-13"), "Lincoln on a weekend"
    assert off("US-CA-courts", "2021-10-11", "2010-07-05")
    assert on("US-CA-courts", "2022-10-10", "2021-09-24", "2024-09-09", "2026-11-08")


def test_new_york_has_election_day_and_no_friday_before() -> None:
    assert off("US-NY", "2025-11-04", "2024-11-05", "2022-06-20", "2025-02-12")
    assert on("US-NY", "2026-07-03", "2025-02-15")


def test_texas_has_no_other_day_for_a_weekend_and_no_days_around_christmas() -> None:
    assert off("US-TX", "2024-04-21", "2024-08-27", "2024-11-29", "2026-07-04")
    assert on("US-TX", "2026-07-03", "2024-12-24", "2024-12-26", "2024-03-29", "2024-10-14")


def test_florida_has_the_list_of_its_rule_and_no_more() -> None:
    assert off("US-FL", "2026-07-03", "2024-11-29", "2024-01-15")
    assert on("US-FL", "2024-03-29", "2024-02-19", "2024-10-14", "2024-02-15")


@pytest.mark.parametrize(
    "day",
    [
        *("1999-12-31", "2002-06-03", "2002-06-04", "2011-04-29", "2012-06-04", "2012-06-05"),
        *("2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"),
    ],
)
def test_england_kept_the_days_of_one_year(day: str) -> None:
    assert off("GB-EAW", day)


def test_england_did_not_keep_the_days_that_were_moved() -> None:
    assert on("GB-EAW", "2002-05-27", "2012-05-28", "2020-05-04", "2022-05-30")


def test_england_keeps_christmas_day_itself_and_substitutes_the_others() -> None:
    assert off("GB-EAW", "2021-12-25", "2021-12-27", "2021-12-28", "2022-01-03")
    assert on("GB-EAW", "2021-12-26", "2022-01-01")


@pytest.mark.parametrize("land", LAENDER)
def test_every_land_has_the_nine_days_and_reformation_day_of_2017(land: str) -> None:
    nine = [day.isoformat() for day in court_calendar("DE").holidays if day.year == 2024]
    assert len(nine) == 9
    assert off(f"DE-{land}", *nine, "2017-10-31")
    assert on(f"DE-{land}", "2024-12-24", "2024-12-31")


def test_reformation_day_is_a_holiday_in_nine_laender_since_2018() -> None:
    kept = {land for land in LAENDER if off(f"DE-{land}", "2018-10-31")}
    before = {land for land in LAENDER if off(f"DE-{land}", "2016-10-31")}
    assert kept == {"BB", "HB", "HH", "MV", "NI", "SH", "SN", "ST", "TH"}
    assert before == {"BB", "MV", "SN", "ST", "TH"}


def test_corpus_christi_all_saints_and_epiphany_by_land() -> None:
    def lands(day: str) -> set[str]:
        return {land for land in LAENDER if off(f"DE-{land}", day)}

    assert lands("2024-05-30") == {"BW", "BY", "HE", "NW", "RP", "SL"}
    assert lands("2024-11-01") == {"BW", "BY", "NW", "RP", "SL"}
    assert lands("2024-01-06") == {"BW", "BY", "ST"}
    assert lands("2024-11-20") == {"SN"}, "the Day of Repentance"
    assert lands("2024-08-15") == {"SL"}


def test_days_of_one_land_begin_in_the_year_of_their_law() -> None:
    assert off("DE-BE", "2019-03-08", "2020-05-08", "2025-05-08", "2028-06-17")
    assert on("DE-BE", "2018-03-08", "2021-05-08", "2024-06-17")
    assert off("DE-MV", "2023-03-08")
    assert on("DE-MV", "2022-03-08")
    assert off("DE-TH", "2019-09-20")
    assert on("DE-TH", "2018-09-20")


def test_what_depends_on_the_municipality_is_a_choice() -> None:
    assert on("DE-BY", "2024-08-15", "2024-08-08")
    assert off("DE-BY-assumption", "2024-08-15", "2024-01-06")
    assert on("DE-BY-assumption", "2024-08-08")
    assert off("DE-BY-augsburg", "2024-08-15", "2024-08-08", "2024-11-01")
    for land in ("SN", "TH"):
        assert on(f"DE-{land}", "2024-05-30")
        assert off(f"DE-{land}-corpus-christi", "2024-05-30", "2024-10-31")


def test_belgium_has_ten_days() -> None:
    for year in (1990, 2024):
        days = [day for day in court_calendar("BE").holidays if day.year == year]
        assert len(days) == 10
    assert off("BE", "2024-07-21", "2024-11-11")
    assert on("BE", "2024-11-15", "2024-12-26", "2024-03-29", "2024-07-11")


def test_canada_moves_canada_day_off_a_sunday_and_nothing_else() -> None:
    assert off("CA-federal", "2018-07-02", "2021-09-30", "2027-05-24", "2024-04-01")
    assert on("CA-federal", "2023-10-02", "2017-01-02", "2024-12-26", "2020-09-30", "2017-07-03")


def test_ontario_has_its_own_holidays_and_its_days_for_a_weekend() -> None:
    assert off("CA-ON", "2024-02-19", "2024-04-01", "2024-08-05", "2027-05-24")
    assert off("CA-ON", "2017-01-02", "2017-07-03", "2023-11-13")
    assert off("CA-ON", "2021-12-27", "2021-12-28"), "Christmas on a Saturday"
    assert off("CA-ON", "2022-12-26", "2022-12-27"), "on a Sunday"
    assert off("CA-ON", "2020-12-28"), "on a Friday"
    assert on("CA-ON", "2024-09-30", "2020-12-29", "2023-12-27")


def test_victoria_has_the_day_before_the_grand_final_while_its_date_is_known() -> None:
    assert off("AU-VIC", "2015-10-02", "2020-10-23", "2026-09-25", "2024-11-05", "2022-09-22")
    assert on("AU-VIC", "2014-09-26", "2027-09-24", "2015-04-05", "2026-04-27")
    assert off("AU-VIC", "2016-01-26", "2016-03-27")


def test_the_capital_territory_has_what_it_declared() -> None:
    assert off("AU-ACT", "2020-04-27", "2021-04-26", "2026-04-27", "2024-05-27", "2026-06-01")
    assert on("AU-ACT", "2024-11-05", "2026-04-28")


def test_the_court_of_justice_has_the_9th_of_may_and_not_good_friday() -> None:
    assert off("EU", "2024-05-09", "2026-06-23", "2026-12-26")
    assert on("EU", "2026-04-03", "2026-01-02", "2026-07-21", "2018-05-09", "2019-05-09")
    assert off("EU", "2018-06-23", "2004-12-26")


def test_a_holiday_on_a_saturday_is_told_as_a_holiday() -> None:
    found = court_calendar("FR").day_off(date(2021, 5, 1))
    assert found is not None
    assert found.kind is DayKind.holiday


@pytest.mark.parametrize("code", calendar_codes())
def test_no_day_changed_since_it_was_last_looked_at(code: str) -> None:
    calendar, before = court_calendar(code), recorded()[code]
    days = changed(calendar, before)
    assert not days, f"{code} {calendar.version} changed: {', '.join(days)}. {LOOK}"
    assert digest(calendar) == before["all"], f"{code}: a day of another year changed. {LOOK}"


def test_a_changed_day_is_named() -> None:
    calendar = court_calendar("FR")
    added, taken = date(2026, 3, 2), date(2026, 12, 25)
    days = {**calendar.holidays, added: DayName("New", "law")}
    del days[taken]
    other = replace(calendar, holidays=days)
    assert changed(other, recorded()["FR"]) == ["+ 2026-03-02", "- 2026-12-25"]
    assert digest(other) != recorded()["FR"]["all"]
