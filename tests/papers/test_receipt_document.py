"""The receipt as a document: what it says, in which order, to whom, with its data inside."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI

from app.api.receipt_examples import RECEIPT
from app.papers import verify
from app.papers.receipt_pdf import court_and_utc, receipt_document
from app.worker.printing import latest, print_new
from tests.api.conftest import Api
from tests.papers.conftest import Deposited
from tests.papers.pdf import about, attached, text_of

PARIS = ZoneInfo("Europe/Paris")
ORDER = {
    "en": [
        "Receipt",
        "RECEIVED 4 of 4",
        "13 September 2021 23:47:12 Europe/Paris (21:47:12 UTC)",
        "Deposited by",
        "Twitter International Company",
        "Tribunal judiciaire (tj-paris)",
        "20/53181",
        "Ordonnance de référé du 6 juillet 2021",
        "Answers, category by category",
        "Category 1: partial, more to come",
        "Documents: 2 in this production, 2 in all",
        "Category 2: partial, more to come",
        "Elements answered: 1 of 2",
        "Withheld",
        "Secret des affaires, C. com., art. L. 151-1",
        "Files received",
        "No. 2 bis",
        "Digest",
        "Proof",
        "Head of the log",
        "Signature",
        "not yet: it holds without one",
        "How to check it",
        "http://testserver/verify",
        "page 2 of 2",
    ],
    "fr": [
        "Récépissé de dépôt",
        "REÇU 4 sur 4",
        "13 septembre 2021 à 23:47:12 Europe/Paris (21:47:12 UTC)",
        "Déposé par",
        "Réponses, chef par chef",
        "Chef n° 1 : partiel, à compléter",
        "Pièces retenues",
        "Fichiers reçus",
        "Empreinte",
        "Preuve",
        "Horodatage (RFC 3161)",
        "Comment le vérifier",
        "page 2 sur 2",
    ],
}


def pdf_of(api: Api, path: str, language: str | None = None, **headers: str) -> Any:
    params = {"language": language} if language else {}
    found = api.get(f"{path}/receipt.pdf", params=params, headers=headers)
    assert found.status_code == 200, found.text
    return found


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_says_everything_in_its_order(deposited: Deposited, language: str) -> None:
    text = text_of(pdf_of(deposited.api, deposited.path, language).content)
    places: list[int] = []
    for said in ORDER[language]:
        assert said in text, said
        places.append(text.index(said, places[-1] if places else 0))
    assert places == sorted(places)


def test_every_file_is_there_with_its_whole_hash(deposited: Deposited) -> None:
    text = text_of(pdf_of(deposited.api, deposited.path, "en").content)
    for file in deposited.receipt["files"]:
        assert f"SHA-256 {file['sha256']}" in text
        assert file["title"] in text and file["filename"] in text
        assert f"{file['size_bytes']} bytes" in text
    proof = deposited.receipt["proof"]
    for whole in (
        deposited.receipt["digest"],
        proof["key_id"],
        deposited.receipt["manifest"]["root"],
    ):
        assert whole in text
    signature = verify.as_base64(proof["head"].rsplit(" ", 1)[1].strip(), "")[4:].hex()
    assert signature in text.replace(" ", "")


def test_it_is_an_archive_document_that_says_what_it_is(deposited: Deposited) -> None:
    for language, title in (("en", "Receipt"), ("fr", "Récépissé de dépôt")):
        assert about(pdf_of(deposited.api, deposited.path, language).content) == {
            "part": "3",
            "level": "A",
            "title": title,
            "language": language,
            "tagged": True,
            "relationship": ["/Data"],
        }


def test_the_data_inside_verifies(deposited: Deposited) -> None:
    inside = attached(pdf_of(deposited.api, deposited.path).content)
    assert list(inside) == ["receipt.json"]
    verify.check_receipt(json.loads(inside["receipt.json"]), deposited.keys)
    handed_out = deposited.api.get(f"{deposited.path}/receipt").content
    assert inside["receipt.json"] == handed_out


def test_it_is_the_same_bytes_each_time_for_the_same_reader(
    deposited: Deposited, service: FastAPI
) -> None:
    first = pdf_of(deposited.api, deposited.path, "fr").content
    assert pdf_of(deposited.api, deposited.path, "fr").content == first
    service.state.press.forget(deposited.receipt["digest"])
    assert pdf_of(deposited.api.by("producing_assistant"), deposited.path, "fr").content == first
    assert pdf_of(deposited.api, deposited.path, "en").content != first
    theirs = pdf_of(deposited.api.by("clerk"), deposited.path, "fr").content
    assert theirs != first
    assert pdf_of(deposited.api.by("third_counsel"), deposited.path, "fr").content == theirs


def test_its_language_is_asked_for_or_the_reader_s(deposited: Deposited) -> None:
    french = pdf_of(deposited.api, deposited.path, "fr").content
    assert pdf_of(deposited.api, deposited.path, **{"Accept-Language": "fr"}).content == french
    wrong = deposited.api.get(f"{deposited.path}/receipt.pdf", params={"language": "de"})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "language"


def test_others_see_a_restricted_file_as_number_and_leaf(deposited: Deposited) -> None:
    found = pdf_of(deposited.api.by("requesting_counsel"), deposited.path, "en")
    text = text_of(found.content)
    hidden = deposited.receipt["files"][3]
    assert f"Shown by the hash of its line alone (restricted) Leaf {hidden['leaf']}" in text
    everything = text.encode() + b"".join(attached(found.content).values()) + found.content
    for secret in (hidden["sha256"], hidden["title"], hidden["filename"], hidden["salt"]):
        assert secret.encode() not in everything


def test_it_is_handed_out_as_an_inert_attachment(deposited: Deposited) -> None:
    headers = pdf_of(deposited.api, deposited.path, "fr").headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"].startswith("attachment; filename=")
    assert (
        "R%C3%A9c%C3%A9piss%C3%A9%20de%20d%C3%A9p%C3%B4t%2020-53181%201.pdf"
        in (headers["content-disposition"])
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["cache-control"] == "no-store"


def test_a_draft_has_none(api: Api) -> None:
    draft = api.draft(api.served())
    found = api.by("producing_counsel").get(f"/productions/{draft['id']}/receipt.pdf")
    assert found.status_code == 409 and "no receipt" in found.json()["detail"]


def test_it_is_there_before_anybody_asks(deposited: Deposited, service: FastAPI) -> None:
    state = service.state
    url = state.settings.verify_url
    assert print_new(state.database, state.press, url, 0) == latest(state.database) > 0
    folder = state.press.folder / deposited.receipt["digest"]
    until = time.monotonic() + 30
    while len(list(folder.glob("*.pdf"))) < 4 and time.monotonic() < until:
        time.sleep(0.05)
    kept = {path.read_bytes() for path in folder.glob("*.pdf")}
    for role in ("producing_counsel", "requesting_counsel"):
        for language in ("en", "fr"):
            assert pdf_of(deposited.api.by(role), deposited.path, language).content in kept
    assert len(list(folder.iterdir())) == 4
    assert print_new(state.database, state.press, url, latest(state.database)) == latest(
        state.database
    )


def test_replaced_exhibits_are_named_with_their_reason() -> None:
    receipt = RECEIPT | {
        "replaced": [
            {"number": "3", "edition": 1, "replaced_sha256": "ab" * 32, "reason": "Page manquante"}
        ]
    }
    pdf = receipt_document(receipt, "{}", "fr", "https://x/verify").typeset()
    assert f"Pièces remplacées N° 3, version 1 Page manquante SHA-256 {'ab' * 32}" in text_of(pdf)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2021, 9, 13, 21, 59, 59, tzinfo=UTC),
         "13 September 2021 23:59:59 Europe/Paris (21:59:59 UTC)"),
        (datetime(2021, 9, 13, 22, 0, 0, tzinfo=UTC),
         "14 September 2021 00:00:00 Europe/Paris (13 September 2021 22:00:00 UTC)"),
        (datetime(2021, 10, 31, 0, 30, 0, tzinfo=UTC),
         "31 October 2021 02:30:00 Europe/Paris (00:30:00 UTC)"),
        (datetime(2021, 10, 31, 1, 30, 0, tzinfo=UTC),
         "31 October 2021 02:30:00 Europe/Paris (01:30:00 UTC)"),
    ],
)  # fmt: skip
def test_the_time_is_never_without_its_zone(at: datetime, said: str) -> None:
    assert court_and_utc(at, PARIS, "en") == said


def test_nothing_else_of_ours_is_called_a_receipt(deposited: Deposited) -> None:
    for language, title in (("en", "Receipt"), ("fr", "Récépissé de dépôt")):
        other = deposited.api.get(f"{deposited.path}/bordereau.pdf", params={"language": language})
        assert about(other.content)["title"] != title
        assert not re.search("RECEIVED|REÇU", text_of(other.content))
