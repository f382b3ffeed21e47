"""A production from draft to receipt in a real browser without JavaScript, and what fails."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from app.demo.pdf import pdf
from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations
from tests.cast import PASSWORD

pytestmark = pytest.mark.browser

WORDS = {
    "en": ("RECEIVED 3 of 3", "NOT DEPOSITED", "Receipt"),
    "fr": ("REÇU 3 sur 3", "NON DÉPOSÉ", "Récépissé de dépôt"),
}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("papers")
    names = ("Contrat de prestation.pdf", "Annexe technique.pdf", "Note « équipes ».pdf")
    for name in names:
        (folder / name).write_bytes(pdf(name, ["Document de démonstration."] * 20))
    return [str(folder / name) for name in names]


def start(page: Page, site: Site, title: str) -> str:
    """Begin a draft by the order's page; its address."""
    page.goto(f"/orders/{site.story.order}")
    page.locator(f'a[href="/orders/{site.story.order}/productions"]').click()
    page.locator("#title").fill(title)
    page.locator("form.sheet button").click()
    page.wait_for_url("**/productions/*")
    return page.url


def send(page: Page, papers: list[str], category: int | None = 0) -> None:
    if page.locator("#uploading").is_visible():
        if category is not None:
            page.locator("#upload-categories input").nth(category).check()
        page.locator("#files-chosen").set_input_files(papers)
        page.locator(".exhibits tbody tr").nth(len(papers) - 1).wait_for()
        page.reload()
        return
    if category is not None:
        page.locator('#upload input[name="category_id"]').nth(category).check()
    page.locator("#file").set_input_files(papers)
    page.locator("#plain-upload button").click()
    page.wait_for_url("**added=*")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_production_is_drafted_filled_and_deposited_without_javascript(
    visit: Visit, site: Site, papers: list[str], picture: Picture, language: str
) -> None:
    received, failed, title = WORDS[language]
    page = visit("producing_counsel", language, java_script_enabled=False)
    draft = start(page, site, "Deuxième communication")
    assert failed in page.locator(".heading").inner_text()
    send(page, papers[:2])
    send(page, papers[2:], None)
    assert page.locator("#notice").is_visible()
    assert page.locator(".exhibits tbody tr").count() == 3
    page.locator('.owed a[href*="/answers/"]').nth(1).click()
    page.locator(".figures textarea").nth(0).fill("1 867 personnes")
    page.locator("form.sheet button").click()
    assert page.locator("#field-declaration[aria-invalid=true]").count() == 1
    picture(page, f"deposit-answer-refused-{language}")
    page.locator("#field-declaration").select_option("partial")
    page.locator("form.sheet button").click()
    page.wait_for_url("**#owed")
    page.locator(".exhibits tbody tr").nth(2).locator('th a[href^="/exhibits/"]').click()
    page.locator("#field-title").fill("Note sur les équipes")
    page.locator("#field-dated_on").fill("2021-02-01")
    page.locator('input[name="category_ids"]').first.check()
    page.locator('input[name="element_ids"]').first.check()
    if language == "fr":
        picture(page, "deposit-exhibit-fr")
    page.locator('button[value="keep"]').click()
    page.wait_for_url("**#exhibits")
    page.locator('a[href$="/withheld"]').click()
    page.locator("#field-category_id").select_option(index=1)
    page.locator("#field-ground").fill("Secret des affaires")
    page.locator("#field-legal_text").fill("C. com. L151-1")
    page.locator("form.sheet button").click()
    page.wait_for_url("**#withheld")
    picture(page, f"deposit-draft-{language}")
    page.goto(f"{draft}/deposit")
    picture(page, f"deposit-summary-{language}")
    page.locator("button.deposit").click()
    page.wait_for_url("**/receipt")
    assert page.locator("h1").inner_text() == title
    assert received in page.locator(".received").inner_text()
    assert re.search(r"\d\d:\d\d:\d\d Europe/Paris \(.*UTC\)", page.locator(".when").inner_text())
    picture(page, f"deposit-receipt-{language}")
    first = page.locator("main").inner_text()
    # The summary's page again, as a lost connection leaves it: its button leads to the same.
    page.goto(f"{draft}/deposit")
    assert page.url.endswith("/receipt")
    assert page.locator("main").inner_text() == first
    page.goto(draft)
    if language == "en":
        picture(page, "deposit-production-en")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_deposit_that_fails_looks_like_no_receipt(
    visit: Visit, site: Site, papers: list[str], picture: Picture, language: str
) -> None:
    page = visit("producing_counsel", language, java_script_enabled=False)
    draft = start(page, site, "Communication qui échoue")
    send(page, papers)
    page.goto(f"{draft}/deposit")
    page.context.clear_cookies()
    page.locator("button.deposit").click()
    assert WORDS[language][1] in page.locator("h1").inner_text()
    assert page.locator('a[href*="/sign-in?next="]').is_visible()
    if language == "fr":
        picture(page, "deposit-failed-session-fr")
    page.locator('a[href*="/sign-in?next="]').click()
    page.locator("#email").fill("producing_counsel@example.org")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(f"{draft}/deposit")
    assert page.locator("button.deposit").is_visible()


