"""Stamped copies over HTTP: made once, beside the untouched original, for whoever may read it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.test_placing import Desk
from tests.papers.pdfs import a_pdf, texts


@pytest.fixture
def desk(api: Api) -> Desk:
    return Desk(api)


@pytest.fixture
def pdf(tmp_path: Path) -> bytes:
    return a_pdf(tmp_path / "a.pdf", pages=2).read_bytes()


def stamped(desk: Desk, exhibit: Any, style: str = "exhibit_number") -> Any:
    return desk.api.post(f"/exhibits/{exhibit['id']}/stamped", params={"style": style})


def fetched(api: Api, exhibit: Any, role: str, style: str = "exhibit_number") -> Any:
    return api.by(role).get(f"/exhibits/{exhibit['id']}/stamped", params={"style": style})


def test_a_copy_is_made_once_and_the_original_stays(
    api: Api, desk: Desk, pdf: bytes, tmp_path: Path
) -> None:
    exhibit = desk.upload("Pièce 12 - Contrat.pdf", pdf)
    made = stamped(desk, exhibit)
    assert made.status_code == 201
    assert (made.json()["label"], made.json()["breaks_signature"]) == ("Pièce n° 12", False)
    again = stamped(desk, exhibit)
    assert (again.status_code, again.json()) == (200, made.json())
    copy = fetched(api, exhibit, "producing_assistant")
    assert hashlib.sha256(copy.content).hexdigest() == made.json()["sha256"]
    (tmp_path / "copy.pdf").write_bytes(copy.content)
    assert texts(tmp_path / "copy.pdf") == ["Pièce n° 12 Twitter International Company", ""]
    original = desk.api.get(f"/exhibits/{exhibit['id']}/content")
    assert original.content == pdf
    assert copy.headers["Content-Type"] == "application/octet-stream"
    assert copy.headers["Content-Disposition"].startswith("attachment;")
    assert "tamponn%C3%A9e" in copy.headers["Content-Disposition"]
    assert copy.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_others_have_it_once_it_is_deposited_and_only_what_they_may_read(
    api: Api, desk: Desk, pdf: bytes
) -> None:
    open_one = desk.upload("Pièce 1.pdf", pdf)
    hidden = desk.upload("Pièce 2.pdf", pdf, confidentiality="restricted")
    for exhibit in (open_one, hidden):
        assert stamped(desk, exhibit).status_code == 201
        assert fetched(api, exhibit, "requesting_counsel").status_code == 404
    desk.api.made(f"{desk.path}/deposit")
    assert fetched(api, open_one, "requesting_counsel").status_code == 200
    assert fetched(api, hidden, "requesting_counsel").status_code == 404
    assert fetched(api, hidden, "producing_counsel").status_code == 200
    assert fetched(api, open_one, "requesting_counsel", "bates").status_code == 404


def test_a_deposited_exhibit_may_still_be_stamped(desk: Desk, pdf: bytes) -> None:
    exhibit = desk.upload("Pièce 1.pdf", pdf)
    desk.api.made(f"{desk.path}/deposit")
    assert stamped(desk, exhibit).status_code == 201


def test_an_exhibit_numbered_anew_gets_a_new_copy(api: Api, desk: Desk, pdf: bytes) -> None:
    exhibit = desk.upload("Pièce 1.pdf", pdf)
    stamped(desk, exhibit)
    desk.api.made(f"{desk.path}/numbering", {"start": "7"})
    assert fetched(api, exhibit, "producing_counsel").status_code == 404, "it bears the old number"
    assert stamped(desk, exhibit).json()["label"] == "Pièce n° 7"
    assert fetched(api, exhibit, "producing_counsel").status_code == 200
    gone = desk.api.call("DELETE", f"/exhibits/{exhibit['id']}", headers={"If-Match": "*"})
    assert gone.status_code == 204


def test_bates_numbers_are_stamped_on_each_page(
    api: Api, desk: Desk, pdf: bytes, tmp_path: Path
) -> None:
    exhibit = desk.upload("Pièce 1.pdf", pdf)
    none_yet = stamped(desk, exhibit, "bates")
    assert (none_yet.status_code, none_yet.json()["detail"]) == (
        409, "Exhibit 1 has no Bates numbers yet.",
    )  # fmt: skip
    bates = {"prefix": "TIC-", "pages": {exhibit["id"]: 2}}
    desk.api.made(f"{desk.path}/bates", bates)
    assert stamped(desk, exhibit, "bates").json()["label"] == "TIC-000001 - TIC-000002"
    copy = fetched(api, exhibit, "producing_counsel", "bates").content
    (tmp_path / "copy.pdf").write_bytes(copy)
    assert texts(tmp_path / "copy.pdf") == ["TIC-000001", "TIC-000002"]
    wrong = {"prefix": "TIC-", "pages": {exhibit["id"]: 3}}
    desk.api.made(f"{desk.path}/bates", wrong)
    refused = stamped(desk, exhibit, "bates")
    assert refused.json()["detail"] == "This PDF has 2 pages and 3 Bates numbers."


def test_a_signature_that_does_not_hold_on_the_copy_is_told(desk: Desk, tmp_path: Path) -> None:
    exhibit = desk.upload("Pièce 1.pdf", a_pdf(tmp_path / "s.pdf", signed=True).read_bytes())
    assert stamped(desk, exhibit).json()["breaks_signature"] is True


def test_what_is_no_pdf_is_refused_in_the_reader_s_words(desk: Desk) -> None:
    exhibit = desk.upload("Pièce 1.docx", b"PK\x03\x04")
    path = f"/exhibits/{exhibit['id']}/stamped"
    refused = desk.api.post(path, headers={"Accept-Language": "fr"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:bordereau:problem:not-stampable"
    assert (
        refused.json()["detail"] == "Seul un PDF peut être tamponné, et ce fichier n’en est pas un."
    )


def test_a_matter_without_room_takes_no_copy(
    api: Api, desk: Desk, pdf: bytes, service: FastAPI
) -> None:
    exhibit = desk.upload("Pièce 1.pdf", pdf)
    service.state.settings.matter_bytes_max = len(pdf) + 100
    refused = stamped(desk, exhibit)
    assert (refused.status_code, refused.json()["type"]) == (
        413,
        "urn:bordereau:problem:matter-full",
    )
    assert fetched(api, exhibit, "producing_counsel").status_code == 404
    service.state.settings.matter_bytes_max = 3 * len(pdf) + 10_000
    assert stamped(desk, exhibit).status_code == 201
    # The room that the copy takes is not taken twice.
    service.state.settings.matter_bytes_max = len(pdf) + 100
    assert stamped(desk, exhibit).status_code == 200
