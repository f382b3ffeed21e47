"""The act itself is recorded with its event in a browser without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations

pytestmark = pytest.mark.browser


def _filled_in(page: Page, site: Site) -> None:
    page.goto(f"/orders/{site.story.order}/events/new?kind=dispute")
    page.locator("#field-effective_on").fill("2021-10-01")
    page.locator("#field-dispute_text").fill("Il manque la langue des personnes.")
    page.locator("#field-reason").fill("Conclusions du demandeur")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_files_are_sent_kept_left_out_and_downloaded_without_javascript(
    visit: Visit, site: Site, language: str, tmp_path: Path
) -> None:
    first, second = tmp_path / "Conclusions n° 1.pdf", tmp_path / "brouillon.txt"
    first.write_bytes(b"%PDF-1.4 conclusions")
    second.write_bytes(b"draft")
    page = visit("clerk", language, java_script_enabled=False)
    _filled_in(page, site)
    page.locator("#event-file").set_input_files([first, second])
    page.locator('button[value="preview"]').click()
    assert "Conclusions n° 1.pdf" in page.locator("dl.inline").inner_text()
    page.locator('button[value="edit"]').click()
    assert page.locator("#field-reason").input_value() == "Conclusions du demandeur"
    page.locator("#field-files label", has_text="brouillon.txt").click()
    page.locator('button[value="preview"]').click()
    assert "brouillon.txt" not in page.locator("main").inner_text()
    page.locator('button[value="confirm"]').click()
    page.wait_for_url("**/orders/*recorded=*")
    link = page.locator(".timeline .event-file a").last
    assert "brouillon.txt" not in page.locator(".timeline").inner_text()
    with page.expect_download() as started:
        link.click()
    assert started.value.suggested_filename == "Conclusions n° 1.pdf"
    assert Path(started.value.path()).read_bytes() == b"%PDF-1.4 conclusions"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_form_its_faults_and_the_record_are_accessible(
    visit: Visit, site: Site, language: str, picture: Picture, tmp_path: Path
) -> None:
    writ, empty = tmp_path / "Signification à Twitter International.pdf", tmp_path / "vide.pdf"
    long = tmp_path / f"{'ordonnance_de_prorogation' * 8}.pdf"
    long.write_bytes(b"%PDF-1.4")
    writ.write_bytes(b"%PDF-1.4" + b"x" * 148_000)
    empty.write_bytes(b"")
    page = visit("clerk", language)
    _filled_in(page, site)
    assert violations(page) == ""
    page.locator("#event-file").set_input_files([writ, empty, long])
    page.locator('button[value="preview"]').click()
    assert page.locator("#fault-files").is_visible()
    assert violations(page) == ""
    picture(page, f"event-files-{language}")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == ""
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == ""
    picture(page, f"event-files-phone-{language}")
    page.locator('button[value="preview"]').click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 800})
    assert violations(page) == ""
    picture(page, f"event-files-preview-{language}")
    page.locator('button[value="confirm"]').click()
    page.wait_for_url("**/orders/*recorded=*")
    assert violations(page) == ""
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(".timeline li", has=page.locator(".event-file")).last.scroll_into_view_if_needed()
    picture(page, f"event-files-recorded-{language}", whole=False)
