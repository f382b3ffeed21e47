"""A clerk registers a matter and the founding order in a real browser, with script and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations
from tests.cast import PASSWORD
from tests.web.test_registering_an_order import OPERATIVE, RTL

pytestmark = pytest.mark.browser

ELEMENTS = (
    "documents administratifs\ndocuments contractuels\ndocuments techniques",
    "nombre\nlocalisation\nnationalité\nlangue",
    "signalements\ncritères\nretraits",
    "informations transmises",
)
DAY = {"en": "Monday 13 September 2021", "fr": "lundi 13 septembre 2021"}
TWO_MONTHS = {
    "en": "Within 2 months of service",
    "fr": "Dans un délai de 2 mois à compter de la signification",
}


def press(page: Page, act: str) -> None:
    page.locator(f'button[value="{act}"]:visible').last.click()


def matter(page: Page, number: str) -> None:
    """From the first page to the first step of an order in a matter of one's own."""
    page.goto("/")
    page.locator('nav a[href="/orders/new"]').click()
    page.locator('a[href="/matters/new"]').click()
    page.locator("#field-title").fill("UEJF et autres c. Twitter International Company")
    page.locator("#field-docket_kind1").fill("RG")
    page.locator("#field-docket1").fill(number)
    page.locator("#field-party1").fill("UEJF")
    press(page, "more-parties")
    assert page.locator("#field-party1").input_value() == "UEJF"
    page.locator("#field-party2").fill("Twitter International Company")
    page.locator("#field-seat2").fill("Dublin")
    page.locator("#field-counsel2_1").fill("Me Défense")
    page.locator("#field-party3").fill("LICRA")
    page.locator("#field-side3").select_option("requesting")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_founding_order_is_registered(
    visit: Visit, site: Site, picture: Picture, language: str, *, script: bool
) -> None:
    page = visit("clerk", language, java_script_enabled=script)
    check = script and language == "en"
    matter(page, f"21/{language}{int(script)}")
    if script:
        assert violations(page) == ""
        picture(page, f"register-matter-{language}")
    press(page, "register")
    page.wait_for_url("**/matters/*/orders/new")
    assert page.locator("#field-ref1").input_value() == f"21/{language}{int(script)}"
    page.locator("#field-title").fill("Ordonnance de référé du 6 juillet 2021")
    press(page, "go-categories")
    assert page.locator("#field-made_on[aria-invalid=true]").count() == 1
    assert page.locator("#field-title").input_value().startswith("Ordonnance")
    page.locator("#field-made_on").fill("2021-07-06")
    page.locator("#field-language").select_option("fr")
    page.locator("#field-legal_basis").fill("art. 145 CPC")
    page.locator("#field-operative_part").fill(OPERATIVE)
    if script:
        assert violations(page) == ""
        picture(page, f"register-order-{language}")
    press(page, "go-categories")
    assert page.locator(".limb").count() == 4
    for n, listed in enumerate(ELEMENTS, 1):
        page.locator(f"#field-c{n}_elements").fill(listed)
    if script:
        assert violations(page) == ""
        picture(page, f"register-categories-{language}")
    press(page, "go-terms")
    page.locator("#field-try_on").fill("2021-07-12")
    page.locator("#field-c1_term").select_option("within")
    page.locator("#field-c1_value").fill("2")
    page.locator("#field-c1_unit").select_option("month")
    if not script:
        press(page, "compute")
    page.locator("#derived-1 .reached").wait_for()
    assert DAY[language] in page.locator("#derived-1 .reached").inner_text().lower().replace(
        "monday", "Monday"
    ).replace("september", "September")
    page.locator("#derived-1 summary").click()
    assert "642" in page.locator("#derived-1 .steps").inner_text()
    page.locator("#category-4 summary").last.click()
    page.locator("#field-c4_rate").fill("1000")
    page.locator("#field-c4_cap_amount").fill("100000")
    if script:
        assert violations(page) == ""
        picture(page, f"register-terms-{language}")
    if check:
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        picture(page, "register-terms-phone")
        page.set_viewport_size({"width": 1280, "height": 720})
    press(page, "go-summary")
    assert page.locator(".category").count() == 4
    words = " ".join(page.locator(".category").first.inner_text().split())
    assert TWO_MONTHS[language] in words
    if script:
        assert violations(page) == ""
        picture(page, f"register-summary-{language}")
    press(page, "register")
    page.wait_for_url("**/orders/*")
    assert page.locator(".category").count() == 4
    assert page.locator(".penalty, .obligation").count() >= 4
    page.go_back()
    assert page.locator("#sum-order").count() == 1, "the way back shows what there was"


