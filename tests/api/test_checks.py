"""The table of checks of a draft, as its party sees it, and the deposit that it may stop."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.errors import Invalid
from app.storage.filenames import original_name
from tests.api.conftest import Api, category_id
from tests.cast import Cast
from tests.factories import a_category
from tests.storage.contents import BLACK_BOX, PLAIN_PDF, SECRET, docx, page_of, said

AFTER_NOON = "2021-07-20T10:00:00+02:00"


@pytest.fixture
def counsel(api: Api) -> Api:
    return api.by("producing_counsel").at(AFTER_NOON)


@pytest.fixture
def order(api: Api) -> dict[str, Any]:
    """The founding order; its first category covers a period."""
    period = {"from_on": "2020-05-18", "to_on": "2021-07-06"}
    first = a_category(api.cast.obligor, number="1", kind="documents", elements=[], period=period)
    return api.order(categories=[first, a_category(api.cast.obligor, number="2")])


def looked(counsel: Api, draft: dict[str, Any], **more: Any) -> Any:
    """Have the draft's files looked into; the table."""
    response = counsel.post(f"/productions/{draft['id']}/checks", **more)
    assert response.status_code == 200, response.text
    return response.json()


def kinds(table: Any) -> dict[str, list[str]]:
    """The kinds of findings by exhibit number, without those of place."""
    return {
        e["number"]: [c["kind"] for c in e["checks"] if c["kind"] not in ("unplaced", "no_date")]
        for e in table["exhibits"]
    }


def test_what_waits_is_told_and_what_was_looked_into_is_kept(
    counsel: Api, draft: dict[str, Any]
) -> None:
    counsel.upload(draft, "1", PLAIN_PDF)
    before = counsel.get(f"/productions/{draft['id']}/checks").json()
    assert (before["waiting"], before["exhibits"][0]["content"]) == (1, None)
    assert kinds(before) == {"1": ["not_checked_yet"]}
    table = looked(counsel, draft)
    assert (table["waiting"], table["cannot_deposit"]) == (0, 0)
    assert table["exhibits"][0]["content"]["page_count"] == 1
    assert table["exhibits"][0]["checked_at"] == "2021-07-20T08:00:00Z"
    assert counsel.get(f"/productions/{draft['id']}/checks").json() == table


def test_findings_stand_with_their_exhibit_and_pages_are_added_up_by_kind(
    counsel: Api, order: dict[str, Any], draft: dict[str, Any]
) -> None:
    placed = {"category_id": category_id(order, "1"), "dated_on": "2021-07-07"}
    counsel.upload(draft, "1", page_of(said(SECRET) + BLACK_BOX), filename="1.pdf", **placed)
    twice = docx()  # it bears the second in which it was made
    counsel.upload(draft, "2", twice, filename="2.docx")
    counsel.upload(draft, "3", twice, filename="2.DOCX")
    counsel.upload(draft, "4", b"<svg onload='x()'/>", filename="plan.pdf")
    counsel.upload(draft, "5", PLAIN_PDF, filename="\u202efdp.exe")
    table = looked(counsel, draft)
    assert kinds(table) == {
        "1": ["hidden_text", "outside_period"],
        "2": [],
        "3": ["duplicate_here", "odd_name"],
        "4": ["dangerous_type", "wrong_type"],
        "5": ["dangerous_type", "odd_name"],
    }
    assert table["pages"] == [{"page_kind": "pages", "count": 8, "files": 4}]
    assert table["exhibits"][0]["content"]["hidden_text"] == {"1": 1}
    assert SECRET.decode() not in str(table)
    assert (table["cannot_deposit"], table["look_at"]) == (0, sum(
        len(e["checks"]) for e in table["exhibits"]))  # fmt: skip


def test_it_is_said_in_the_reader_s_language(counsel: Api, draft: dict[str, Any]) -> None:
    counsel.upload(draft, "1", b"")
    response = counsel.get(f"/productions/{draft['id']}/checks", headers={"Accept-Language": "fr"})
    messages = [c["message"] for c in response.json()["exhibits"][0]["checks"]]
    assert messages[0] == "Le fichier est vide."


def test_a_file_deposited_before_is_told_with_its_production(
    counsel: Api, api: Api, order: dict[str, Any], draft: dict[str, Any]
) -> None:
    counsel.upload(draft, "4", PLAIN_PDF)
    counsel.made(f"/productions/{draft['id']}/deposit")
    second = api.draft(order)
    counsel.upload(second, "5", PLAIN_PDF)
    table = counsel.get(f"/productions/{second['id']}/checks").json()
    # What was found of the same bytes in the draft that is deposited holds here too, or waits.
    assert "duplicate_earlier" in kinds(table)["5"]
    (message,) = [c["message"] for c in table["exhibits"][0]["checks"]
                  if c["kind"] == "duplicate_earlier"]  # fmt: skip
    assert message == "The same file as exhibit 4, deposited with production 1."


