"""The list in a real browser: opened in place, searched, driven by the keyboard, on paper."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("script", [True, False])
def test_a_row_opens_in_place(visit: Visit, language: str, script: bool, picture: Picture) -> None:
    page = visit("clerk", language, java_script_enabled=script)
    page.goto("/?status=overdue_partly")
    page.locator("a.open-row").first.click()
    page.locator("tr.opened .opened-parts").wait_for()
    assert page.locator("tr.opened .steps li").count() >= 3
    assert page.locator("tr.opened cite").count() >= 1
    assert page.locator("tr.opened .weighed li").count() == 1
    if script:
        assert violations(page) == ""
        picture(page, f"list-opened-{language}", whole=False)
    else:
        assert "open=" in page.url
    page.locator("tr.opened button[value=take]").click()
    page.locator("tr.opened, .list").first.wait_for()
    page.locator("a.open-row").first.click() if script else None
    page.locator("tr.opened button[value=give_up]").click()
    page.goto("/?status=overdue_partly")
    assert page.locator("tr.opened").count() == 0


def test_the_list_is_driven_by_the_keyboard(visit: Visit) -> None:
    page = visit("clerk")
    page.goto("/?status=owed&sort=due")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("tbody.here").count() == 1
    page.keyboard.press("o")
    page.locator("tbody.here tr.opened .opened-parts").wait_for()
    page.keyboard.press("Enter")
    page.locator("tr.opened").wait_for(state="detached")
    page.keyboard.press("/")
    page.keyboard.type("twit")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=twit**")
    assert page.locator("table.list tbody").count() == 5


def test_a_reason_is_copied(visit: Visit, site: Site) -> None:
    page = visit("clerk", permissions=["clipboard-read", "clipboard-write"])
    page.goto("/?status=owed&sort=due")
    page.locator("button.copy").first.click()
    page.get_by_text("Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".sentence").first.inner_text()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_list_s_forms(visit: Visit, language: str, scheme: str) -> None:
    page = visit("clerk", language, color_scheme=scheme)
    for address in ("/?q=twitter", "/?q=zzz", "/?sort=docket", "/?late=3&as_of=2022-01-01"):
        page.goto(address)
        assert violations(page) == "", address


def test_nothing_scrolls_sideways_with_a_row_open_on_a_telephone(
    visit: Visit, picture: Picture
) -> None:
    page = visit("clerk", viewport={"width": 360, "height": 740})
    page.goto("/?status=overdue_partly")
    page.locator("a.open-row").first.click()
    page.locator("tr.opened .opened-parts").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    picture(page, "list-opened-phone")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_list_as_a_clerk_opens_it_is_pictured(
    visit: Visit, language: str, picture: Picture
) -> None:
    page = visit("clerk", language, viewport={"width": 1280, "height": 900})
    page.goto("/?status=owed&sort=due")
    assert page.locator("table.list tbody").count() == 5
    picture(page, f"list-{language}")
    page.emulate_media(media="print")
    assert not page.locator(".search").is_visible()
    picture(page, f"list-print-{language}")
