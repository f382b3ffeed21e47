"""The "what if" page and the law's own pages in a real browser: axe, telephones, paper."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import open_everything, violations

pytestmark = pytest.mark.browser

FRANCE = "/deadlines?pack=fr-civil&calendar=FR&trigger=2021-07-12&period=2&unit=month"
ENGLAND = (
    "/deadlines?pack=gb-eaw-cpr&calendar=GB-EAW&kind=minimum_period_earliest_date"
    "&trigger=2024-10-01&period=28&unit=day"
)
CALIFORNIA = (
    "/deadlines?pack=us-ca&calendar=US-CA-courts&trigger=2010-09-15&period=16&unit=court_day"
    "&direction=before&rule_on=2011-01-01&service_method=mail"
)
STAYED = (
    "/deadlines?pack=de-zpo&calendar=DE&trigger=2004-03-29&period=2&unit=month"
    "&stop_from=2004-04-05&stop_until=2004-04-16&closed=2004-06-14&more=1&more_unit=week"
)
PAGES = {
    "first": "/deadlines",
    "france": FRANCE,
    "england": ENGLAND,
    "california": CALIFORNIA,
    "stayed": STAYED,
    "long": "/deadlines?pack=fr-civil&calendar=FR&trigger=2021-07-12&period=5&unit=year",
    "refused": "/deadlines?pack=fr-civil&calendar=FR&trigger=2021-07-12&period=2"
    "&fixed_on=2021-09-01",
    "rules": "/rules",
    "pack": "/rules/gb-eaw-cpr",
    "calendars": "/calendars",
    "calendar": "/calendars/US-NY?year=2026",
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_the_law(
    visit: Visit, language: str, scheme: str
) -> None:
    page = visit(None, language, color_scheme=scheme)
    for name, path in PAGES.items():
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        open_everything(page)
        found = violations(page)
        assert found == "", f"{name}: {found}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_of_the_law_fit_a_telephone(
    visit: Visit, language: str, picture: Picture
) -> None:
    page = visit(None, language, viewport={"width": 360, "height": 740})
    for name, path in PAGES.items():
        page.goto(path)
        open_everything(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{name} is {wide} px wide"
    page.goto(FRANCE)
    picture(page, f"whatif-fr-{language}-phone")


def test_three_countries_are_pictured(visit: Visit, picture: Picture) -> None:
    for name, path, language, scheme in (
        ("whatif-fr-fr", FRANCE, "fr", "light"),
        ("whatif-fr-en", FRANCE, "en", "light"),
        ("whatif-gb-en", ENGLAND, "en", "light"),
        ("whatif-us-ca-en", CALIFORNIA, "en", "light"),
        ("whatif-fr-en-dark", FRANCE, "en", "dark"),
        ("whatif-refused-fr", PAGES["refused"], "fr", "light"),
    ):
        page = visit(None, language, color_scheme=scheme)
        page.goto(path)
        assert page.locator("h1").is_visible()
        picture(page, name)


def test_the_answer_is_printed_and_the_form_is_not(visit: Visit, picture: Picture) -> None:
    page = visit(None, "fr", viewport={"width": 718, "height": 1046})
    page.goto(FRANCE)
    assert page.locator("form.what").is_visible()
    page.emulate_media(media="print")
    assert not page.locator("form.what").is_visible()
    assert not page.locator("footer").is_visible()
    assert page.locator(".reached").inner_text() == "Lundi 13 septembre 2021 à 24:00 Europe/Paris"
    assert page.locator("table.month").count() == 3
    assert page.locator("table.month").last.is_visible()
    picture(page, "whatif-fr-fr-print")
    assert re.findall(rb"/Count (\d+)", page.pdf(format="A4")) == [b"1"]


def test_the_form_is_filled_in_corrected_and_answered_without_javascript(visit: Visit) -> None:
    page = visit(None, java_script_enabled=False)
    page.goto("/deadlines")
    page.locator("#field-pack").select_option("fr-civil")
    page.locator("#field-calendar").select_option("FR")
    page.locator("#field-trigger").fill("2021-07-12")
    page.locator("#field-period").fill("2")
    page.get_by_role("button", name="Compute").click()
    page.locator("#field-unit[aria-invalid=true]").wait_for()
    assert page.locator("#field-trigger").input_value() == "2021-07-12"
    assert page.locator("#field-service_method option").count() == 10
    page.locator("#field-unit").select_option("month")
    page.get_by_role("button", name="Compute").click()
    page.locator(".reached").wait_for()
    assert page.locator(".reached").inner_text() == "Monday 13 September 2021, 24:00 Europe/Paris"
    assert page.url.endswith(FRANCE)
    page.get_by_role("button", name="Français").click()
    page.wait_for_url(f"**{FRANCE}")
    assert page.locator(".reached").inner_text().startswith("Lundi 13 septembre 2021")


def test_the_order_page_draws_each_computation(visit: Visit, site: Site, picture: Picture) -> None:
    page = visit("clerk")
    page.goto(f"/orders/{site.story.order}?as_of=2021-09-25")
    drawn = page.locator("#category-1 details", has=page.locator(".drawing"))
    assert drawn.count() == 1
    # Category 2 runs over the same days: it leads there.
    same = page.locator('a[href^="#drawn-"]')
    there = page.locator("#category-2 details", has=same)
    there.locator("summary").click()
    there.locator(same).click()
    assert page.url.endswith(f"#{drawn.get_attribute('id')}")
    assert drawn.evaluate("it => it.getBoundingClientRect().top") < 800
    assert not drawn.locator(".month").first.is_visible()
    drawn.locator("summary").click()
    assert drawn.locator(".month").count() == 3
    last = drawn.locator("td.last")
    assert last.locator(".date").inner_text() == "13"
    assert violations(page) == ""
    drawn.scroll_into_view_if_needed()
    picture(page, "order-drawing-en", whole=False)


def test_the_pages_of_the_law_keep_their_own_policy(visit: Visit) -> None:
    page = visit(None)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/deadlines", FRANCE, "/rules/fr-civil", "/calendars/FR"):
        page.goto(path)
        assert page.locator("h1").is_visible()
    assert said == []