def test_a_term_is_worked_out_while_it_is_typed_and_other_fields_step_aside(
    visit: Visit, site: Site
) -> None:
    page = visit("clerk")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"/matters/{site.story.cast.matter.id}/orders/new")
    page.locator("#field-title").fill("x")
    page.locator("#field-made_on").fill("2021-07-06")
    page.locator("#field-operative_part").fill("– un ;\n– deux")
    press(page, "go-categories")
    press(page, "go-terms")
    page.locator("#field-c1_term").select_option("until")
    assert page.locator("#field-c1_value").is_hidden()
    page.locator("#field-c1_on").fill("2021-12-23")
    page.locator("#derived-1 .reached").wait_for()
    assert "23 December 2021" in page.locator("#derived-1 .reached").inner_text()
    assert "23 December 2021" in page.locator("#live").inner_text()
    page.locator("#field-same_term").uncheck()
    page.locator("#field-c2_term").wait_for()
    page.locator("#field-c2_term").select_option("within")
    page.locator("#field-c2_value").fill("1")
    page.locator("#field-c2_unit").select_option("month")
    page.locator("#field-c2_trigger").select_option("decision")
    page.locator("#derived-2 .reached").wait_for()
    assert "6 August 2021" in page.locator("#derived-2 .reached").inner_text()
    assert said == []


def test_an_order_is_registered_with_the_keyboard_alone(visit: Visit, site: Site) -> None:
    page = visit("clerk", color_scheme="dark")
    page.goto(f"/matters/{site.story.cast.matter.id}/orders/new")
    page.locator("#field-title").focus()
    keys = page.keyboard
    keys.type(RTL)
    keys.press("Enter")
    # Enter goes on, and what is missing is told.
    page.locator("#field-made_on[aria-invalid=true]").wait_for()
    page.locator(".fault a").first.focus()
    keys.press("Enter")
    page.locator("#field-made_on").fill("2021-07-06")
    page.locator("#field-operative_part").focus()
    keys.insert_text("Produce: (a) one; and (b) two")
    keys.press("Tab")
    assert page.locator(":focus").get_attribute("id") == "field-note"
    keys.press("Tab")
    assert page.locator(":focus").get_attribute("value") == "go-categories"
    keys.press("Enter")
    page.locator("#field-c2_number").wait_for()
    page.locator("#field-c2_number").focus()
    keys.press("Enter")
    page.locator("#field-c1_term").focus()
    keys.type("no date")
    assert violations(page) == ""
    page.locator("#field-c1_no_term").focus()
    keys.press("Enter")
    page.locator("#sum-order").wait_for()
    assert RTL in page.locator("#sum-order + dl bdi").inner_text()
    page.locator('button[value="register"]').focus()
    keys.press("Enter")
    page.locator(".category").first.wait_for()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_session_that_ends_meanwhile_loses_nothing(
    visit: Visit, site: Site, picture: Picture, *, script: bool
) -> None:
    page = visit("clerk", "fr", java_script_enabled=script)
    page.goto(f"/orders/{site.story.order}/events/new?kind=dispute")
    page.locator("#field-effective_on").fill("2021-10-01")
    page.locator("#field-dispute_text").fill("Il manque la langue.\nEt le reste.")
    page.locator("#field-reason").fill("Conclusions")
    page.context.clear_cookies(name="bordereau")
    press(page, "preview")
    if script:
        assert violations(page) == ""
        picture(page, "kept-sign-in-fr")
    page.locator("#email").fill("clerk@example.org")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    if script:
        assert violations(page) == ""
        picture(page, "kept-form-fr")
    page.locator("main form button").click()
    page.locator('button[value="confirm"]').wait_for()
    page.locator('button[value="edit"]').click()
    assert page.locator("#field-dispute_text").input_value() == (
        "Il manque la langue.\nEt le reste."
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_two_clerks_change_an_order_and_the_second_sees_it(
    visit: Visit, site: Site, picture: Picture, language: str
) -> None:
    first, second = visit("clerk", language), visit("clerk", language, java_script_enabled=False)
    for page in (first, second):
        page.goto(f"/orders/{site.story.awaiting}")
        page.locator('a[href^="/orders/"][href$="/change"]').click()
    first.locator("#field-note").fill(f"Note du premier ({language})")
    press(first, "keep")
    first.wait_for_url("**/orders/*#order-title")
    second.locator("#field-note").fill(f"Note du second ({language})")
    press(second, "keep")
    assert f"Note du premier ({language})" in second.locator(".fault").inner_text()
    assert second.locator("#field-note").input_value() == f"Note du second ({language})"
    picture(second, f"order-change-stale-{language}")
    press(second, "keep")
    second.wait_for_url("**/orders/*#order-title")
    first.goto(f"/orders/{site.story.awaiting}/change")
    assert violations(first) == ""
