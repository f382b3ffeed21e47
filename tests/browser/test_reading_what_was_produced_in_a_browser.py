"""Requesting counsel in a real browser: what came, what is missing, a look, a remark, the files."""

from __future__ import annotations

import zipfile
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations
from tests.web.produced import PDF, a_deposit
from tests.web.test_looking_at_an_exhibit import an_image

pytestmark = pytest.mark.browser

LONG = "Contrat cadre \u202eelbarenégral\u202c " + "de prestation de modération " * 9
WORDS = {
    "en": ("What was produced", "What is missing", "waiting for an answer"),
    "fr": (
        "Ce qui a été communiqué",
        "Ce qui manque",
        "en attente de réponse",
    ),
}


@pytest.fixture(scope="module")
def exhibits(site: Site) -> list[str]:
    """A PDF, an image and a file that is not shown, one confidential, and a placeholder."""
    files = {
        "3": ("contrat.pdf", PDF),
        "5": ("photo.png", an_image("PNG")),
        "6": ("tableau.csv", b"a;b\n1;2\n"),
    }
    titles = {"3": LONG[:300], "5": "Photographie du centre", "6": "Tableau des signalements"}
    made = a_deposit(site.app, site.story, titles, files=files, withheld="4")
    a_deposit(site.app, site.story, {"9": "Clé"}, confidentiality="restricted")
    return [str(one) for one in made]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_counsel_reads_looks_observes_and_takes_all(
    visit: Visit, site: Site, exhibits: list[str], picture: Picture, language: str, script: bool
) -> None:
    produced, missing, waiting = WORDS[language]
    page = visit("requesting_counsel", language, java_script_enabled=script, accept_downloads=True)
    page.goto(f"/orders/{site.story.order}")
    page.locator(f'a[href="/orders/{site.story.order}/produced"]').first.click()
    assert page.locator("h1").inner_text() == produced
    assert page.locator(".register tr.held-back").count() == 2
    assert page.locator(".register tr.number-alone").count() == 1
    if script:
        picture(page, f"produced-{language}")
    with page.expect_download() as started:
        page.locator('#take button[value="all"]').click()
    with zipfile.ZipFile(started.value.path()) as archive:
        assert archive.testzip() is None
        assert sum(" - " in name for name in archive.namelist()) == 4
    page.locator(f'a[href="/exhibits/{exhibits[0]}/view"]').first.click()
    _looks(page)
    if script:
        picture(page, f"exhibit-{language}")
    page.locator('a[rel="next"]').click()
    _looks(page)
    page.locator('a[rel="next"]').click()
    assert page.locator("iframe").count() == 0
    page.locator('a[href*="/observations?exhibit="]').click()
    page.locator("form.sheet button").click()
    assert page.locator("#field-text[aria-invalid=true]").count() == 1
    page.locator("#field-text").fill("Le tableau s’arrête au 1er mars.")
    page.locator("form.sheet button").click()
    page.wait_for_url("**#observation-*")
    assert waiting in page.locator(".thread").last.inner_text()
    if script:
        picture(page, f"observations-{language}")
    page.goto(f"/orders/{site.story.order}/gaps")
    assert page.locator("h1").inner_text() == missing
    if script:
        picture(page, f"gaps-{language}")
    page.goto("/observations")
    assert page.locator(".thread").count() >= 1


def _looks(page: Page) -> None:
    """The frame holds an image that was loaded, and nothing in it may run."""
    frame = page.locator("iframe")
    assert frame.get_attribute("sandbox") == ""
    inner = page.frame_locator("iframe").locator("img")
    inner.wait_for()
    box: Any = inner.bounding_box()
    assert box["width"] > 20


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    visit: Visit, site: Site, exhibits: list[str], picture: Picture, language: str, scheme: str
) -> None:
    page = visit("requesting_counsel", language, color_scheme=scheme)
    order = f"/orders/{site.story.order}"
    for path in (
        f"{order}/produced", f"{order}/produced?by=category&as_of=2021-10-02", f"{order}/gaps",
        f"{order}/observations", f"{order}/observations?exhibit={exhibits[0]}", "/observations",
        f"/exhibits/{exhibits[0]}/view", f"/exhibits/{exhibits[2]}/view", order,
    ):  # fmt: skip
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == language
        assert violations(page) == "", path
    if (scheme, language) == ("dark", "en"):
        page.goto(f"{order}/produced")
        picture(page, "produced-en-dark")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_fit_a_telephone(
    visit: Visit, site: Site, exhibits: list[str], picture: Picture, language: str
) -> None:
    page = visit("requesting_counsel", language, viewport={"width": 360, "height": 740})
    order = f"/orders/{site.story.order}"
    for path in (
        f"{order}/produced", f"{order}/gaps", f"{order}/observations",
        f"/exhibits/{exhibits[0]}/view", "/observations",
    ):  # fmt: skip
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{path} is {wide} px wide"
        assert violations(page) == "", path
        name = path.rsplit("/", 1)[1]
        if language == "fr" and name in ("produced", "view"):
            picture(page, f"{name}-fr-phone")
