"""The "what if" page: anybody's deadline, in the address, drawn, with its faults at its fields."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from app.services.pace import Pace
from app.web.whatif_form import example_query
from tests.web.conftest import Anybody, Reader, Visitors
from tests.web.markup import found
from tests.worked import EXAMPLES, request_of

FRANCE = {
    "pack": "fr-civil",
    "calendar": "FR",
    "trigger": "2021-07-12",
    "period": "2",
    "unit": "month",
}


def ask(reader: Reader | Anybody, **said: str) -> Any:
    """The page for the founding example, with other or further things said."""
    asked = {k: v for k, v in {**FRANCE, **said}.items() if v}
    return reader.get(f"/deadlines?{urlencode(asked)}")


def text(html: str) -> str:
    """The words of a piece of the page."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split())).replace(" ,", ",")


def reached(html: str) -> str:
    """The large sentence."""
    return text(found(r'(?s)<p class="reached">(.*?)</p>', html))


def steps(html: str) -> list[str]:
    part = found(r'(?s)<ol class="steps">(.*?)</ol>', html)
    return [text(one) for one in re.findall(r"(?s)<li>(.*?)</li>", part)]


def fault(html: str, field: str) -> str:
    """What is said wrong at a field; the field itself must be marked."""
    assert re.search(rf'id="field-{field}"[^>]*aria-invalid="true"', html), f"{field} is not marked"
    return text(found(rf'(?s)<p class="wrong" id="fault-{field}">(.*?)</p>', html))


def drawn(html: str, month: str) -> dict[str, str]:
    """What each day of a drawn month is, in the words that are read aloud."""
    table = next(t for t in re.findall(r'(?s)<table class="month">.*?</table>', html) if month in t)
    cells = re.findall(
        r'<span class="date">(\d+)</span>.*?<span class="hidden">(.*?)</span>', table
    )
    return {day: unescape(said) for day, said in cells}


def test_the_founding_example_is_one_click_from_a_first_visit(anybody: Anybody) -> None:
    first = anybody.get("/deadlines")
    assert first.status_code == 200
    assert 'role="alert"' not in first.text
    link = unescape(found(r'href="(/deadlines\?pack=fr-civil[^"]*)"', first.text))
    assert link == f"/deadlines?{urlencode(FRANCE)}"
    assert reached(anybody.get(link).text) == "Monday 13 September 2021, 24:00 Europe/Paris"


def test_each_example_offered_is_answered(anybody: Anybody) -> None:
    first = anybody.get("/deadlines").text
    links = [unescape(one) for one in re.findall(r'<li><a href="(/deadlines\?[^"]*)"', first)]
    assert len(links) == 4
    days = [
        found(r'<p class="reached"><time datetime="([^"]*)"', anybody.get(x).text) for x in links
    ]
    assert days == ["2021-09-13", "2024-10-30", "2004-06-01", "2010-08-23"]


def test_the_answer_says_its_steps_texts_and_versions(anybody: Anybody) -> None:
    html = ask(anybody).text
    assert "Before any move: Sunday 12 September 2021" in html
    told = steps(html)
    assert len(told) == 4
    assert "It moves to Monday 13 September 2021. CPC, art. 642 al. 2" in told[2]
    assert 'href="/rules/fr-civil"' in html
    assert 'href="/calendars/FR?year=2021"' in html
    assert "fr-civil, version 2026.1" in html


def test_the_days_are_drawn_as_the_steps_say(anybody: Anybody) -> None:
    html = ask(anybody).text
    assert re.findall(r"<caption>(.*?)</caption>", html) == [
        "July 2021",
        "August 2021",
        "September 2021",
    ]
    july, september = drawn(html, "July 2021"), drawn(html, "September 2021")
    assert july["11"] == "outside the period, day off"
    assert july["12"] == "trigger"
    assert july["13"] == "counted"
    assert july["14"] == "counted, Fête nationale"
    assert september["12"] == "moved over, day off"
    assert september["13"] == "last day"
    assert september["14"] == "outside the period"


def test_french_is_french(francophone: Anybody) -> None:
    html = ask(francophone).text
    assert reached(html) == "lundi 13 septembre 2021 à 24:00 Europe/Paris"
    assert "<caption>juillet 2021</caption>" in html
    assert '<abbr title="lundi">lun.</abbr>' in html
    assert drawn(html, "septembre 2021")["12"] == "reporté, jour chômé"
    assert "Calculé d’après des règles" in html


def test_a_day_that_is_no_last_day_is_not_called_one(anybody: Anybody) -> None:
    said = {"pack": "gb-eaw-cpr", "calendar": "GB-EAW", "trigger": "2024-10-01", "period": "28"}
    html = ask(anybody, **said, unit="day", kind="minimum_period_earliest_date").text
    assert reached(html) == "Wednesday 30 October 2024, from 00:00 Europe/London"
    october = drawn(html, "October 2024")
    assert october["30"] == "earliest date after at least the period"
    assert october["29"] == "left free"
    assert "last day" not in found(r'(?s)(<ul class="legend">.*?</ul>)', html)