def test_a_finding_made_in_one_draft_serves_the_next(
    counsel: Api, api: Api, order: dict[str, Any], draft: dict[str, Any]
) -> None:
    counsel.upload(draft, "1", PLAIN_PDF)
    looked(counsel, draft)
    second = api.draft(order)
    counsel.upload(second, "2", PLAIN_PDF)
    assert counsel.get(f"/productions/{second['id']}/checks").json()["waiting"] == 0


def test_the_deposit_is_refused_naming_each_exhibit_that_cannot_be(
    service: FastAPI, cast: Cast, counsel: Api, draft: dict[str, Any]
) -> None:
    counsel.upload(draft, "1", PLAIN_PDF, filename="1.pdf")
    counsel.upload(draft, "2", b"", filename="2.pdf")
    gone = counsel.upload(draft, "3", b"here and gone", filename="3.txt").json()["sha256"]
    path: Path = service.state.store.path_of(cast.matter.id, gone)
    path.unlink()
    table = counsel.get(f"/productions/{draft['id']}/checks").json()
    assert table["cannot_deposit"] == 2
    assert kinds(table)["2"] == ["empty"]
    assert kinds(table)["3"] == ["missing"]
    response = counsel.post(f"/productions/{draft['id']}/deposit")
    assert response.status_code == 422
    assert [(e["field"], e["message"]) for e in response.json()["errors"]] == [
        ("exhibits.1", "Exhibit 2: the file is empty."),
        ("exhibits.2", "Exhibit 3: the file is not in the store: upload it again."),
    ]
    assert counsel.get(f"/productions/{draft['id']}").json()["deposited_at"] is None


def test_a_limit_lowered_since_the_upload_stops_the_deposit(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    counsel.upload(draft, "1", PLAIN_PDF)
    service.state.settings.upload_bytes_max = 100
    assert kinds(counsel.get(f"/productions/{draft['id']}/checks").json())["1"][0] == "over_limit"
    assert counsel.post(f"/productions/{draft['id']}/deposit").status_code == 422


def test_warnings_and_unfinished_checks_never_stop_a_deposit(
    counsel: Api, draft: dict[str, Any]
) -> None:
    counsel.upload(draft, "1", b"MZ" + bytes(100), filename="=1.pdf.exe")
    counsel.upload(draft, "2", b"MZ" + bytes(100), filename="con")
    assert looked(counsel, draft)["look_at"] >= 6
    counsel.upload(draft, "3", b"not looked into")
    receipt = counsel.made(f"/productions/{draft['id']}/deposit")
    assert receipt["received"] == "3 of 3"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_odd_names_of_the_archive_are_refused_or_told(
    shared_data: Path, counsel: Api, draft: dict[str, Any]
) -> None:
    archive = zipfile.ZipFile(shared_data / "loadfiles/derived/odd_names_shared.zip")
    refused = set()
    names = [i.filename for i in archive.infolist() if not i.is_dir()]
    for number, name in enumerate(names, 1):
        try:
            original_name(name)
        except Invalid:
            refused.add(name)
        plain = name.rpartition("/")[2]
        response = counsel.upload(draft, str(number), name.encode(), filename=plain)
        assert response.status_code == (422 if "\\" in plain else 201), name
    table = looked(counsel, draft)
    odd = {e["filename"] for e in table["exhibits"] if "odd_name" in kinds(table)[e["number"]]}
    named = {e["filename"] for e in table["exhibits"]}
    assert named - odd == {"Pièce 1 - Contrat.pdf", "a.txt", "outside.txt", "absolute.txt",
                           "up.txt"}  # fmt: skip
    assert {"../outside.txt", "/absolute.txt", "ok/../../up.txt", "C:\\temp\\win.txt"} <= refused


def test_where_nobody_can_look_the_table_says_what_waits(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    counsel.upload(draft, "1", PLAIN_PDF)
    service.state.inspectors.close()
    assert looked(counsel, draft)["waiting"] == 1


def test_the_service_looks_by_itself_at_what_came_and_at_what_waited(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    counsel.upload(draft, "1", PLAIN_PDF)
    with TestClient(service) as http:
        running = Api(http, counsel.cast, counsel.role, counsel.now)
        table = _when_done(running, draft)
        assert table["exhibits"][0]["content"]["kind"] == "pdf"
        running.upload(draft, "2", docx(), filename="2.docx")
        table = _when_done(running, draft)
        assert table["exhibits"][1]["content"]["page_count"] == 3


def _when_done(api: Api, draft: dict[str, Any]) -> Any:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        table = api.get(f"/productions/{draft['id']}/checks").json()
        if not table["waiting"]:
            return table
        time.sleep(0.05)
    pytest.fail("nothing was looked into")
