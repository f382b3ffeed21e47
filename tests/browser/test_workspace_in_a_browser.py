"""The workspace: folders dropped, lines lost, sessions ended, hundreds placed at once."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from app.demo.pdf import pdf
from app.web.draft import EXHIBITS_SHOWN
from tests.browser.conftest import Picture, Site, Visit, sign_in
from tests.browser.test_depositing_in_a_browser import start, tab_to
from tests.browser.test_pages_in_a_browser import violations
from tests.zips import zipped

pytestmark = pytest.mark.browser

FILES = int(os.environ.get("BORDEREAU_TEST_FILES", "60"))
"""How many files are dropped; 800 take some minutes."""
LARGE = 3
RECEIVED = {"en": f"RECEIVED {FILES} of {FILES}", "fr": f"REÇU {FILES} sur {FILES}"}


def large(title: str) -> bytes:
    """Over one piece of an upload (8 MiB)."""
    return pdf(title, [f"Ligne {n} de la pièce, en toutes lettres. " * 3 for n in range(70_000)])


def keep(root: Path, first: int) -> Path:
    """Real PDFs of several sizes in three folders, as counsel keeps them."""
    for n in range(first, first + FILES):
        where = root / ("Chef 1", "Chef 2", "Divers")[n % 3]
        where.mkdir(parents=True, exist_ok=True)
        title = f"Pièce {n} - Note de service {n}"
        held = large(title) if n < first + LARGE else pdf(title, ["Texte"] * (n % 50))
        (where / f"{title}.pdf").write_bytes(held)
    (root / ".DS_Store").write_bytes(b"x")
    return root


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep(tmp_path_factory.mktemp("dossier") / "Pièces", 1)


def cut_after_the_first_piece(route: Route) -> None:
    if route.request.headers.get("upload-offset", "0") == "0":
        route.continue_()
    else:
        route.abort()


def give(page: Page, folder: Path) -> None:
    page.locator("#folder-chosen").set_input_files(folder)


def arrived(page: Page, n: int = FILES) -> None:
    words = re.compile(f"({n} of {n} files are on the server|{n} fichiers sur {n})")
    expect(page.locator("#upload-said")).to_have_text(words, timeout=90_000 + 500 * n)
    expect(page.locator("#exhibits-title + p + p")).to_contain_text(str(n), timeout=10_000)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_folder_is_dropped_resumed_placed_in_bulk_and_deposited(
    visit: Visit, site: Site, tmp_path: Path, picture: Picture, language: str
) -> None:
    # Numbers of the party's own: no other test's files bear them.
    first = {"en": 1000, "fr": 2001}[language]
    folder = keep(tmp_path / "Pièces", first)
    page = visit("producing_counsel", language)
    draft = start(page, site, "Soixante pièces")
    give(page, folder)
    bar = page.locator("#upload-all")
    while bar.evaluate("bar => bar.value") < 6e6:
        page.wait_for_timeout(20)
    page.context.set_offline(True)
    expect(page.locator("#upload-files")).to_contain_text(
        {"en": "The line is lost", "fr": "La ligne est coupée"}[language], timeout=20_000
    )
    assert violations(page) == ""
    page.locator("#upload").scroll_into_view_if_needed()
    page.locator("#upload-said").scroll_into_view_if_needed()
    picture(page, f"workspace-line-lost-{language}", whole=False)
    page.locator("a.to-deposit").first.click()
    assert page.locator("#upload-leaving").is_visible()
    page.locator("#leave-wait").click()
    page.context.set_offline(False)
    arrived(page)
    page.goto(draft)
    assert page.locator(".exhibits tbody tr").count() == min(FILES, EXHIBITS_SHOWN)
    page.locator('input[name="scope"][value="shown"]').check()
    page.locator('button[value="names"]').click()
    page.locator("table.proposal").wait_for()
    assert violations(page) == ""
    picture(page, f"workspace-proposal-{language}", whole=False)
    page.locator("form.acts button").first.click()
    page.wait_for_url("**changed=*")
    page.locator('.filters a[href*="in=to-sort"]').first.click()
    left = unsorted = sum(n % 3 == 2 for n in range(first, first + FILES))
    while left:
        assert page.locator(".exhibits tbody tr").count() == min(left, EXHIBITS_SHOWN)
        page.locator("#tick-all").check()
        page.locator('#field-category_id input[name="category_id"]').nth(2).check()
        if left == unsorted:
            picture(page, f"workspace-bulk-{language}")
        page.locator('button[value="place"]').click()
        page.wait_for_url(f"**changed={min(left, EXHIBITS_SHOWN)}*")
        left -= min(left, EXHIBITS_SHOWN)
    page.goto(draft)
    assert page.locator(".to-sort").count() == 0
    assert violations(page) == ""
    page.goto(f"{draft}/deposit")
    page.locator("button.deposit").click()
    page.wait_for_url("**/receipt")
    assert RECEIVED[language] in page.locator(".received").inner_text()
    told = page.locator("main").inner_text()
    # The second click: the page before it, kept by the browser, pressed again.
    page.go_back()
    if page.locator("button.deposit").count():
        page.locator("button.deposit").click()
        page.wait_for_url("**/receipt")
    assert page.locator("main").inner_text() == told


def test_what_a_closed_page_left_goes_on_where_it_stood(
    visit: Visit, site: Site, folder: Path
) -> None:
    page = visit("producing_counsel")
    draft = start(page, site, "Couvercle fermé")
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.headers.get("upload-offset", "")))
    page.on("dialog", lambda d: d.accept())
    papers = [folder / "Chef 2" / "Pièce 1 - Note de service 1.pdf"]
    page.route("**/uploads/*", cut_after_the_first_piece)
    page.locator("#files-chosen").set_input_files(papers)
    expect(page.locator("#upload-files")).to_contain_text("The line is lost", timeout=20_000)
    page.goto(draft)
    page.unroute("**/uploads/*")
    expect(page.locator("#before-said")).to_contain_text("did not arrive whole: 1")
    sent.clear()
    page.locator("#files-chosen").set_input_files(papers)
    arrived(page, 1)
    assert next(int(s) for s in sent if s) > 0
    # Given again, it is known: nothing is sent, and nothing is there twice.
    page.goto(draft)
    sent.clear()
    page.locator("#files-chosen").set_input_files(papers)
    arrived(page, 1)
    assert not [s for s in sent if s]
    assert page.locator(".exhibits tbody tr").count() == 1


def test_a_session_that_ends_during_an_upload_goes_on_after_signing_in_in_another_tab(
    visit: Visit, site: Site, folder: Path, picture: Picture
) -> None:
    page = visit("producing_counsel")
    start(page, site, "Session terminée en route")
    page.context.clear_cookies()
    give(page, folder)
    expect(page.locator("#signed-out")).to_be_visible(timeout=20_000)
    assert violations(page) == ""
    page.locator("#upload").scroll_into_view_if_needed()
    picture(page, "workspace-signed-out-en", whole=False)
    other = page.context.new_page()
    sign_in(other, "producing_counsel")
    arrived(page)
    assert page.locator("#signed-out").is_hidden()
    page.locator("a.to-deposit").first.click()
    page.wait_for_url("**/deposit")
    assert page.locator("button.deposit").is_visible()


def test_what_cannot_be_taken_is_named_and_may_be_left_out(
    visit: Visit, site: Site, tmp_path: Path
) -> None:
    page = visit("producing_counsel", "fr")
    start(page, site, "Nom trop long")
    good, bad = tmp_path / "bon.pdf", tmp_path / "mauvais.pdf"
    for path in (good, bad):
        path.write_bytes(pdf(path.stem, ["Texte"]))
    page.route(
        "**/productions/*/uploads",
        lambda r: (
            r.fulfill(
                status=507,
                content_type="application/problem+json",
                body='{"detail": "Il ne reste plus de place."}',
            )
            if "bWF1dmFpcy5wZGY" in r.request.headers["upload-metadata"]
            else r.continue_()
        ),
    )
    page.locator("#files-chosen").set_input_files([bad, good])
    failed = page.locator("#upload-files .failed")
    expect(failed).to_contain_text("mauvais.pdf")
    expect(failed).to_contain_text("Il ne reste plus de place.")
    expect(page.locator(".exhibits tbody tr")).to_have_count(1)
    assert violations(page) == ""
    page.unroute("**/productions/*/uploads")
    failed.locator("button").first.click()
    expect(page.locator(".exhibits tbody tr")).to_have_count(2)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "in the draft already: 2."), ("fr", "figuraient déjà dans le projet\u00a0: 2.")],
)
def test_a_zip_given_again_says_what_was_there_and_adds_nothing_twice(
    visit: Visit, site: Site, tmp_path: Path, language: str, told: str
) -> None:
    page = visit("producing_counsel", language)
    start(page, site, "Archive envoyée deux fois")
    papers = {f"Chef 1/note {n}.pdf": pdf(f"Note {n}", ["Texte"]) for n in range(2)}
    first, second = tmp_path / "dossier.zip", tmp_path / "dossier bis.zip"
    first.write_bytes(zipped(papers))
    second.write_bytes(zipped(papers | {"autre.pdf": pdf("Autre", ["Texte"])}))
    page.locator("#files-chosen").set_input_files(first)
    expect(page.locator(".exhibits tbody tr")).to_have_count(2)
    assert page.locator("#upload-files li").count() == 0
    page.locator("#files-chosen").set_input_files(second)
    expect(page.locator("#upload-files li")).to_contain_text("dossier bis.zip")
    expect(page.locator("#upload-files li")).to_contain_text(told)
    expect(page.locator(".exhibits tbody tr")).to_have_count(3)
    assert violations(page) == ""


def test_the_selection_works_with_the_keyboard_alone(
    visit: Visit, site: Site, folder: Path
) -> None:
    page = visit("producing_counsel")
    start(page, site, "Au clavier")
    page.locator("#files-chosen").set_input_files(sorted((folder / "Divers").iterdir())[2:7])
    arrived(page, 5)
    page.locator("#tick-all").focus()
    page.keyboard.press("Space")
    assert "5" in page.locator(".to-acts .ticked").inner_text()
    page.locator("#field-start").focus()
    page.keyboard.type("9041")
    tab_to(page, "See the numbers")
    page.keyboard.press("Enter")
    page.locator("table.proposal").wait_for()
    tab_to(page, "Confirm the changes")
    page.keyboard.press("Enter")
    page.wait_for_url("**changed=5*")
    told = page.locator('.exhibits td[data-label="No."]').all_inner_texts()
    numbers = [text.strip() for text in told]
    assert numbers == [str(n) for n in range(9041, 9046)]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_many_are_placed_and_taken_out_without_javascript(
    visit: Visit, site: Site, folder: Path, picture: Picture, language: str
) -> None:
    page = visit("producing_counsel", language, java_script_enabled=False)
    start(page, site, "Sans script")
    assert page.locator("#uploading").is_hidden()
    page.locator("#file").set_input_files(sorted((folder / "Divers").iterdir())[2:6])
    page.locator("#plain-upload button").click()
    page.wait_for_url("**added=*")
    page.locator('button[value="place"]').click()
    assert page.locator(".fault").is_visible()
    page.locator('input[name="exhibit"]').nth(0).check()
    page.locator('input[name="exhibit"]').nth(1).check()
    page.locator('#field-category_id input[name="category_id"]').nth(0).check()
    page.locator('button[value="place"]').click()
    page.wait_for_url("**changed=2*")
    assert page.locator(".exhibits .to-sort").count() == 2
    page.locator('input[name="exhibit"]').nth(3).check()
    page.locator('button[value="remove"]').click()
    assert page.locator(".proposal tbody tr").count() == 1
    page.locator("form.acts button").first.click()
    page.wait_for_url("**removed=1*")
    assert page.locator(".exhibits tbody tr").count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_workspace_fits_a_telephone(
    visit: Visit, site: Site, folder: Path, picture: Picture, scheme: str
) -> None:
    phone = {"width": 360, "height": 740}
    page = visit("producing_counsel", "fr", viewport=phone, color_scheme=scheme)
    start(page, site, "Au téléphone")
    page.locator("#files-chosen").set_input_files(sorted((folder / "Divers").iterdir())[2:6])
    arrived(page, 4)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == ""
    picture(page, f"workspace-fr-phone-{scheme}")