def failing(visit: Visit, site: Site, papers: list[str], language: str, **more: Any) -> Page:
    """The page after a deposit of which a file is gone from the store."""
    page = visit("producing_counsel", language, **more)
    draft = start(page, site, "Fichier disparu")
    send(page, papers)
    digest = hashlib.sha256(Path(papers[0]).read_bytes()).hexdigest()
    gone = next(site.files.rglob(digest))
    page.goto(f"{draft}/deposit")
    kept = gone.read_bytes()
    gone.unlink()
    page.locator("button.deposit").click()
    page.locator(".failure").wait_for()
    gone.write_bytes(kept)
    return page


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_a_deposit(
    visit: Visit, site: Site, papers: list[str], picture: Picture, language: str, scheme: str
) -> None:
    page = failing(visit, site, papers, language, color_scheme=scheme)
    assert violations(page) == "", "not deposited"
    if scheme == "light" or language == "en":
        picture(page, f"deposit-failed-{language}{'-dark' if scheme == 'dark' else ''}")
    draft = page.url.removesuffix("/deposit")
    paths = [draft, f"{draft}/withheld", f"{draft}/deposit",
             f"/orders/{site.story.order}/productions"]  # fmt: skip
    page.goto(draft)
    paths += [page.locator('.owed a[href*="/answers/"]').nth(1).get_attribute("href") or ""]
    paths += [page.locator('.exhibits th a[href^="/exhibits/"]').last.get_attribute("href") or ""]
    for path in paths:
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert violations(page) == "", path
    page.goto(f"{draft}/deposit")
    page.locator("button.deposit").click()
    page.wait_for_url("**/receipt")
    assert violations(page) == "", "receipt"
    if (scheme, language) == ("dark", "en"):
        picture(page, "deposit-receipt-en-dark")
    other = visit("requesting_counsel", language, color_scheme=scheme)
    for path in (draft, f"{draft}/receipt"):
        other.goto(path)
        assert violations(other) == "", path


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_of_a_deposit_fit_a_telephone(
    visit: Visit, site: Site, papers: list[str], picture: Picture, language: str
) -> None:
    phone = {"width": 360, "height": 740}
    page = failing(visit, site, papers, language, viewport=phone)
    draft = page.url.removesuffix("/deposit")

    def fits(what: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{what} is {wide} px wide"

    fits("not deposited")
    if language == "en":
        picture(page, "deposit-failed-en-phone")
    page.goto(draft)
    fits("draft")
    if language == "fr":
        picture(page, "deposit-draft-fr-phone")
    answer = page.locator('.owed a[href*="/answers/"]').nth(1).get_attribute("href") or ""
    exhibit = page.locator('.exhibits th a[href^="/exhibits/"]').last.get_attribute("href") or ""
    for path in (answer, exhibit, f"{draft}/withheld", f"{draft}/deposit",
                 f"/orders/{site.story.order}/productions", "/verify"):  # fmt: skip
        page.goto(path)
        fits(path)
    page.goto(f"{draft}/deposit")
    page.locator("button.deposit").click()
    page.wait_for_url("**/receipt")
    fits("receipt")
    if language == "en":
        picture(page, "deposit-receipt-en-phone")
    page.goto(draft)
    fits("deposited")


def test_the_receipt_is_printed_without_its_buttons(
    visit: Visit, site: Site, papers: list[str], picture: Picture
) -> None:
    page = visit("producing_counsel", "fr", viewport={"width": 718, "height": 1046})
    draft = start(page, site, "À imprimer")
    send(page, papers)
    page.goto(f"{draft}/deposit")
    page.locator("button.deposit").click()
    page.wait_for_url("**/receipt")
    page.emulate_media(media="print")
    assert not page.locator(".downloads").is_visible()
    assert page.locator(".received .words").is_visible()
    assert page.locator(".files tbody tr").count() == 3
    picture(page, "deposit-receipt-fr-print")
    assert re.findall(rb"/Count (\d+)", page.pdf(format="A4"))[0] in (b"1", b"2")


def test_a_draft_is_deposited_with_the_keyboard_alone(
    visit: Visit, site: Site, papers: list[str]
) -> None:
    page = visit("producing_counsel")
    start(page, site, "Au clavier")
    send(page, papers)
    tab_to(page, "Summary and deposit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/deposit")
    tab_to(page, "Deposit")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    assert "RECEIVED 3 of 3" in page.locator(".received").inner_text()


def tab_to(page: Page, text: str) -> None:
    """Press Tab until what has the focus says so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == text:
            return
    raise AssertionError(f"Tab never reaches {text}")


def test_a_large_upload_after_the_session_ended_is_answered_by_a_page(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    large = tmp_path / "grand.pdf"
    large.write_bytes(b"0" * 40_000_000)
    page = visit("producing_counsel", java_script_enabled=False)
    start(page, site, "Session terminée")
    page.locator("#file").set_input_files(large)
    page.context.clear_cookies()
    page.locator("#plain-upload button").click()
    page.locator('a[href="/sign-in"]').wait_for()
