"""Every page in a real browser: no axe violation, no scroll sideways, a picture of each."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Picture, Site, Visit

pytestmark = pytest.mark.browser

PAGES = {
    "list": "/",
    "list-overdue": "/?status=overdue_nothing&status=overdue_partly&as_of=2021-09-20",
    "list-empty": "/?status=met_on_time",
    "order": "/orders/{order}?as_of=2021-09-25",
    "order-now": "/orders/{order}",
    "order-known-at": "/orders/{order}?as_of=2021-09-14&known_at=2021-09-20",
    "order-at-an-hour": "/orders/{order}?as_of=2021-09-24&as_of_hour=23:48",
    "order-not-served": "/orders/{awaiting}",
    "event-kinds": "/orders/{order}/events/new",
    "event-form": "/orders/{order}/events/new?kind=extension",
    "event-penalty": "/orders/{order}/events/new?kind=penalty_set",
    "not-found": "/orders/00000000-0000-4000-8000-000000000000",
}
# What the documents show; the other pages are tried, not pictured.
PICTURED = [("list", "light"), ("order", "light"), ("order", "dark"), ("event-form", "light")]


def address(site: Site, name: str) -> str:
    story = site.story
    return PAGES[name].format(order=story.order, awaiting=story.awaiting)


def violations(page: Page) -> str:
    """What axe finds on the page; it must have looked, and nobody may read markup as text."""
    assert not re.search(r"</?\w+[^>]*>", page.locator("main").inner_text())
    found = Axe().run(page)
    assert len(found.response["passes"]) >= 10
    return str(found.generate_report()) if found.violations_count else ""


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    visit: Visit, site: Site, language: str, scheme: str, picture: Picture
) -> None:
    page = visit(None, language, color_scheme=scheme)
    page.goto("/sign-in")
    assert violations(page) == ""
    page = visit("clerk", language, color_scheme=scheme)
    for name in PAGES:
        page.goto(address(site, name))
        assert page.locator("html").get_attribute("lang") == language
        open_everything(page)
        found = violations(page)
        assert found == "", f"{name}: {found}"
    for name, lit in PICTURED:
        if lit == scheme:
            page.goto(address(site, name))
            ending = "-dark" if scheme == "dark" else ""
            picture(page, f"{name}-{language}{ending}", whole=name != "order")
    if (language, scheme) == ("en", "light"):
        page.goto(address(site, "order-now"))
        picture(page, "order-whole-en")


@pytest.mark.parametrize("role", ["auditor", "producing_counsel", "requesting_counsel"])
def test_axe_finds_nothing_on_what_others_see(visit: Visit, site: Site, role: str) -> None:
    page = visit(role)
    assert violations(page) == ""
    if role != "auditor":
        page.goto(address(site, "order"))
        assert violations(page) == ""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_scrolls_sideways_on_a_telephone(
    visit: Visit, site: Site, language: str, picture: Picture
) -> None:
    page = visit("clerk", language, viewport={"width": 360, "height": 740})
    for name in PAGES:
        page.goto(address(site, name))
        open_everything(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{name} is {wide} px wide"
    page.goto(address(site, "list"))
    picture(page, f"list-{language}-phone", whole=False)
