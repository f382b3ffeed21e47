"""Rule packs and calendars as pages: every text told, what nobody checked marked in a word."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.calendars import calendar_codes, court_calendar
from app.rulepacks import rule_packs
from app.web.parameters import parameters, service
from app.web.rules import web_address
from tests.web.conftest import Anybody, Visitors
from tests.web.test_what_if import text


def test_every_rule_pack_is_listed_and_told_whole_in_both_languages(anybody: Anybody) -> None:
    for language in ("en", "fr"):
        anybody.language = language
        listed = anybody.get("/rules").text
        for pack in rule_packs():
            assert f'href="/rules/{pack.id}"' in listed
            html = anybody.get(f"/rules/{pack.id}").text
            plain = unescape(html)
            lines = [*parameters(pack), *service(pack)]
            for line in lines:
                assert line.cited.citation in plain, (pack.id, line.label)
                note = (language == "fr" and line.cited.note_fr) or line.cited.note
                assert note in plain
            marked = len(re.findall(r"<cite>[^<]*</cite> <strong class=\"unverified\">", html))
            assert marked == sum(not line.cited.verified for line in lines)
            for left_out in pack.not_covered_fr if language == "fr" else pack.not_covered:
                assert left_out in plain
            assert html.count('href="/deadlines?pack=') == len(pack.worked_examples)


def test_a_parameter_is_said_in_words(anybody: Anybody, francophone: Anybody) -> None:
    english = text(anybody.get("/rules/gb-eaw-cpr").text)
    for said in (
        "Units that a period may have day, working day, week, month, year",
        "A last day that is a day off moves to the next working day CPR 2.8(5)",
        "The same, counting back the rules do not say",
        "The last day is over at 24:00",
        "e-mail deemed done on the day of the act; from 16:30 on, of the next day; on a working "
        "day, or the next CPR 6.26, row 5",
    ):
        assert said in english, said
    french = text(francophone.get("/rules/au-vic").text)
    assert "Chaque année, non comptés 24 décembre au 9 janvier" in french
    california = text(anybody.get("/rules/us-ca").text)
    assert "adds 2 court days, before the last day is moved; counting back too" in california


def test_sources_are_links_that_tell_nobody_where_one_comes_from(anybody: Anybody) -> None:
    html = anybody.get("/rules/gb-eaw-cpr").text
    outside = re.findall(r'<a href="(https?://[^"]*)"([^>]*)>', html)
    assert len(outside) >= 8
    assert all('rel="noreferrer"' in rest for _url, rest in outside)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://a.example/x", "CPR"]
)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str) -> None:
    assert web_address(url) is None


def test_an_address_of_the_web_is_a_link() -> None:
    assert web_address("https://example.org/a?b") == "https://example.org/a?b"
    assert web_address("http://example.org") == "http://example.org"


def test_every_calendar_is_listed_and_opens_on_this_year(anybody: Anybody) -> None:
    listed = anybody.get("/calendars").text
    for code in calendar_codes():
        assert f'href="/calendars/{code}"' in listed
        answer = anybody.get(f"/calendars/{code}")
        assert answer.status_code == 200, code
        assert f'href="/api/v1/calendars/{code}.ics"' in answer.text
        shown = set(re.findall(r'<time datetime="(\d{4}-\d\d-\d\d)">', answer.text))
        holidays = {on.isoformat() for on in court_calendar(code).holidays if on.year == 2026}
        assert shown == holidays, code


def test_the_days_of_a_year_are_told_with_their_texts(
    anybody: Anybody, francophone: Anybody
) -> None:
    html = anybody.get("/calendars/FR?year=2021").text
    told = text(html)
    assert "Wednesday 14 July 2021 Fête nationale" in told
    assert "Days of the week off: Saturday, Sunday." in told
    assert "<option selected>2021</option>" in html
    french = text(francophone.get("/calendars/FR?year=2021").text)
    assert "mercredi 14 juillet 2021 Fête nationale" in french
    assert "Jours chômés de la semaine : samedi, dimanche." in french


def test_a_day_whose_text_nobody_checked_is_marked_and_its_note_is_french(
    anybody: Anybody, francophone: Anybody
) -> None:
    doubtful = [
        (calendar, on, named)
        for calendar in map(court_calendar, calendar_codes())
        for on, named in calendar.holidays.items()
        if not named.verified and named.note_fr
    ]
    assert doubtful
    calendar, on, named = doubtful[0]
    english = anybody.get(f"/calendars/{calendar.code}?year={on.year}").text
    assert '<strong class="unverified">unverified</strong>' in english
    assert named.note in unescape(english)
    french = francophone.get(f"/calendars/{calendar.code}?year={on.year}").text
    assert '<strong class="unverified">non vérifié</strong>' in french
    assert named.note_fr in unescape(french)
    api = francophone.get(
        f"/api/v1/calendars/{calendar.code}?first_year={on.year}&last_year={on.year}"
    )
    assert named.note_fr in [day["note"] for day in api.json()["days"]]


def test_a_calendar_opens_on_the_nearest_year_that_it_covers(anybody: Anybody) -> None:
    anybody.now = "2099-01-01T12:00:00+00:00"
    later = anybody.get("/calendars/FR")
    assert "<option selected>2036</option>" in later.text
    anybody.now = "2026-12-31T23:30:00+00:00"
    new_year = anybody.get("/calendars/FR")
    assert "<option selected>2027</option>" in new_year.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rules/mars", 404),
        ("/rules/..%2Fetc", 404),
        ("/calendars/MARS", 404),
        ("/calendars/FR?year=2050", 422),
        ("/calendars/FR?year=99999", 422),
        ("/calendars/FR?year=soon", 422),
        ("/calendars/FR?year=", 200),
        ("/calendars/FR-metropole", 200),
    ],
)
def test_what_is_not_there_is_said(anybody: Anybody, path: str, status: int) -> None:
    assert anybody.get(path).status_code == status


@pytest.mark.parametrize("role", [None, "clerk", "auditor", "producing_counsel"])
def test_the_pages_of_the_law_are_anybody_s(visitor: Visitors, role: str | None) -> None:
    reader = visitor(role)
    for path in ("/deadlines", "/rules", "/rules/fr-civil", "/calendars", "/calendars/FR"):
        answer = reader.get(path)
        assert answer.status_code == 200
        assert ("Sign out" in answer.text) is (role is not None)
        assert 'href="/deadlines"' in answer.text
