"""Placing by a sheet on a draft's page: taken, filled in, sent back, looked at, confirmed."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from app.papers.placing_csv import read_placing
from tests.web.conftest import Reader, Visitors
from tests.web.filling import filled
from tests.web.story import Story
from tests.web.test_workspace import category, exhibits, fill

NAMES = ["a.pdf", "b.pdf", "=c.pdf"]


@pytest.fixture
def counsel(visitor: Visitors) -> Reader:
    return visitor("producing_counsel")


@pytest.fixture
def ids(service: FastAPI, story: Story) -> list[UUID]:
    return fill(service, story, NAMES, folder="Chef 1")


def path(story: Story) -> str:
    return f"/productions/{story.draft}/placing"


def send(reader: Reader, story: Story, sheet: str | bytes, **fields: str) -> Any:
    """Send a sheet as the page's form does: the token first, the file last."""
    data = sheet.encode() if isinstance(sheet, str) else sheet
    return reader.http.post(
        path(story),
        data={"csrf": reader.csrf, "dates": "", **fields},
        files={"sheet": ("tableau.csv", io.BytesIO(data), "text/csv")},
        headers=reader._headers(),
    )


def confirm(reader: Reader, story: Story, preview: str) -> Any:
    action = f"{path(story)}/confirm"
    return reader.post(action, filled(preview, action, {}))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sheet_sent_back_as_it_was_taken_changes_nothing(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID], language: str
) -> None:
    counsel.language = language
    first = category(service, story, "1")
    selection = f"/productions/{story.draft}/selection"
    counsel.post(selection, {"act": "place", "exhibit": ids, "category_id": first})
    for word, one in (("sealed", ids[0]), ("restricted", ids[1])):
        counsel.post(selection, {"act": "confidentiality", "exhibit": one, "confidentiality": word})
    counsel.post(selection, {"act": "date", "exhibit": ids[0], "dated_on": "2021-03-04"})
    sheet = counsel.get(f"{path(story)}.csv")
    assert "attachment" in sheet.headers["content-disposition"]
    assert len(read_placing(sheet.content).rows) == 3
    assert "'=c" in sheet.text
    before = [(e.version, e.title) for e in exhibits(service, story)]
    answer = send(counsel, story, sheet.content)
    assert answer.status_code == 200
    assert {"en": "Nothing would change", "fr": "Rien ne changerait"}[language] in answer.text
    assert "/confirm" not in answer.text
    assert [(e.version, e.title) for e in exhibits(service, story)] == before


@pytest.mark.parametrize(
    ("language", "heads"),
    [("en", "File,No,Title,Date,Category,Element"),
     ("fr", "Fichier;Pièce n°;Intitulé;Date;Chef de demande;Élément")],
)  # fmt: skip
def test_what_a_sheet_would_change_is_shown_row_by_row_and_done_when_confirmed(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID], language: str, heads: str
) -> None:
    counsel.language = language
    sign = ";" if ";" in heads else ","
    rows = [heads, sign.join(["a.pdf", "71", "Contrat", "2021-03-04", "2", "1.2"]),
            sign.join(["b.pdf", "", "", "", "1", ""])]  # fmt: skip
    preview = send(counsel, story, "\r\n".join(rows))
    assert preview.status_code == 200
    assert {"en": "2 exhibits would change", "fr": "2 pièces seraient modifiées"}[
        language
    ] in preview.text
    assert "<ins><bdi>71</bdi></ins>" in preview.text
    assert "documents contractuels" in preview.text
    assert {e.version for e in exhibits(service, story)} == {1}
    done = confirm(counsel, story, preview.text)
    assert done.status_code == 303
    assert "changed=2" in done.headers["location"]
    placed = {e.filename: e for e in exhibits(service, story)}
    assert (placed["a.pdf"].number, placed["a.pdf"].title) == ("71", "Contrat")
    assert placed["=c.pdf"].version == 1
    second = category(service, story, "2")
    assert "a.pdf" in counsel.get(f"/productions/{story.draft}?in={second}").text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sheet_with_faults_names_row_and_column_and_changes_nothing(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID], language: str
) -> None:
    counsel.language = language
    sheet = "Fichier;Intitulé;Date du document;Chef\r\na.pdf;Bien;;\r\nb.pdf;;31/02/2021;9\r\n" \
            "z.pdf;Rien;;\r\n"  # fmt: skip
    answer = send(counsel, story, sheet)
    assert answer.status_code == 422
    # What else is wrong in a row whose date is no date is told once the date is one.
    words = {"en": "2 things are wrong in the sheet", "fr": "2 erreurs dans le tableau"}
    assert words[language] in answer.text
    faults = re.findall(
        r"<td data[^>]*><span>(\d)</span></td><th[^>]*><bdi>([^<]*)</bdi>", answer.text
    )
    assert faults == [("3", "Date du document"), ("4", "Fichier")]
    assert "Bien" in answer.text
    assert "/confirm" not in answer.text
    assert f'action="{path(story)}"' in answer.text
    assert {e.version for e in exhibits(service, story)} == {1}
    mended = sheet.replace("31/02/2021;9", "28/02/2021;2").replace("z.pdf", "=c.pdf")
    assert confirm(counsel, story, send(counsel, story, mended).text).status_code == 303