def test_an_unverified_text_is_said_in_a_word(anybody: Anybody, francophone: Anybody) -> None:
    said = {"trigger": "", "period": "", "unit": "", "fixed_on": "2024-10-05"}
    said |= {"pack": "gb-eaw-cpr", "calendar": "GB-EAW"}
    english = ask(anybody, **said).text
    assert any(one.endswith("unverified") for one in steps(english))
    assert "Not yet checked against their text: CPR 2.8(5)" in english
    french = ask(francophone, **said).text
    assert any(one.endswith("non vérifié") for one in steps(french))


def test_the_page_answers_what_the_api_answers(anybody: Anybody) -> None:
    tried = {}
    for pack, example in EXAMPLES:
        aware = isinstance(example.trigger, datetime) and example.trigger.tzinfo is not None
        if not aware:
            tried[pack.id] = (pack, example)
    assert len(tried) >= 15
    for pack, example in tried.values():
        told = anybody.http.post("/api/v1/deadlines/compute", json=request_of(pack, example)).json()
        html = anybody.get(f"/deadlines?{example_query(pack, example)}").text
        assert f'<p class="reached"><time datetime="{told["due_on"]}">' in html, pack.id
        assert told["time_zone"] in reached(html)
        if told["kind"] != "deemed_service":
            assert told["due_hour"] in reached(html)
        said = [
            " ".join([s["why"], s["citation"], "" if s["verified"] else "unverified"]).split()
            for s in told["steps"]
        ]
        assert [one.split() for one in steps(html)] == said, pack.id
        assert all(remark in unescape(html) for remark in told["remarks"])


def test_every_published_result_opens_drawn(anybody: Anybody) -> None:
    for pack, example in EXAMPLES:
        answer = anybody.get(f"/deadlines?{example_query(pack, example)}")
        assert answer.status_code == 200, f"{pack.id} {example.id}"
        shown = found(r'<p class="reached"><time datetime="([^"]*)"', answer.text)
        if not isinstance(example.expected, datetime):
            assert shown == example.expected.isoformat(), f"{pack.id} {example.id}"
        assert '<table class="month">' in answer.text


