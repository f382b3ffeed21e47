"""The feed of a calendar against the rules of RFC 5545, read by a reader of our own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import calendar_codes, court_calendar
from app.domain.calendars import CourtCalendar, DayName
from app.errors import CalendarNotCovered
from app.language import LANGUAGES, Language
from app.papers.icalendar import calendar_feed
from tests.unit.small_packs import plain_calendar

STAMP = datetime(2026, 11, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))
Properties = dict[str, str]


def feed(
    calendar: CourtCalendar, first: int = 2026, last: int = 2026, told_in: Language = "en"
) -> bytes:
    return calendar_feed(calendar, first, last, told_in, STAMP)


def content_lines(made: bytes) -> list[str]:
    """The lines as they were before they were folded (3.1)."""
    assert made.endswith(b"\r\n")
    return made.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def events(made: bytes) -> list[Properties]:
    """The properties of each event, by name without parameters."""
    found: list[Properties] = []
    for line in content_lines(made):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VEVENT":
            found[-1].setdefault(name.partition(";")[0], value)
    return found


@pytest.mark.parametrize("code", calendar_codes())
@pytest.mark.parametrize("told_in", LANGUAGES)
def test_a_feed_has_one_event_of_a_whole_day_for_each_holiday(code: str, told_in: Language) -> None:
    calendar = court_calendar(code)
    made = feed(calendar, 2024, 2026, told_in)
    holidays = {
        day: named for day, named in calendar.holidays.items() if day.year in range(2024, 2027)
    }
    found = events(made)
    assert [date.fromisoformat(event["DTSTART"]) for event in found] == list(holidays)
    for event, (day, named) in zip(found, holidays.items(), strict=True):
        assert date.fromisoformat(event["DTEND"]) == day + timedelta(days=1)
        assert unescaped(event["SUMMARY"]) == named.name
        assert unescaped(event["DESCRIPTION"]).split("\n")[0] == named.source


@pytest.mark.parametrize("code", calendar_codes())
def test_a_feed_keeps_the_form_of_the_rfc(code: str) -> None:
    made = feed(court_calendar(code), 2024, 2026, "fr")
    physical = made.split(b"\r\n")
    assert max(len(line) for line in physical) <= 75
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert b"\r" not in made.replace(b"\r\n", b"")
    for part in physical[:-1]:
        part.decode()  # no character is cut in two
    lines = content_lines(made)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    assert all(re.match(r"[A-Z-]+(;[A-Z]+=[A-Z]+)?:.", line) for line in lines)
    opened: list[str] = []
    for line in lines:
        if line.startswith("BEGIN:"):
            opened.append(line.removeprefix("BEGIN:"))
        elif line.startswith("END:"):
            assert opened.pop() == line.removeprefix("END:")
    assert not opened
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    assert lines.count("BEGIN:VCALENDAR") == 1
    assert any(line.startswith("BEGIN:V") for line in lines[1:]), "a component is required"


def test_an_event_has_its_stamp_in_utc_and_every_property_once() -> None:
    lines = content_lines(feed(court_calendar("DE-NW")))
    start, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    names = [re.split("[:;]", line)[0] for line in lines[start + 1 : end]]
    assert names == ["UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP"]
    assert "DTSTAMP:20261125T013000Z" in lines[start:end]
    assert "DTSTART;VALUE=DATE:20260101" in lines[start:end]


def test_a_day_has_the_same_uid_in_every_feed_of_its_calendar_and_no_other() -> None:
    def uids(code: str, first: int, last: int, told_in: Language) -> list[str]:
        return [each["UID"] for each in events(feed(court_calendar(code), first, last, told_in))]

    long = uids("FR", 2024, 2027, "en")
    assert len(set(long)) == len(long)
    assert set(uids("FR", 2026, 2026, "fr")) < set(long)
    assert not set(uids("FR-RE", 2024, 2027, "en")) & set(long)


def test_the_name_of_the_calendar_is_in_the_language_of_the_reader() -> None:
    belgium = court_calendar("BE")
    assert "X-WR-CALNAME:Belgium" in content_lines(feed(belgium))
    assert "X-WR-CALNAME:Belgique" in content_lines(feed(belgium, told_in="fr"))


def test_what_is_doubtful_is_said_in_the_language_of_the_reader() -> None:
    caledonia = court_calendar("FR-NC")
    [english] = [e for e in events(feed(caledonia)) if e["DTSTART"] == "20260924"]
    assert "\\nUnverified: check this day before relying on it.\\nListed" in english["DESCRIPTION"]
    [french] = [e for e in events(feed(caledonia, told_in="fr")) if e["DTSTART"] == "20260924"]
    assert "\\nNon vérifié" in french["DESCRIPTION"]
    assert "Parmi les douze" in french["DESCRIPTION"]


def test_a_day_that_counts_forward_only_says_so() -> None:
    day = date(2021, 4, 15)
    state = replace(
        plain_calendar(day, first_year=2021, last_year=2021), forward_only=frozenset({day})
    )
    [event] = events(feed(state, 2021, 2021))
    assert event["DESCRIPTION"].endswith("Counts only for a period counted forward.")


def test_a_feed_without_a_day_still_has_a_component() -> None:
    made = content_lines(feed(court_calendar("none")))
    assert "BEGIN:VTIMEZONE" in made
    assert "BEGIN:VEVENT" not in made


@pytest.mark.parametrize(("first", "last"), [(1972, 2026), (2026, 2037)])
def test_years_that_the_calendar_does_not_cover_are_refused(first: int, last: int) -> None:
    with pytest.raises(CalendarNotCovered):
        feed(court_calendar("FR"), first, last)


@given(name=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1))
def test_any_name_is_read_back_as_it_was(name: str) -> None:
    assert name_read_back(name) == name


@pytest.mark.parametrize("length", range(55, 90))
def test_a_line_is_folded_between_characters_at_75_octets(length: int) -> None:
    for character in ("a", "é", "語", "\N{SMILING FACE WITH OPEN MOUTH}", ";"):
        assert name_read_back(character * length) == character * length


@pytest.mark.parametrize("ended", ["\n", "\r\n", "\r", "\u2028"])
def test_a_line_break_in_a_name_is_escaped(ended: str) -> None:
    assert name_read_back(f"one{ended}END:VEVENT") == "one\nEND:VEVENT"


def name_read_back(name: str) -> str:
    day = date(2021, 4, 15)
    calendar = replace(
        plain_calendar(first_year=2021, last_year=2021), holidays={day: DayName(name, "law")}
    )
    made = feed(calendar, 2021, 2021)
    assert max(len(line) for line in made.split(b"\r\n")) <= 75
    assert datetime.strptime(events(made)[0]["DTSTAMP"], "%Y%m%dT%H%M%S%z") == STAMP.astimezone(UTC)
    return unescaped(events(made)[0]["SUMMARY"])