@pytest.mark.parametrize(
    ("sheet", "english", "french"),
    [
        (b"", "Choose the filled sheet", "Choisissez le tableau"),
        (b"%PDF-1.4", "This is not a text file", "CSV"),
        (b"Nom;Prix\r\nx;1", "No column names the files", "Aucune colonne"),
    ],
)
def test_what_is_no_such_sheet_is_told_and_the_form_is_there_again(
    story: Story, counsel: Reader, ids: list[UUID], sheet: bytes, english: str, french: str
) -> None:
    for language, words in (("en", english), ("fr", french)):
        counsel.language = language
        answer = send(counsel, story, sheet, dates="month_first")
        assert answer.status_code == 422
        assert words in answer.text
        assert 'value="month_first" selected' in answer.text


def test_a_doubtful_date_is_read_as_the_form_says(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID]
) -> None:
    sheet = "File,Date\r\na.pdf,04/03/2021\r\n"
    assert send(counsel, story, sheet).status_code == 422
    preview = send(counsel, story, sheet, dates="month_first")
    assert "3 April 2021" in preview.text
    confirm(counsel, story, preview.text)
    assert str(exhibits(service, story)[0].dated_on) == "2021-04-03"


def test_a_sheet_of_a_draft_that_changed_meanwhile_is_shown_anew_and_not_done(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID]
) -> None:
    preview = send(counsel, story, "File,Title\r\na.pdf,Contrat\r\n").text
    dated = {"act": "date", "exhibit": ids[:1], "dated_on": "2021-03-01"}
    counsel.post(f"/productions/{story.draft}/selection", dated)
    again = confirm(counsel, story, preview)
    assert again.status_code == 409
    assert "The draft has changed since you looked" in again.text
    assert exhibits(service, story)[0].title != "Contrat"
    assert confirm(counsel, story, again.text).status_code == 303
    assert exhibits(service, story)[0].title == "Contrat"


def test_a_number_of_another_production_is_refused_by_its_row(
    story: Story, counsel: Reader, ids: list[UUID]
) -> None:
    answer = send(counsel, story, "File,No\r\na.pdf,1\r\n")
    assert answer.status_code == 422
    assert "The number 1 is another exhibit’s." in answer.text


def test_files_that_are_called_the_same_are_told_apart_by_their_number(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID]
) -> None:
    fill(service, story, ["a.pdf"], folder="Chef 1")
    numbers = [e.number for e in exhibits(service, story) if e.filename == "a.pdf"]
    assert send(counsel, story, "File,Title\r\na.pdf,Contrat\r\n").status_code == 422
    preview = send(counsel, story, f"File,No,Title\r\na.pdf,{numbers[1]},Contrat\r\n")
    assert confirm(counsel, story, preview.text).status_code == 303
    titles = {e.number: e.title for e in exhibits(service, story)}
    assert titles[numbers[1]] == "Contrat"
    assert titles[numbers[0]] != "Contrat"


@pytest.mark.parametrize("odd", ["", "no base64", "eJwDAAAAAAE=", "A" * 40])
def test_a_sheet_that_no_page_carried_is_refused(
    story: Story, counsel: Reader, ids: list[UUID], odd: str
) -> None:
    answer = counsel.post(f"{path(story)}/confirm", {"sheet": odd, "mark": "x"})
    assert answer.status_code == 422
    assert "Choose the filled sheet" in answer.text


def test_a_sheet_without_the_sessions_token_is_refused(
    story: Story, counsel: Reader, ids: list[UUID]
) -> None:
    counsel.csrf = "0" * 64
    assert send(counsel, story, "File,Title\r\na.pdf,Contrat\r\n").status_code == 403


def test_the_workspace_leads_to_the_sheet(story: Story, counsel: Reader, ids: list[UUID]) -> None:
    assert f'href="{path(story)}"' in counsel.get(f"/productions/{story.draft}").text
    page = counsel.get(path(story)).text
    assert f'href="{path(story)}.csv"' in page
    assert f'action="{path(story)}"' in page
