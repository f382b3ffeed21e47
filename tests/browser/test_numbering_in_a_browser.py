"""Placing by a sheet, Bates numbers and stamped copies in a real browser, without JavaScript."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.demo.pdf import pdf
from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_depositing_in_a_browser import start
from tests.browser.test_pages_in_a_browser import violations

pytestmark = pytest.mark.browser

NAMES = ("Contrat de prestation.pdf", "Annexe technique.pdf", "Note équipes.pdf", "Rapport.pdf")
FIRST = {"en": 3001, "fr": 4001, "phone": 5001}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("papers")
    for n, name in enumerate(NAMES):
        (folder / name).write_bytes(pdf(name, ["Document de démonstration."] * (20 + 60 * n)))
    return [str(folder / name) for name in NAMES]


def fill(page: Page, papers: list[str]) -> str:
    page.locator("#file").set_input_files(papers)
    page.locator("#plain-upload button").click()
    page.wait_for_url("**added=*")
    return page.url.partition("?")[0]


def taken(page: Page) -> tuple[list[list[str]], str]:
    """The sheet as the page gives it: its rows, and the sign between its columns."""
    with page.expect_download() as download:
        page.locator('a[href$="/placing.csv"]').click()
    text = download.value.path().read_bytes().decode("utf-8-sig")
    sign = ";" if ";" in text.splitlines()[0] else ","
    return list(csv.reader(io.StringIO(text), delimiter=sign)), sign


def send(page: Page, folder: Path, rows: list[list[str]], sign: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign, lineterminator="\r\n").writerows(rows)
    (folder / "sheet.csv").write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    page.locator("#sheet").set_input_files(folder / "sheet.csv")
    page.locator("form[enctype] button").click()
    page.locator("#changes-title").wait_for()


def rows_filled(rows: list[list[str]], first: int) -> list[list[str]]:
    filled = [rows[0]]
    for n, row in enumerate(rows[1:]):
        number, title = str(first + n), row[2].partition(".")[0]
        filled.append([row[0], number, f"{title} (2021)", f"2021-03-0{n + 1}", "1", "", *row[6:]])
    return filled


@pytest.mark.parametrize("language", ["en", "fr"])
def test_exhibits_are_placed_by_a_sheet_numbered_and_stamped_without_javascript(
    visit: Visit, site: Site, papers: list[str], tmp_path: Path, picture: Picture, language: str
) -> None:
    page = visit("producing_counsel", language, java_script_enabled=False)
    start(page, site, "Communication au tableau")
    draft = fill(page, papers)
    page.locator('a[href$="/placing"]').click()
    rows, sign = taken(page)
    wrong = rows_filled(rows, FIRST[language])
    wrong[2][3], wrong[3][4] = "31/02/2021", "9"
    send(page, tmp_path, wrong, sign)
    assert page.locator(".sheet-faults tbody tr").count() == 2
    assert page.locator('form[action$="/confirm"]').count() == 0
    picture(page, f"sheet-faults-{language}")
    send(page, tmp_path, rows_filled(rows, FIRST[language]), sign)
    assert page.locator(".proposal tbody tr").count() == 4
    picture(page, f"sheet-preview-{language}")
    page.locator('form[action$="/confirm"] button').first.click()
    page.wait_for_url("**changed=4*")
    page.locator('a[href$="/numbering"]').click()
    page.locator("#field-prefix").fill("TIC 1")
    page.locator("#bates button").click()
    assert page.locator("#fault-prefix").is_visible()
    page.locator("#field-prefix").fill(f"TIC-{language.upper()}-")
    picture(page, f"numbers-{language}")
    page.locator("#bates button").click()
    while page.locator("#field-pages").count():
        for box in page.locator("#field-pages input").all():
            box.fill("3")
        page.locator("#bates button").click()
    assert page.locator(".proposal tbody tr").count() == 4
    picture(page, f"bates-preview-{language}")
    page.locator("form.acts button").first.click()
    page.wait_for_url("**given=4*")
    page.locator("#field-first-0").fill("2")
    page.locator("#field-last-0").fill(str(FIRST[language] - 1))
    page.locator("#field-reason-0").fill("Numéros réservés à une autre affaire")
    page.locator("#skips button").click()
    page.wait_for_url("**kept=true*")
    assert "Numéros réservés" in page.locator("#report").inner_text()
    picture(page, f"numbers-kept-{language}")
    page.goto(draft)
    page.locator(".exhibits th a").first.click()
    page.locator('a[href$="/view"]').click()
    page.wait_for_url("**/view")
    for n in (1, 2):
        # By keyboard: a click beside a frame that is being drawn may be lost on its way.
        page.locator("#stamped form button").first.press("Enter")
        expect(page.locator("#stamped a.button")).to_have_count(n)
    picture(page, f"stamped-{language}")
    with page.expect_download() as download:
        page.locator("#stamped a.button").last.press("Enter")
    assert download.value.suggested_filename.endswith(".pdf")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_nothing_and_nothing_runs_over_a_telephone(
    visit: Visit, site: Site, papers: list[str], tmp_path: Path, picture: Picture,
    language: str, scheme: str,
) -> None:  # fmt: skip
    page = visit("producing_counsel", language, color_scheme=scheme)
    start(page, site, "Au téléphone")
    draft = page.url
    page.locator("#files-chosen").set_input_files(papers[:2])
    page.locator(".exhibits tbody tr").nth(1).wait_for()

    def looked_at(name: str) -> None:
        page.set_viewport_size({"width": 1280, "height": 900})
        assert violations(page) == "", name
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert violations(page) == "", name
        picture(page, f"{name}-{language}-phone-{scheme}")

    page.goto(f"{draft}/placing")
    looked_at("sheet")
    rows, sign = taken(page)
    wrong = rows_filled(rows, 9000 + FIRST[language] + (10 if scheme == "dark" else 0))
    good = [list(row) for row in wrong]
    wrong[1][3] = "31/02/2021"
    send(page, tmp_path, wrong, sign)
    looked_at("sheet-faults")
    send(page, tmp_path, good, sign)
    looked_at("sheet-preview")
    page.goto(f"{draft}/numbering")
    looked_at("numbers")
    page.locator("#field-prefix").fill("A 1")
    page.locator("#bates button").click()
    looked_at("numbers-refused")
    page.locator("#field-prefix").fill(f"P-{language}-{scheme}-")
    page.locator('input[name="per"][value="document"]').check()
    page.locator("#bates button").click()
    looked_at("bates-preview")
    page.goto(f"{draft}")
    page.locator(".exhibits th a").first.click()
    page.locator('a[href$="/view"]').click()
    page.locator("#stamped form button").first.click()
    page.locator("#stamped a.button").wait_for()
    looked_at("stamped")
