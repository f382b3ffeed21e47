"""The list of exhibits: as counsel sign it, and as a table that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from app.papers.bordereau import COLUMNS
from tests.api.conftest import Api
from tests.papers.conftest import Deposited, fill
from tests.papers.pdf import about, text_of


def pdf_text(api: Api, path: str, language: str) -> str:
    found = api.get(f"{path}/bordereau.pdf", params={"language": language})
    assert found.status_code == 200, found.text
    assert found.headers["content-disposition"].startswith("attachment")
    return text_of(found.content)


def table(api: Api, path: str, dialect: str | None = None) -> list[dict[str, str]]:
    params = {"dialect": dialect} if dialect else {}
    found = api.get(f"{path}/bordereau.csv", params=params)
    assert found.status_code == 200, found.text
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.content.startswith(b"\xef\xbb\xbf")
    assert found.content.count(b"\r\n") == found.content.count(b"\n") > 0
    return list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"), newline="")))


def test_it_reads_as_a_french_lawyer_writes_it(deposited: Deposited) -> None:
    text = pdf_text(deposited.api, deposited.path, "fr")
    for said in (
        "Bordereau de pièces",
        "Tribunal judiciaire (tj-paris)",
        "RG 20/53181",
        "demandeur UEJF",
        "débiteur de l’obligation Twitter International Company",
        "Communiqué le 13 septembre 2021 à 23:47:12 Europe/Paris",
        "Pièce n° 1 — Contrat signé",
        "Pièce n° 2 — Effectifs — 01/02/2021",
        "Pièce n° 2 bis — Courriel",
        "retenue : Secret des affaires",
        "Nombre de pièces : 4",
        "Date Signature",
        "n’est pas un récépissé",
    ):
        assert said in text, said
    assert "PROJET" not in text


def test_it_is_in_english_too_and_archived(deposited: Deposited) -> None:
    text = pdf_text(deposited.api, deposited.path, "en")
    assert "Exhibit no. 2 — Effectifs — 1 February 2021" in text
    found = deposited.api.get(f"{deposited.path}/bordereau.pdf", params={"language": "en"})
    said = about(found.content)
    assert (said["title"], said["part"], said["tagged"]) == ("List of exhibits", "3", True)


def test_a_draft_s_says_that_it_is_one_and_is_its_own_party_s(api: Api, tmp_path: Any) -> None:
    order = api.served()
    counsel = api.by("producing_counsel")
    draft = counsel.draft(order)
    fill(counsel, order, draft, tmp_path)
    path = f"/productions/{draft['id']}"
    for language, word, line in (
        ("en", "DRAFT", "Nothing of this is deposited yet"),
        ("fr", "PROJET", "Rien de ceci n’est encore déposé"),
    ):
        text = pdf_text(counsel, path, language)
        assert word in text and line in text and "Prix" in text
    assert {row["status"] for row in table(counsel, path)} == {"draft", "withheld"}
    for role in ("requesting_counsel", "clerk", "third_counsel"):
        for ending in ("pdf", "csv"):
            assert api.by(role).get(f"{path}/bordereau.{ending}").status_code == 404


@pytest.mark.parametrize("role", ["requesting_counsel", "third_counsel", "clerk"])
def test_others_see_a_restricted_exhibit_by_number_alone(deposited: Deposited, role: str) -> None:
    who = deposited.api.by(role)
    text = pdf_text(who, deposited.path, "fr")
    assert "Pièce n° 4 — cercle de confidentialité" in text
    hidden = deposited.receipt["files"][3]
    row = next(r for r in table(who, deposited.path, "record") if r["number"] == "4")
    assert {k: v for k, v in row.items() if v} == {
        "number": "4",
        "edition": "1",
        "status": "deposited",
        "confidentiality": "restricted",
    }
    raw = who.get(f"{deposited.path}/bordereau.csv").text + text
    assert hidden["sha256"] not in raw and hidden["title"] not in raw


def test_the_table_has_all_that_was_received(deposited: Deposited) -> None:
    rows = table(deposited.api, deposited.path, "record")
    assert tuple(rows[0]) == COLUMNS
    by_number = {row["number"]: row for row in rows}
    for file in deposited.receipt["files"]:
        row = by_number[file["number"]]
        assert row["sha256"] == file["sha256"]
        assert row["size_bytes"] == str(file["size_bytes"])
        assert (row["title"], row["filename"]) == (file["title"], file["filename"])
        assert row["categories"] == "; ".join(file["category_numbers"])
    [withheld] = [row for row in rows if row["status"] == "withheld"]
    assert withheld["ground"] == "Secret des affaires"


@pytest.mark.parametrize(
    "title", ["=1+1", "+33 1", "-1", "@SUM(A1)", '=cmd|"/c calc"!A1', "'quoted", 'a "b", c; d']
)
def test_a_spreadsheet_runs_none_of_it_and_the_record_copy_loses_none(api: Api, title: str) -> None:
    counsel = api.by("producing_counsel")
    draft = counsel.draft(api.served())
    assert counsel.upload(draft, "1", title=title, filename="=a.pdf").status_code == 201
    path = f"/productions/{draft['id']}"
    [row] = table(counsel, path)
    armed = title[0] in "=+-@"
    assert row["title"] == ("'" + title if armed else title)
    assert row["filename"] == "'=a.pdf"
    [record] = table(counsel, path, "record")
    assert (record["title"], record["filename"]) == (title, "=a.pdf")


def test_an_unknown_dialect_is_refused(deposited: Deposited) -> None:
    found = deposited.api.get(f"{deposited.path}/bordereau.csv", params={"dialect": "excel"})
    assert found.status_code == 422 and found.json()["errors"][0]["field"] == "dialect"
