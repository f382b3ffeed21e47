"""A clerk adds a party, counsel and a number to a matter, in both languages, with no script."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_party_is_added_without_javascript(
    visit: Visit, site: Site, picture: Picture, language: str
) -> None:
    page = visit("clerk", language, java_script_enabled=False)
    page.goto(f"/orders/{site.story.order}")
    page.locator('a[href$="/change"][href^="/matters/"]').click()
    page.locator("#field-party1").fill(f"Ligue ({language})")
    page.locator("#field-counsel_new1").fill("Me Nouveau")
    page.locator('button[value="keep"]').last.click()
    assert page.locator("#fault-side1").is_visible()
    picture(page, f"matter-refused-{language}")
    page.locator("#field-side1").select_option("requesting")
    page.locator("#field-docket1").fill(f"21/{language}")
    page.locator("#field-docket_kind1").fill("RG")
    page.locator('button[value="keep"]').last.click()
    page.wait_for_url("**kept=true")
    assert f"Ligue ({language})" in page.locator("table").inner_text()
    picture(page, f"matter-added-{language}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_nothing_and_nothing_runs_over_a_telephone(
    visit: Visit, site: Site, picture: Picture, language: str, scheme: str
) -> None:
    page = visit("clerk", language, color_scheme=scheme)
    page.goto(f"/matters/{site.story.cast.matter.id}/change")
    page.locator('button[value="keep"]').last.click()
    page.locator(".fault").wait_for()
    assert violations(page) == ""
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == ""
    picture(page, f"matter-{language}-phone-{scheme}")
