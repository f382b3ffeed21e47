"""A ZIP of exhibits: everything in it that can be taken is, all or none, and the rest is told."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import models as m
from app.domain.acts import Act
from app.services import adding
from tests.api import tus
from tests.api.conftest import Api, category_id
from tests.api.tus import create, look, path_of, send
from tests.zips import zipped

FILES = {
    "Contrats/Pièce 1.pdf": b"%PDF-1.4 one",
    "Contrats/Pièce 2.html": b"<script>alert(1)</script>",
    "image.svg": b"<svg onload='alert(1)'/>",
}
REFUSED = {"../outside.txt", "/absolute.txt", "ok/../../up.txt", "C:\\temp\\win.txt"}


def post(api: Api, draft: dict[str, Any], body: bytes, **more: Any) -> Any:
    headers = {"Content-Type": "application/zip", **more.pop("headers", {})}
    path = f"/productions/{draft['id']}/archive"
    return api.call("POST", path, content=body, headers=headers, **more)


def exhibits(api: Api, draft: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/productions/{draft['id']}").json()["exhibits"]
    return found


def entries(service: FastAPI) -> int:
    with service.state.database.reading() as session:
        return len(session.scalars(select(m.LogEntry.index)).all())


def left_over(service: FastAPI) -> list[Path]:
    root = service.state.store.root
    return [p for name in ("parts", "tmp") for p in (root / name).glob("*")]


def test_each_file_becomes_an_exhibit_with_its_folder_and_a_number(
    service: FastAPI, counsel: Api, draft: dict[str, Any], order: dict[str, Any]
) -> None:
    counsel.upload(draft, "7")
    answered = post(
        counsel,
        draft,
        zipped(FILES),
        params={"category_id": category_id(order, "1"), "confidentiality": "restricted"},
    )
    assert answered.status_code == 201
    assert answered.json()["refused"] == []
    added = answered.json()["added"]
    assert added == exhibits(counsel, draft)[1:]
    assert [(e["number"], e["folder"], e["filename"]) for e in added] == [
        # The names say their numbers, which are free; the last gets the next one.
        ("1", "Contrats", "Pièce 1.pdf"),
        ("2", "Contrats", "Pièce 2.html"),
        ("8", "", "image.svg"),
    ]
    for exhibit, body in zip(added, FILES.values(), strict=True):
        assert exhibit["category_ids"] == [category_id(order, "1")]
        assert exhibit["confidentiality"] == "restricted"
        assert exhibit["sha256"] == hashlib.sha256(body).hexdigest()
        got = counsel.get(f"/exhibits/{exhibit['id']}/content")
        assert got.content == body
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert got.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in got.headers["Content-Security-Policy"]
    assert left_over(service) == []


def test_odd_names_are_kept_and_four_that_lead_elsewhere_are_refused(
    service: FastAPI, counsel: Api, draft: dict[str, Any], shared_data: Path
) -> None:
    body = (shared_data / "loadfiles/derived/odd_names_shared.zip").read_bytes()
    before = set(service.state.settings.data_dir.parent.parent.glob("*"))
    answered = post(counsel, draft, body).json()
    assert {r["name"] for r in answered["refused"]} == REFUSED
    assert all(r["reason"] for r in answered["refused"])
    assert len(answered["added"]) == 17  # 22 entries, one of them an empty folder
    names = {(e["folder"], e["filename"]) for e in answered["added"]}
    assert {("ok", "a.txt"), ("ok", "A.TXT"), ("ok", "Pièce 1 - Contrat.pdf")} < names
    assert set(service.state.settings.data_dir.parent.parent.glob("*")) == before
    french = post(counsel, draft, body, headers={"Accept-Language": "fr"}).json()
    assert (french["added"], len(french["present"])) == ([], 17)
    assert french["refused"][0]["reason"] != answered["refused"][0]["reason"]


@pytest.mark.parametrize(
    ("bent", "status", "kind"),
    [
        (b"%PDF-1.4\n" + zipped(FILES), 422, "archive-refused"),
        (zipped(FILES)[:-10], 422, "archive-refused"),
        (zipped({**FILES, "bomb": bytes(11 << 20)}), 422, "archive-refused"),
        (zipped({}), 422, "archive-refused"),
        (b"", 422, "archive-refused"),
    ],
)
def test_an_attack_is_refused_whole_and_nothing_is_kept(
    service: FastAPI, counsel: Api, draft: dict[str, Any], bent: bytes, status: int, kind: str
) -> None:
    refused = post(counsel, draft, bent)
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[1]) == (status, kind)
    assert exhibits(counsel, draft) == []
    assert left_over(service) == []
    assert not list((service.state.store.root / "objects").rglob("*/*/*"))
    with service.state.database.reading() as session:
        assert session.query(m.StoredFile).count() == 0


def test_a_digest_a_type_and_the_limits_are_checked(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    body = zipped(FILES)
    wrong = {"Content-Digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"}
    assert post(counsel, draft, body, headers=wrong).status_code == 400
    assert post(counsel, draft, body, headers={"Content-Type": "text/plain"}).status_code == 415
    service.state.settings.archive_bytes_max = len(body) - 1
    assert post(counsel, draft, body).status_code == 413
    large = zipped({"a": b"a" * 50_000})
    service.state.settings.archive_bytes_max = 40_000
    assert post(counsel, draft, large).status_code == 413
    service.state.settings.archive_bytes_max = 60_000
    service.state.settings.upload_bytes_max = 100
    mixed = zipped({"large": os.urandom(101), "small": b"x"})
    answered = post(counsel, draft, mixed).json()
    assert [r["name"] for r in answered["refused"]] == ["large"]
    assert [e["filename"] for e in answered["added"]] == ["small"]
    assert left_over(service) == []


def test_an_archive_sent_again_adds_nothing_twice(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    added = post(counsel, draft, zipped(FILES)).json()["added"]
    acts = entries(service)
    again = post(counsel, draft, zipped({**FILES, "../up": b"x"}))
    assert again.status_code == 201
    assert again.json()["added"] == []
    assert again.json()["present"] == [
        {"name": name, "exhibit_id": e["id"], "number": e["number"]}
        for name, e in zip(FILES, added, strict=True)
    ]
    assert [r["name"] for r in again.json()["refused"]] == ["../up"]
    assert exhibits(counsel, draft) == added
    assert entries(service) == acts, "nothing was done"


def test_what_changed_in_an_archive_sent_again_is_added(
    api: Api, counsel: Api, draft: dict[str, Any], order: dict[str, Any]
) -> None:
    post(counsel, draft, zipped(FILES))
    changed = {
        "Contrats/Pièce 1.pdf": b"%PDF-1.4 other bytes",
        "Avenants/Pièce 2.html": FILES["Contrats/Pièce 2.html"],
        "image 2.svg": FILES["image.svg"],
        "image.svg": FILES["image.svg"],
    }
    again = post(counsel, draft, zipped(changed)).json()
    assert [(e["folder"], e["filename"]) for e in again["added"]] == [
        ("Contrats", "Pièce 1.pdf"),
        ("Avenants", "Pièce 2.html"),
        ("", "image 2.svg"),
    ]
    assert [p["name"] for p in again["present"]] == ["image.svg"]
    # In another draft they are not there, and what was taken out may come again.
    other = api.draft(order)
    assert len(post(counsel, other, zipped(FILES)).json()["added"]) == 3
    gone = again["present"][0]["exhibit_id"]
    version = counsel.get(f"/exhibits/{gone}").headers["ETag"]
    removed = counsel.call("DELETE", f"/exhibits/{gone}", headers={"If-Match": version})
    assert removed.status_code == 204
    assert len(post(counsel, draft, zipped(changed)).json()["added"]) == 1


def test_an_archive_sent_in_parts_a_second_time_adds_nothing_twice(
    counsel: Api, draft: dict[str, Any]
) -> None:
    body = zipped(FILES)
    said: dict[str, Any] = {"filename": "tout.zip", "filetype": "application/zip", "unpack": "true"}
    first = send(counsel, path_of(create(counsel, draft, len(body), **said)), 0, body)
    assert (first.headers["Bordereau-Added"], first.headers["Bordereau-Present"]) == ("3", "0")
    path = path_of(create(counsel, draft, len(body), **said))
    again = send(counsel, path, 0, body)
    assert (again.headers["Bordereau-Added"], again.headers["Bordereau-Present"]) == ("0", "3")
    shown = counsel.get(path).json()
    assert (shown["added"], shown["present"], shown["refused"]) == (0, 3, [])
    assert len(exhibits(counsel, draft)) == 3


def test_who_may_not_draft_is_told_nothing_of_what_is_there(
    api: Api, counsel: Api, draft: dict[str, Any]
) -> None:
    post(counsel, draft, zipped(FILES))
    assert post(api.by("requesting_counsel"), draft, zipped(FILES)).status_code == 404
    counsel.made(f"/productions/{draft['id']}/deposit")
    assert post(counsel, draft, zipped(FILES)).status_code == 409


def test_a_category_of_another_order_adds_nothing(
    service: FastAPI, api: Api, counsel: Api, draft: dict[str, Any]
) -> None:
    other = category_id(api.order(title="Autre"), "1")
    refused = post(counsel, draft, zipped(FILES), params={"category_id": other})
    assert refused.status_code == 422
    assert exhibits(counsel, draft) == []


def test_an_archive_sent_in_parts_is_unpacked_when_it_is_whole(
    service: FastAPI, counsel: Api, draft: dict[str, Any], order: dict[str, Any]
) -> None:
    body = zipped({**FILES, "../out": b"x"})
    said: dict[str, Any] = {
        "filename": "tout.zip",
        "filetype": "application/zip",
        "unpack": "true",
        "category_id": category_id(order, "1"),
    }
    path = path_of(create(counsel, draft, len(body), **said))
    assert send(counsel, path, 0, body[:50]).status_code == 204
    done = send(counsel, path, 50, body[50:])
    assert (done.headers["Bordereau-Added"], done.headers["Bordereau-Refused"]) == ("3", "1")
    assert look(counsel, path).headers["Bordereau-Added"] == "3"
    shown = counsel.get(path).json()
    assert (shown["added"], [r["name"] for r in shown["refused"]]) == (3, ["../out"])
    assert [e["folder"] for e in exhibits(counsel, draft)] == ["Contrats", "Contrats", ""]
    assert all(e["category_ids"] for e in exhibits(counsel, draft))
    assert left_over(service) == []


def test_an_archive_sent_in_parts_that_attacks_says_so_each_time(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    body = b"%PDF" + zipped(FILES)
    said: dict[str, Any] = {"filename": "tout.zip", "filetype": "application/zip", "unpack": "true"}
    path = path_of(create(counsel, draft, len(body), **said))
    for answered in (send(counsel, path, 0, body), look(counsel, path)):
        assert answered.status_code == 422
    assert exhibits(counsel, draft) == []
    assert counsel.call("DELETE", path, headers=tus.TUS).status_code == 204
    assert left_over(service) == []
    kept = path_of(create(counsel, draft, len(body), filename="tout.zip"))
    assert send(counsel, kept, 0, body).status_code == 204  # not to unpack: a file like any


def test_an_archive_of_many_files_is_told_in_several_acts_and_added_whole_or_not_at_all(
    service: FastAPI, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "FILES_AN_ACT", 3)
    draft, counsel = api.draft(api.served()), api.by("producing_counsel")
    body = zipped({f"Pièce {n}.txt": f"file {n}".encode() for n in range(1, 8)})
    service.state.settings.matter_bytes_max = 40  # the sixth file finds no room
    refused = post(counsel, draft, body)
    assert refused.status_code == 413
    assert exhibits(counsel, draft) == []
    assert _told(service) == []
    service.state.settings.matter_bytes_max = 0
    added = post(counsel, draft, body).json()["added"]
    assert [e["number"] for e in added] == [str(n) for n in range(1, 8)]
    assert _told(service) == [3, 3, 1]


def _told(service: FastAPI) -> list[int]:
    """How many exhibits each entry of the log tells that were uploaded."""
    with service.state.database.reading() as session:
        records = session.scalars(
            select(m.LogRecord.record)
            .join(m.LogEntry, m.LogEntry.index == m.LogRecord.index)
            .where(m.LogEntry.act == Act.exhibit_uploaded)
            .order_by(m.LogEntry.index)
        ).all()
    return [sum(r["t"] == "exhibits" for r in json.loads(each)["rows"]) for each in records]
