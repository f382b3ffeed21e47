"""A clerk records a closed day in a real browser: preview, confirm, in both languages."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Picture, Visit
from tests.browser.test_pages_in_a_browser import violations

pytestmark = pytest.mark.browser

PATH = "/courts/tj-paris/closures"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_a_closed_day_moves_is_seen_before_it_is_recorded(
    visit: Visit, picture: Picture, language: str
) -> None:
    page = visit("clerk", language, java_script_enabled=False)
    page.goto("/")
    page.locator(f'a[href="{PATH}"]').click()
    page.locator("#on").fill("2021-09-13")
    page.locator("#kind").select_option("declared_holiday")
    page.locator("#name").fill("Jour chômé")
    page.locator("#source").fill("Décret du 2 août 2021")
    page.locator('button[value="preview"]').click()
    assert page.locator("table.moved tbody").count() > 0
    picture(page, f"closure-preview-{language}")
    page.locator('button[value="edit"]').click()
    assert page.locator("#source").input_value() == "Décret du 2 août 2021"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_court_s_own_pages(
    visit: Visit, picture: Picture, language: str, scheme: str
) -> None:
    page = visit("clerk", language, color_scheme=scheme)
    for path in (PATH, "/courts/tj-paris/law-changes"):
        page.goto(path)
        assert violations(page) == "", path
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.goto(PATH)
    page.locator('button[value="preview"]').click()
    assert violations(page) == "", "refused"
    if scheme == "light":
        picture(page, f"closures-refused-{language}")
