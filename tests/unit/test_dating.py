from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from app.domain.dating import day_first_of, find_dates, parse_date

SURE = {
    "2021-03-04": date(2021, 3, 4),
    "2021.3.4": date(2021, 3, 4),
    "20210304": date(2021, 3, 4),
    "04.03.2021": date(2021, 3, 4),
    "28/02/2020": date(2020, 2, 28),
    "02/28/2020": date(2020, 2, 28),
    "03.14.2021": date(2021, 3, 14),
    "05-05-2021": date(2021, 5, 5),
    "4 mars 2021": date(2021, 3, 4),
    "1er août 2021": date(2021, 8, 1),
    "1er_aout_2021": date(2021, 8, 1),
    "15 févr. 2021": date(2021, 2, 15),
    "25 déc. 2021": date(2021, 12, 25),
    "4th March 2021": date(2021, 3, 4),
    "March 4, 2021": date(2021, 3, 4),
    "Sept. 1 2021": date(2021, 9, 1),
}


@pytest.mark.parametrize(("written", "on"), SURE.items())
def test_a_date_that_is_sure_is_read(written: str, on: date) -> None:
    for text in (written, unicodedata.normalize("NFD", written), f" {written} "):
        assert (parse_date(text).on, parse_date(text).doubt) == (on, None)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("04/03/2021", "whether the day or the month"),
        ("04-03-2021", "whether the day or the month"),
        ("2021-13-01", "not a day of the calendar"),
        ("20210230", "not a day of the calendar"),
        ("31 avril 2021", "not a day of the calendar"),
        ("13/14/2021", "not a day of the calendar"),
        ("00/00/2021", "not a day of the calendar"),
        ("mars 2021", "does not say the day"),
        ("04/03/21", "a year of two digits"),
        ("4-Mar-21", "a year of two digits"),
        ("hier", "not a date that can be read"),
        ("2121-01-01", "not a date that can be read"),
        ("", "not a date that can be read"),
    ],
)
def test_nothing_is_filled_in_and_nothing_guessed(written: str, why: str) -> None:
    found = parse_date(written)
    assert found.on is None
    assert why in str(found.doubt)


def test_somebody_may_say_how_days_and_months_are_written() -> None:
    assert parse_date("04/03/2021", day_first=True).on == date(2021, 3, 4)
    assert parse_date("04/03/2021", day_first=False).on == date(2021, 4, 3)
    assert parse_date("14/03/2021", day_first=False).on is None


def test_a_column_says_it_by_any_part_above_twelve() -> None:
    assert day_first_of(["04/03/2021", "28/02/2020", "x", "2021-03-04"]) is True
    assert day_first_of(["04/03/2021", "02/28/2020"]) is False
    assert day_first_of(["04/03/2021"]) is None
    assert day_first_of(["28/02/2020", "02/28/2020"]) is None
    assert day_first_of(["13/13/2020"]) is None


def test_dates_are_found_where_they_stand() -> None:
    text = "Courriel du 4 mars 2021, réponse 2021-04-05"
    assert [(d.text, d.on) for d in find_dates(text)] == [
        ("4 mars 2021", date(2021, 3, 4)),
        ("2021-04-05", date(2021, 4, 5)),
    ]
    assert [text[d.start : d.end] for d in find_dates(text)] == ["4 mars 2021", "2021-04-05"]