@pytest.mark.parametrize(
    ("said", "field", "message"),
    [
        ({"unit": ""}, "unit", "Say the unit: a bare number is not a period."),
        ({"period": "two"}, "period", "The value of a period is a whole number."),
        ({"period": "0"}, "period", "A period is from 1 to 100000 units long, not 0."),
        ({"period": "", "unit": ""}, "period", "Say how long the period is, with its unit."),
        ({"period2": "15"}, "unit2", "Say the unit: a bare number is not a period."),
        ({"trigger": ""}, "trigger", "Say from which day or hour time runs, or give a fixed date."),
        ({"trigger": "12/07/2021"}, "trigger", "Give a day as YYYY-MM-DD"),
        ({"trigger": "", "trigger_at": "15:00"}, "trigger", "An hour needs its date."),
        ({"trigger_at": "25:00"}, "trigger_at", "Give the hour as HH:MM."),
        ({"trigger": "x", "trigger_at": "15:00"}, "trigger", "Give the date as YYYY-MM-DD."),
        ({"fixed_on": "2021-09-01"}, "trigger", "A fixed date is counted from nothing"),
        ({"pack": ""}, "pack", "This field is required."),
        ({"pack": "mars"}, "pack", "There is no rule pack mars."),
        ({"calendar": "MARS"}, "calendar", "There is no calendar MARS."),
        ({"kind": "guess"}, "kind", "Choose one of"),
        ({"service_method": "pigeon"}, "service_method", "do not say what service by pigeon adds"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Mars/Olympus"),
        ({"trigger": "1850-01-01"}, "trigger", "are not stated for 1 January 1850"),
        ({"trigger": "2040-01-01"}, "calendar", "covers the years 1973 to 2036, not 2040"),
        ({"more": "1"}, "more_unit", "Say the unit"),
        ({"more2": "1"}, "more_unit2", "Say the unit"),
        ({"more_at": "12:00"}, "more", "Extend by a period or to a date, not both."),
        ({"more_on": "2021-10-01", "more_at": "noon"}, "more_at", "Give the hour as HH:MM."),
        (
            {"stop_from2": "2021-08-10", "stop_until2": "2021-08-01"},
            "stop_until2",
            "A stay is not lifted before it begins.",
        ),
        ({"stop_from": "2021-08-10"}, "stop_until", "This field is required."),
        ({"closed3": "soon"}, "closed3", "Give the date as YYYY-MM-DD."),
        ({"closed": "2021-09-13", "closed_as": "snow"}, "closed_as", "Choose one of"),
        ({"closed2": "2040-01-01"}, "closed2", "not 2040"),
        ({"at_court": "perhaps"}, "at_court", "This is true or false."),
        ({"roll": "sideways"}, "roll", "Choose one of"),
        ({"rule_on": "once"}, "rule_on", "Give the date as YYYY-MM-DD."),
        (
            {"kind": "deemed_service", "more": "1", "more_unit": "month"},
            "more",
            "Only a last day is extended.",
        ),
        ({"kind": "deemed_service", "direction": "before"}, "direction", "Only a last day"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    anybody: Anybody, said: dict[str, str], field: str, message: str
) -> None:
    answer = ask(anybody, **said)
    assert answer.status_code == 422
    assert message in fault(answer.text, field)
    assert f'<a href="#field-{field}">' in answer.text
    for name, value in {**FRANCE, **said}.items():
        kept = rf'id="field-{name}"[^>]*value="{re.escape(value)}"'
        chosen = rf'(?s)id="field-{name}".*?<option value="{re.escape(value)}" selected>'
        assert not value or re.search(kept, answer.text) or re.search(chosen, answer.text), name


def test_a_fault_is_told_in_the_reader_s_language(francophone: Anybody) -> None:
    answer = ask(francophone, unit="")
    said = fault(answer.text, "unit")
    assert said == "▲ Précisez l’unité : un nombre seul n’est pas un délai."
    assert "Le calcul n’est pas possible en l’état" in answer.text


def test_what_is_folded_away_opens_where_it_is_used_or_wrong(anybody: Anybody) -> None:
    assert '<details class="more" open>' not in ask(anybody).text
    assert ask(anybody, closed="2021-09-13").text.count('<details class="more" open>') == 1
    assert ask(anybody, more="1", rule_on="x").text.count('<details class="more" open>') == 2


def test_everything_that_can_be_said_is_counted_and_repeated(anybody: Anybody) -> None:
    said = {
        "period2": "15", "unit2": "day", "service_method": "person", "more": "1",
        "more_unit": "month", "more_on2": "2021-12-01", "more_at2": "17:00",
        "stop_from": "2021-07-20", "stop_until": "2021-07-25", "closed": "2021-12-02",
        "closed5": "2021-12-03", "at_court": "no", "roll": "off", "trigger_at": "15:30",
        "time_zone": "Indian/Reunion",
    }  # fmt: skip
    answer = ask(anybody, **said)
    assert answer.status_code == 200
    assert reached(answer.text) == "Wednesday 1 December 2021, 17:00 Indian/Reunion"
    asked = text(found(r'(?s)<h2 id="asked-title">(.*?)</dl>', answer.text))
    for part in (
        "Monday 12 July 2021 15:30", "2 months and 15 days", "delivery in person",
        "Extension 1 1 month", "Extension 2 to Wednesday 1 December 2021 17:00",
        "20 July 2021 to 25 July 2021",
        "2 December 2021 (court closed), 3 December 2021 (court closed)",
        "The act is to be done at the court no", "stays where it falls",
    ):  # fmt: skip
        assert part in asked, asked
    assert drawn(answer.text, "July 2021")["22"] == "not counted"


def test_a_closure_moves_the_last_day_on(anybody: Anybody, francophone: Anybody) -> None:
    english = {"pack": "gb-eaw-cpr", "calendar": "GB-EAW", "at_court": "yes"}
    html = ask(anybody, closed="2021-09-13", **english).text
    assert reached(html).startswith("Tuesday 14 September 2021")
    assert "Monday 13 September 2021 (court closed: as asked)" in html
    # A French rule moves over what a text makes a day off, not over a closed office.
    assert reached(ask(anybody, closed="2021-09-13").text).startswith("Monday 13 September 2021")
    html = ask(francophone, closed="2021-09-13", closed_as="declared_holiday").text
    assert reached(html).startswith("mardi 14 septembre 2021")
    assert "lundi 13 septembre 2021 (selon la demande)" in html


def test_a_hearing_is_counted_back_from(anybody: Anybody) -> None:
    said = {"pack": "us-ca", "calendar": "US-CA", "trigger": "2010-09-15", "period": "16"}
    html = ask(anybody, **said, unit="court_day", direction="before", rule_on="2011-01-01").text
    assert reached(html) == "Monday 23 August 2010, 24:00 America/Los_Angeles"
    assert drawn(html, "September 2010")["6"] == "not counted, Labor Day"
    assert '<option value="US-CA-courts" selected>' in html


def test_months_left_out_of_a_long_term_are_said(anybody: Anybody) -> None:
    html = ask(anybody, period="5", unit="year").text
    assert html.count('<table class="month">') == 24
    assert "Months in between that are not drawn: 37." in html


def test_methods_are_those_of_the_rules_chosen(anybody: Anybody) -> None:
    first = found(
        r'(?s)<select id="field-service_method".*?>(.*?)</select>', anybody.get("/deadlines").text
    )
    assert first.count("<optgroup") == 17
    chosen = found(r'(?s)<select id="field-service_method".*?>(.*?)</select>', ask(anybody).text)
    assert "<optgroup" not in chosen
    assert "first class post" not in chosen
    assert "delivery in person" in chosen


def test_an_address_to_share_has_no_blanks(anybody: Anybody) -> None:
    sent = {**FRANCE, "kind": "last_day", "direction": "after", "more": "", "closed": " "}
    answer = anybody.get(f"/deadlines?{urlencode(sent)}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/deadlines?{urlencode(FRANCE)}"


def test_an_empty_form_is_told_what_it_lacks(anybody: Anybody) -> None:
    answer = anybody.get("/deadlines?pack=&calendar=&kind=last_day&period=")
    assert answer.status_code == 422
    assert fault(answer.text, "pack").endswith("This field is required.")


HOSTILE = ['"><script>alert(1)</script>', "{{7*7}}", "é\x00\n", "9" * 5000]


@pytest.mark.parametrize(
    "name",
    ["pack", "calendar", "kind", "trigger", "trigger_at", "period", "unit", "direction",
     "service_method", "fixed_on", "more", "more_on3", "stop_from", "closed5", "at_court",
     "time_zone", "rule_on", "unheard_of"],
)  # fmt: skip
def test_a_hostile_address_is_shown_as_text_or_not_at_all(anybody: Anybody, name: str) -> None:
    for hostile in HOSTILE:
        answer = ask(anybody, **{name: hostile})
        assert answer.status_code in (200, 422)
        assert "<script" not in answer.text
        assert ">49<" not in answer.text


def test_a_signed_in_reader_keeps_the_usual_header(clerk: Reader, anybody: Anybody) -> None:
    assert "Sign out" in ask(clerk).text
    assert "Sign out" not in ask(anybody).text


def test_a_visitor_may_choose_the_language_of_the_page(visitor: Visitors) -> None:
    stranger = visitor(None)
    first = ask(stranger)
    assert "bordereau-visitor" in first.headers["set-cookie"]
    stranger.csrf = found(r'name="csrf" value="(\w+)"', first.text)
    here = unescape(found(r'name="next" value="([^"]*)"', first.text))
    answer = stranger.post("/language", {"language": "fr", "next": here})
    assert answer.headers["location"] == f"/deadlines?{urlencode(FRANCE)}"
    assert "lundi 13 septembre 2021" in ask(stranger).text


def test_one_address_may_not_ask_without_end(visitor: Visitors, service: FastAPI) -> None:
    service.state.pace = Pace(2)
    stranger = visitor(None)
    assert [ask(stranger).status_code for _ in range(3)] == [200, 200, 429]
    for path in ("/rules", "/rules/fr-civil", "/calendars", "/calendars/FR", "/deadlines"):
        assert stranger.get(path).status_code == 429


def test_asking_needs_no_database(visitor: Visitors, service: FastAPI, count_queries: Any) -> None:
    with count_queries(service.state.database) as statements:
        assert ask(visitor(None)).status_code == 200
    assert statements == []


def test_the_answer_on_the_order_page_is_drawn_from_its_own_computation(
    clerk: Reader,
) -> None:
    html = clerk.get(f"/orders/{clerk.story.order}?as_of=2021-09-25").text
    part = html.partition('id="category-1"')[2].partition("</article>")[0]
    assert re.search(
        '<details id="drawn-[^"]+">\n<summary>The same on the calendar</summary>', part
    )
    assert drawn(part, "July 2021")["12"] == "trigger"
    assert drawn(part, "September 2021")["13"] == "last day"
    page = ask(clerk).text
    for month in ("July 2021", "August 2021", "September 2021"):
        assert drawn(part, month) == drawn(page, month)
    # The other categories run over the same days: drawn once, linked from each.
    where = found(r'<details id="(drawn-[^"]+)">', part)
    link = f'<a href="#{where}">The same days as those drawn for category 1</a>'
    assert html.count(link) == 3
    assert html.count('<table class="month">') == part.count('<table class="month">')
    before = clerk.get(f"/orders/{clerk.story.order}?as_of=2021-07-10").text
    assert '<table class="month">' not in before


def test_two_applications_at_once_answer_each_with_its_own_settings(
    visitor: Visitors, service: FastAPI, anybody: Anybody
) -> None:
    service.state.pace = Pace(1)
    strangers = visitor(None)
    assert [ask(strangers).status_code for _ in range(2)] == [200, 429]
    assert [ask(anybody).status_code for _ in range(2)] == [200, 200]
