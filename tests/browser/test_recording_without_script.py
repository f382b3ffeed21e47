"""The work itself in a browser without JavaScript, and with a keyboard alone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_event_is_previewed_changed_and_recorded_without_javascript(
    visit: Visit, site: Site, language: str
) -> None:
    page = visit("clerk", language, java_script_enabled=False)
    page.goto(f"/orders/{site.story.order}")
    page.locator("a.button").click()
    page.locator('a[href$="kind=dispute"]').click()
    page.locator('button[value="preview"]').click()
    assert page.locator("[aria-invalid=true]").count() >= 2
    page.locator("#field-effective_on").fill("2021-10-01")
    page.locator("#field-dispute_text").fill("Il manque la langue des personnes.")
    page.locator("#field-reason").fill("Conclusions du demandeur")
    page.locator('button[value="preview"]').click()
    page.locator('button[value="edit"]').click()
    assert page.locator("#field-reason").input_value() == "Conclusions du demandeur"
    page.locator('button[value="preview"]').click()
    page.locator('button[value="confirm"]').click()
    page.wait_for_url("**/orders/*recorded=*")
    assert page.locator("#notice").is_visible()
    assert "Il manque la langue des personnes." in page.locator(".timeline").inner_text()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_preview_and_a_refused_form_are_accessible(
    visit: Visit, site: Site, language: str, picture: Picture
) -> None:
    page = visit("clerk", language)
    page.goto(f"/orders/{site.story.order}/events/new?kind=extension")
    page.locator("#field-period_value").fill("5")
    page.locator('button[value="preview"]').click()
    assert violations(page) == ""
    picture(page, f"event-refused-{language}")
    page.locator("#field-period_unit").select_option("year")
    page.locator("#field-effective_on").fill("2021-09-01")
    page.locator("#field-reason").fill("Ordonnance du 1er septembre 2021")
    page.locator('button[value="preview"]').click()
    assert violations(page) == ""
    picture(page, f"event-preview-{language}")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_signing_in_needs_no_mouse_and_the_focus_is_seen(visit: Visit, site: Site) -> None:
    page = visit(None)
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    assert page.locator(":focus").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("id") == "email"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.type("clerk@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")
    assert page.locator("h1").inner_text() == "Obligations"


def test_the_language_is_changed_on_the_spot(visit: Visit, site: Site) -> None:
    page = visit("clerk", java_script_enabled=False)
    page.goto(f"/orders/{site.story.order}?as_of=2021-09-14")
    page.get_by_role("button", name="Français").click()
    page.wait_for_url("**/orders/*as_of=2021-09-14")
    assert page.locator("html").get_attribute("lang") == "fr"


def test_a_page_breaks_no_rule_of_its_own_policy(visit: Visit, site: Site) -> None:
    page = visit("clerk")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/", f"/orders/{site.story.order}", f"/orders/{site.story.order}/events/new"):
        page.goto(path)
    assert said == []


def test_a_file_is_downloaded_not_opened(visit: Visit, site: Site) -> None:
    page = visit("requesting_counsel")
    page.goto(f"/orders/{site.story.order}")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download contrat.pdf").click()
    assert started.value.suggested_filename == "contrat.pdf"
