"""The public check in a real browser: hashed there by slices, or typed without JavaScript."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Picture, Site, Visit
from tests.browser.test_pages_in_a_browser import violations

pytestmark = pytest.mark.browser

CONTENT = b"%PDF-1.4 illustrative"
LARGE_BYTES = 150 * 1024 * 1024 + 1


@pytest.fixture
def receipt(visit: Visit, site: Site, tmp_path: Path) -> Path:
    """The story's receipt, as its counsel saves it."""
    page = visit("producing_counsel")
    page.goto(f"/orders/{site.story.order}/productions")
    page.locator('a[href$="/receipt"]').first.click()
    with page.expect_download() as started:
        page.locator(".downloads a.button").first.click()
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    return path


def choose(page: Page, receipt: Path, *files: Path) -> None:
    page.goto("/verify")
    page.locator("#receipt-file").set_input_files(receipt)
    if files:
        page.locator("#files").set_input_files(list(files))


def hashed(page: Page) -> None:
    """Wait until the files are hashed."""
    expect(page.locator("#sha256")).not_to_have_value("", timeout=120_000)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_receipt_and_its_file_are_read_here_and_only_hashes_are_sent(
    visit: Visit, receipt: Path, tmp_path: Path, picture: Picture, language: str
) -> None:
    file = tmp_path / "contrat.pdf"
    file.write_bytes(CONTENT)
    page = visit(None, language)
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.post_data or "") if r.method == "POST" else None)
    choose(page, receipt, file)
    digest = json.loads(receipt.read_text())["digest"]
    hashed(page)
    assert page.locator("#digest").input_value() == digest
    assert page.locator("#receipt-said.wrong").count() == 0
    assert violations(page) == ""
    if language == "fr":
        picture(page, "verify-chosen-fr")
    page.locator("form.sheet button").click()
    page.locator(".verdict.valid").wait_for()
    assert violations(page) == ""
    picture(page, f"verify-valid-{language}")
    assert len(sent) == 1
    assert "UEJF" not in sent[0]
    assert "illustrative" not in sent[0]
    assert "contrat" not in sent[0]
    assert hashlib.sha256(CONTENT).hexdigest() in sent[0]


Change = Callable[[dict[str, Any]], object]
CHANGES: dict[str, Change] = {
    "its digest covers": lambda r: r.update(deposited_for="Somebody else"),
    "its digest covers ": lambda r: r.update(deposited_at="2021-09-12T21:47:12Z"),
    "was received: No.": lambda r: r["files"][0].update(title="Autre chose"),
    "was received: No. ": lambda r: r["files"][0].update(sha256="0" * 64),
    "its list of files": lambda r: r["files"].append(r["files"][0]),
    "its list of files ": lambda r: r["manifest"].update(root="0" * 64),
    "names another receipt": lambda r: r["proof"].update(
        entry=r["proof"]["entry"].replace(r["digest"], "0" * 64)
    ),
    "can be read here": lambda r: r.update(format="another/1"),
    "can be read here ": lambda r: r.pop("proof"),
    "can be read here  ": lambda r: r.update(number=1.5),
}


def test_a_receipt_that_was_changed_is_said_to_be(
    visit: Visit, receipt: Path, tmp_path: Path
) -> None:
    page = visit(None)
    said = page.locator("#receipt-said.wrong")
    for told, change in CHANGES.items():
        content = json.loads(receipt.read_text())
        change(content)
        changed = tmp_path / "changed.json"
        changed.write_text(json.dumps(content))
        choose(page, changed)
        said.wait_for()
        assert told.strip() in said.inner_text()
        assert page.locator("#digest").input_value() == ""
    twice = receipt.read_text().replace('{"', '{"deposited_for":"Somebody else","', 1)
    for text in (twice, "[]", "null", "not JSON", "", '{"files":1}'):
        changed.write_text(text)
        choose(page, changed)
        said.wait_for()
        assert "can be read here" in said.inner_text()


def test_the_receipt_as_written_for_people_is_read_too(
    visit: Visit, receipt: Path, tmp_path: Path
) -> None:
    pretty = tmp_path / "pretty.json"
    pretty.write_text(json.dumps(json.loads(receipt.read_text()), indent=2, sort_keys=True))
    page = visit(None)
    choose(page, pretty)
    expect(page.locator("#digest")).not_to_have_value("")


def test_files_are_hashed_as_hashlib_does_whatever_their_size(
    visit: Visit, receipt: Path, tmp_path: Path
) -> None:
    files = []
    sizes = [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 4 * 1024 * 1024 + 3]
    for size in sizes:
        files.append(tmp_path / f"{size}.bin")
        files[-1].write_bytes(os.urandom(size))
    page = visit(None)
    page.goto("/verify")
    page.locator("#files").set_input_files(files)
    hashed(page)
    lines = page.locator("#sha256").input_value().splitlines()
    assert lines == [f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}" for f in files]


def test_a_large_file_is_hashed_by_slices(visit: Visit, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    digest = hashlib.sha256()
    block = os.urandom(1024 * 1024)
    with large.open("wb") as out:
        for at in range(0, LARGE_BYTES, len(block)):
            piece = block[: LARGE_BYTES - at]
            out.write(piece)
            digest.update(piece)
    page = visit(None)
    page.goto("/verify")
    page.locator("#files").set_input_files(large)
    hashed(page)
    assert page.locator("#sha256").input_value() == f"{digest.hexdigest()}  large.bin"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_javascript_the_hashes_are_typed(
    visit: Visit, receipt: Path, picture: Picture, language: str
) -> None:
    page = visit(None, language, java_script_enabled=False)
    page.goto("/verify")
    assert not page.locator("#with-script").is_visible()
    page.locator("#digest").fill(json.loads(receipt.read_text())["digest"])
    page.locator("form.sheet button").click()
    page.locator(".verdict.valid").wait_for()
    page.locator("#sha256").fill("0" * 64)
    page.locator("form.sheet button").click()
    page.locator(".verdict.not-valid").wait_for()
    picture(page, f"verify-not-valid-{language}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_public_check(visit: Visit, scheme: str) -> None:
    page = visit(None, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/verify")
    assert violations(page) == ""
    page.locator("#digest").fill("0" * 64)
    page.locator("form.sheet button").click()
    page.locator(".verdict.not-valid").wait_for()
    assert violations(page) == ""
    assert said == []
    page.locator("#digest").fill("?")
    page.locator("form.sheet button").click()
    page.locator("#digest[aria-invalid=true]").wait_for()
    assert violations(page) == ""
