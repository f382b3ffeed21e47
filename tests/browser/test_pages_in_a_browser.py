"""Every page in a real browser: no axe violation, no scroll sideways, no script needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site, Visit

pytestmark = pytest.mark.browser

PAGES = {
    "list": "/",
    "list-overdue-as-of": "/?status=overdue_nothing&status=overdue_partly&as_of=2021-09-20",
    "list-empty": "/?status=met_on_time",
    "order": "/orders/{order}",
    "order-as-of": "/orders/{order}?as_of=2021-09-14&known_at=2021-09-20",
    "order-not-served": "/orders/{awaiting}",
    "event-kinds": "/orders/{order}/events/new",
    "event-form": "/orders/{order}/events/new?kind=extension",
    "event-penalty": "/orders/{order}/events/new?kind=penalty_set",
    "not-found": "/orders/00000000-0000-4000-8000-000000000000",
}


def address(site: Site, name: str) -> str:
    story = site.story
    return PAGES[name].format(order=story.order, awaiting=story.awaiting)


def violations(page: Page) -> str:
    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    visit: Visit, site: Site, language: str, scheme: str, picture: Callable[[Page, str], None]
) -> None:
    page = visit(None, language, color_scheme=scheme)
    page.goto("/sign-in")
    assert violations(page) == ""
    page = visit("clerk", language, color_scheme=scheme)
    for name in PAGES:
        page.goto(address(site, name))
        assert page.locator("html").get_attribute("lang") == language
        found = violations(page)
        assert found == "", f"{name}: {found}"
        picture(page, f"{name}.{language}.{scheme}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_scrolls_sideways_on_a_telephone(
    visit: Visit, site: Site, language: str, picture: Callable[[Page, str], None]
) -> None:
    page = visit("clerk", language, viewport={"width": 360, "height": 740})
    for name in PAGES:
        page.goto(address(site, name))
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{name} is {wide} px wide"
        picture(page, f"{name}.{language}.360")
