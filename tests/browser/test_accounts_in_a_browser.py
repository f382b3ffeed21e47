"""One's account, the second step of signing in, people, what happened: in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page

from app import models as m
from app.deps import clock
from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import open_everything, violations
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

PAGES = ("/account", "/notifications", "/notifications/settings", "/accessibility")


def code_now(page: Page, steps: int = 0) -> str:
    """What an authenticator shows that was given the key by hand."""
    key = page.locator("#key").inner_text().replace(" ", "")
    return pyotp.TOTP(key).at(clock() + timedelta(seconds=30 * steps))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_what_is_one_s_own(
    visit: Visit, site: Site, picture: Picture, language: str, scheme: str
) -> None:
    page = visit("clerk", language, color_scheme=scheme)
    people = ("/courts/tj-paris/people", f"/matters/{site.story.cast.matter.id}/people")
    for address in (*PAGES, *people, "/no-such-page"):
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language
        open_everything(page)
        found = violations(page)
        assert found == "", f"{address}: {found}"
        name = address.strip("/").replace("/", "-")
        if scheme == "light" and address not in people[1:]:
            picture(page, f"{name.replace('courts-tj-paris-', '')}-{language}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_they_fit_a_telephone(visit: Visit, site: Site, language: str) -> None:
    page = visit("clerk", language, viewport={"width": 360, "height": 740})
    matter = site.story.cast.matter.id
    for address in (*PAGES, "/courts/tj-paris/people", f"/matters/{matter}/people", "/nowhere"):
        page.goto(address)
        open_everything(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{address} is {wide} px wide"


@pytest.mark.parametrize("role", ["third_counsel", "requesting_assistant"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_second_step_is_set_up_asked_for_and_turned_off(
    visit: Visit, site: Site, picture: Picture, role: str, script: bool
) -> None:
    language = "fr" if script else "en"
    page = visit(role, language, java_script_enabled=script)
    page.goto("/account")
    page.locator('form[action="/account/second-step/start"] button').click()
    page.locator("svg.qr").wait_for()
    if script:
        assert violations(page) == ""
        picture(page, f"second-step-{language}")
    page.locator("#present").fill(PASSWORD)
    page.locator("#code").fill("000000")
    page.locator("form.sheet button").click()
    page.locator("#code[aria-invalid=true]").wait_for()
    page.locator("#present").fill(PASSWORD)
    page.locator("#code").fill(code_now(page, -1))
    page.locator("form.sheet button").click()
    page.locator("li code").first.wait_for()
    codes = page.locator("ol code, ul code").all_inner_texts()
    assert len(codes) == 10
    if script:
        assert violations(page) == ""
        picture(page, f"recovery-codes-{language}")
    page.locator('form[action="/sign-out"] button').click()

    page.goto("/sign-in")
    page.locator("#email").fill(f"{role}@example.org")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/sign-in/code*")
    if script:
        assert violations(page) == ""
        picture(page, f"sign-in-code-{language}")
    page.locator("#code").fill("123 456")
    page.locator("#code").press("Enter")
    page.locator("[role=alert]").wait_for()
    page.locator("#code").fill(codes[0])
    page.locator("#code").press("Enter")
    page.wait_for_url("**/")
    page.goto("/account#second-step")
    page.locator("#second-present").fill(PASSWORD)
    page.locator("#code").fill(codes[1])
    page.locator('button[name="act"][value="off"]').click()
    page.wait_for_url("**done=off*")
    assert page.locator('form[action="/account/second-step/start"]').is_visible()
    with site.app.state.database.reading() as session:
        assert session.get(m.SecondFactor, site.story.cast.users[role]) is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_clerk_lets_counsel_into_a_matter_who_opens_the_account(
    visit: Visit, site: Site, picture: Picture, language: str
) -> None:
    page = visit("clerk", language, java_script_enabled=False)
    page.goto(f"/matters/{site.story.cast.matter.id}/people")
    page.locator("#email").fill(f"new-{language}@example.org")
    page.locator("form.sheet button").click()
    page.locator("#name[aria-invalid=true]").wait_for()
    assert page.locator("#email").input_value() == f"new-{language}@example.org"
    page.locator("#name").fill("Maître Nouvelle")
    page.locator("#party").select_option(str(site.story.cast.obligor))
    page.locator('input[name="role"][value="counsel"]').check()
    page.locator("form.sheet button").click()
    link = page.locator("#link").inner_text()
    picture(page, f"invitation-made-{language}")
    guest = visit(None, language)
    guest.goto(link[link.index("/invitations/") :])
    assert violations(guest) == ""
    guest.locator("#password").fill("short")
    guest.locator("#again").fill("short")
    guest.evaluate("document.querySelector('form.sheet').noValidate = true")
    guest.locator("form.sheet button").click()
    guest.locator("#password[aria-invalid=true]").wait_for()
    for field in ("#password", "#again"):
        guest.locator(field).fill(PASSWORD)
    guest.locator("form.sheet button").click()
    guest.wait_for_url("**/sign-in")
    guest.locator("#email").fill(f"new-{language}@example.org")
    guest.locator("#password").fill(PASSWORD)
    guest.locator("#password").press("Enter")
    guest.wait_for_url("**/")
    guest.goto(f"/orders/{site.story.order}")
    assert guest.locator("h1").is_visible()


def test_a_lost_page_keeps_the_navigation_and_says_what_to_do(visit: Visit, site: Site) -> None:
    page = visit("requesting_counsel", "fr")
    for address, status in (
        ("/orders/00000000-0000-4000-8000-000000000000", 404),
        ("/nowhere", 404),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        assert page.locator("header nav a").count() >= 3
        assert page.locator("main p").count() >= 3
        assert violations(page) == ""
