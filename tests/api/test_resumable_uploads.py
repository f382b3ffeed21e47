"""Resumable uploads: whatever is interrupted goes on, and whatever is wrong is refused."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app import models as m
from app.deps import clock
from app.storage.store import BLOCK_BYTES
from app.worker.sweeps import sweep
from tests.api import tus
from tests.api.conftest import Api, category_id
from tests.api.tus import create, look, path_of, send

BODY = os.urandom(2 * BLOCK_BYTES + 12_345)


def exhibits(api: Api, draft: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/productions/{draft['id']}").json()["exhibits"]
    return found


def parts(service: FastAPI) -> list[Path]:
    folder = service.state.store.root / "parts"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def change(service: FastAPI, path: str, **values: Any) -> None:
    with service.state.database.writing() as session:
        session.execute(update(m.Upload).where(m.Upload.id == tus.upload_id(path)).values(**values))


def test_a_file_sent_in_three_requests_becomes_the_exhibit_it_was_said_to_be(
    service: FastAPI, counsel: Api, draft: dict[str, Any], order: dict[str, Any]
) -> None:
    created = create(
        counsel,
        draft,
        len(BODY),
        title="Contrat",
        number="12 bis",
        dated_on="2021-02-01",
        filetype="application/pdf",
        relativePath="Contrats/2021/Pièce 12.pdf",
        category_id=category_id(order, "1"),
        confidentiality="restricted",
    )
    path = path_of(created)
    assert created.headers["Upload-Offset"] == "0"
    assert created.headers["Upload-Expires"].endswith("GMT")
    cuts = [0, 1_000_000, 1_000_001, len(BODY)]
    for start, end in itertools.pairwise(cuts):
        answered = send(counsel, path, start, BODY[start:end])
        assert (answered.status_code, answered.headers["Upload-Offset"]) == (204, str(end))
        assert answered.headers["Tus-Resumable"] == "1.0.0"
    (exhibit,) = exhibits(counsel, draft)
    assert answered.headers["Bordereau-Exhibit"] == exhibit["id"]
    assert exhibit["sha256"] == hashlib.sha256(BODY).hexdigest()
    told = {
        "number": "12 bis",
        "title": "Contrat",
        "filename": "Pièce 12.pdf",
        "folder": "Contrats/2021",
        "dated_on": "2021-02-01",
        "media_type": "application/pdf",
        "category_ids": [category_id(order, "1")],
        "confidentiality": "restricted",
    }
    assert {k: exhibit[k] for k in told} == told
    got = counsel.get(f"/exhibits/{exhibit['id']}/content")
    assert got.content == BODY
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert parts(service) == []


def test_whoever_lost_the_last_answer_learns_it_by_asking(
    counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 5))
    first = send(counsel, path, 0, b"bytes")
    again = send(counsel, path, 5)
    told = look(counsel, path)
    for answered in (first, again, told):
        assert answered.headers["Upload-Offset"] == "5"
        assert answered.headers["Bordereau-Exhibit"] == exhibits(counsel, draft)[0]["id"]
    assert told.headers["Upload-Length"] == "5"
    assert told.headers["Upload-Metadata"] == tus.metadata(filename="Pièce 12.pdf")
    assert told.headers["Cache-Control"] == "no-store"
    shown = counsel.get(path).json()
    assert (shown["offset_bytes"], shown["exhibit_id"]) == (5, first.headers["Bordereau-Exhibit"])
    assert len(exhibits(counsel, draft)) == 1


def test_the_first_bytes_may_come_along_and_all_of_them_too(
    counsel: Api, draft: dict[str, Any]
) -> None:
    some = create(counsel, draft, 10, b"first")
    assert some.headers["Upload-Offset"] == "5"
    assert send(counsel, path_of(some), 5, b"later").status_code == 204
    whole = create(counsel, draft, 5, b"whole")
    assert whole.status_code == 201
    assert whole.headers["Bordereau-Exhibit"]
    assert [e["size_bytes"] for e in exhibits(counsel, draft)] == [10, 5]


def test_an_empty_file_is_an_exhibit_at_once(counsel: Api, draft: dict[str, Any]) -> None:
    created = create(counsel, draft, 0)
    assert created.status_code == 201
    (exhibit,) = exhibits(counsel, draft)
    assert (exhibit["id"], exhibit["size_bytes"]) == (created.headers["Bordereau-Exhibit"], 0)


def test_a_length_may_come_later_once(counsel: Api, draft: dict[str, Any]) -> None:
    path = path_of(create(counsel, draft, None))
    assert look(counsel, path).headers["Upload-Defer-Length"] == "1"
    assert send(counsel, path, 0, b"first").status_code == 204
    too_short = send(counsel, path, 5, b"", **{"Upload-Length": "3"})
    assert too_short.json()["errors"][0]["field"] == "Upload-Length"
    assert send(counsel, path, 5, b"", **{"Upload-Length": "8"}).status_code == 204
    assert send(counsel, path, 5, b"", **{"Upload-Length": "9"}).status_code == 422
    assert "Bordereau-Exhibit" in send(counsel, path, 5, b"end").headers


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_that_do_not_match_their_checksum_never_count(
    counsel: Api, draft: dict[str, Any], algorithm: str
) -> None:
    path = path_of(create(counsel, draft, len(BODY)))
    half = len(BODY) // 2
    assert send(counsel, path, 0, BODY[:half], **tus.checksum(BODY[:half], algorithm)).is_success
    wrong = send(counsel, path, half, b"x" * half, **tus.checksum(BODY[half:], algorithm))
    assert wrong.status_code == 460
    assert algorithm in wrong.json()["detail"]
    assert look(counsel, path).headers["Upload-Offset"] == str(half)
    right = send(counsel, path, half, BODY[half:], **tus.checksum(BODY[half:], algorithm))
    assert right.status_code == 204
    assert exhibits(counsel, draft)[0]["sha256"] == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize("said", ["md5 AAAA", "sha1", "sha1 AAAA", "sha256 ###", ""])
def test_a_checksum_that_cannot_be_read_is_refused_before_the_bytes(
    counsel: Api, draft: dict[str, Any], said: str
) -> None:
    path = path_of(create(counsel, draft, 5))
    assert send(counsel, path, 0, b"bytes", **{"Upload-Checksum": said}).status_code == 400
    assert look(counsel, path).headers["Upload-Offset"] == "0"


def test_what_comes_along_with_a_wrong_checksum_leaves_no_upload(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    refused = create(counsel, draft, 5, b"bytes", headers=tus.checksum(b"other"))
    assert refused.status_code == 460
    with service.state.database.reading() as session:
        assert session.query(m.Upload).count() == 0
    assert parts(service) == []


def test_a_wrong_offset_is_refused_and_told(counsel: Api, draft: dict[str, Any]) -> None:
    path = path_of(create(counsel, draft, 10))
    send(counsel, path, 0, b"12345")
    for offset in (0, 4, 6, 10):
        refused = send(counsel, path, offset, b"x")
        assert refused.status_code == 409
        assert "5" in refused.json()["detail"]
    assert look(counsel, path).headers["Upload-Offset"] == "5"


def test_more_than_was_announced_is_refused_said_or_not(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 5))

    def stream() -> Iterator[bytes]:  # no Content-Length gives it away
        yield b"123"
        yield b"456"

    for body in (b"123456", stream()):
        refused = send(counsel, path, 0, body)
        assert refused.status_code == 400
        assert "5" in refused.json()["detail"]
        assert look(counsel, path).headers["Upload-Offset"] == "0"
    assert send(counsel, path, 0, b"12345").status_code == 204
    assert send(counsel, path, 5, b"6").status_code == 400
    assert create(counsel, draft, 3, b"1234").status_code == 400
    assert [e["size_bytes"] for e in exhibits(counsel, draft)] == [5]


def test_an_upload_larger_than_the_service_takes_is_refused_when_announced(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    service.state.settings.upload_bytes_max = 100
    assert create(counsel, draft, 101).status_code == 413
    path = path_of(create(counsel, draft, None))
    assert send(counsel, path, 0, b"x" * 101).status_code == 413
    assert send(counsel, path, 0, b"", **{"Upload-Length": "101"}).status_code == 413
    options = counsel.call("OPTIONS", path)
    assert options.headers["Tus-Max-Size"] == "100"


def test_a_finished_number_is_refused_when_announced(api: Api, order: dict[str, Any]) -> None:
    counsel = api.by("producing_counsel")
    first, second = api.draft(order), api.draft(order)
    counsel.upload(first, "1")
    assert create(counsel, second, 5, number="1").status_code == 409


def test_a_number_taken_meanwhile_is_told_until_it_is_free(
    service: FastAPI, api: Api, order: dict[str, Any]
) -> None:
    counsel = api.by("producing_counsel")
    first, second = api.draft(order), api.draft(order)
    path = path_of(create(counsel, second, 5, number="1"))
    taken = counsel.upload(first, "1").json()
    assert send(counsel, path, 0, b"bytes").status_code == 409
    assert look(counsel, path).status_code == 409  # never "it is all there" without an exhibit
    counsel.call("DELETE", f"/exhibits/{taken['id']}", headers={"If-Match": "*"})
    assert "Bordereau-Exhibit" in look(counsel, path).headers
    assert parts(service) == []


def test_another_request_waits_for_the_lease_and_takes_over_after_it(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 5))
    now = clock()
    change(service, path, holder=uuid4(), held_until=now + timedelta(seconds=17))
    refused = send(counsel, path, 0, b"bytes")
    assert refused.status_code == 423
    assert 10 <= int(refused.headers["Retry-After"]) <= 17
    assert look(counsel, path).headers["Upload-Offset"] == "0"
    change(service, path, held_until=now)
    assert send(counsel, path, 0, b"bytes").status_code == 204


def test_an_upload_past_its_time_is_gone_and_swept(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 10))
    other = path_of(create(counsel, draft, 10))
    for each in (path, other):
        send(counsel, each, 0, b"12345")
    change(service, path, expires_at=clock() - timedelta(seconds=1))
    assert send(counsel, path, 5, b"67890").status_code == 410
    assert look(counsel, path).status_code == 410
    assert len(parts(service)) == 2
    sweep(service.state.database, service.state.store, clock())
    assert len(parts(service)) == 1
    assert look(counsel, path).status_code == 404
    assert send(counsel, other, 5, b"67890").status_code == 204
    assert len(exhibits(counsel, draft)) == 1


def test_a_part_that_no_upload_knows_is_swept_after_a_day(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 10))
    send(counsel, path, 0, b"12345")
    store = service.state.store
    stranger = uuid4()
    store.parts.open(stranger, 0).close()
    sweep(service.state.database, store, clock() + timedelta(hours=23))
    assert len(parts(service)) == 2
    sweep(service.state.database, store, clock() + timedelta(hours=25))
    assert [p.name for p in parts(service)] != [str(stranger)]
    assert len(parts(service)) == 1


def test_an_ended_upload_leaves_nothing(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 10))
    send(counsel, path, 0, b"12345")
    assert counsel.call("DELETE", path, headers=tus.TUS).status_code == 204
    assert look(counsel, path).status_code == 404
    assert parts(service) == []
    done = path_of(create(counsel, draft, 1, b"x"))
    assert counsel.call("DELETE", done, headers=tus.TUS).status_code == 409


def test_after_the_deposit_nothing_more_arrives(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 10))
    done = path_of(create(counsel, draft, 5, b"whole"))
    send(counsel, path, 0, b"12345")
    counsel.made(f"/productions/{draft['id']}/deposit")
    refused = send(counsel, path, 5, b"67890")
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("already-deposited")
    assert look(counsel, path).headers["Upload-Offset"] == "5"
    assert look(counsel, done).headers["Bordereau-Exhibit"]
    assert create(counsel, draft, 5).status_code == 409


def test_the_protocol_is_told_and_another_version_refused(
    counsel: Api, draft: dict[str, Any]
) -> None:
    for path in (f"/productions/{draft['id']}/uploads", f"/uploads/{uuid4()}"):
        told = counsel.by(None).call("OPTIONS", path)
        assert told.status_code == 204
        assert told.headers["Tus-Version"] == "1.0.0"
        assert set(told.headers["Tus-Extension"].split(",")) >= {
            "creation", "creation-with-upload", "checksum", "expiration", "termination",
        }  # fmt: skip
        assert told.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    for version in ({"Tus-Resumable": "0.2.2"}, {"Tus-Resumable": ""}):
        refused = create(counsel, draft, 5, headers=version)
        assert refused.status_code == 412
        assert refused.headers["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("", "Upload-Metadata.filename"),
        ("filename", "Upload-Metadata.filename"),
        ("filename ###", "Upload-Metadata.filename"),
        ("filename /w==", "Upload-Metadata.filename"),
        ("filename YQ==,filename YQ==", "Upload-Metadata.filename"),
        (f"filename {'YWFh' * 100}", "Upload-Metadata.filename"),
        (tus.metadata(filename="../a.pdf"), "Upload-Metadata.filename"),
        (tus.metadata(filename="a\0b"), "Upload-Metadata.filename"),
        (tus.metadata(filename="a", relativePath="../a"), "Upload-Metadata.relativePath"),
        (tus.metadata(filename="a", relativePath="/etc/a"), "Upload-Metadata.relativePath"),
        (tus.metadata(filename="a", relativePath="C:/a"), "Upload-Metadata.relativePath"),
        (tus.metadata(filename="a", relativePath="\\\\x\\a"), "Upload-Metadata.relativePath"),
        (tus.metadata(filename="a", number="twelve"), "Upload-Metadata.number"),
        (tus.metadata(filename="a", dated_on="01/02/2021"), "Upload-Metadata.dated_on"),
        (tus.metadata(filename="a", confidentiality="top"), "Upload-Metadata.confidentiality"),
        (tus.metadata(filename="a", category_id="x"), "Upload-Metadata.category_ids.0"),
        (tus.metadata(filename="a", title="a\nb"), "Upload-Metadata.title"),
        (tus.metadata(filename="a.pdf", unpack="true"), "Upload-Metadata.unpack"),
        (tus.metadata(filename="a", category_id=str(UUID(int=7))), "category_ids.0"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_metadata_that_cannot_be_taken_names_its_key(
    counsel: Api, draft: dict[str, Any], header: str, field: str
) -> None:
    refused = create(counsel, draft, 5, headers={"Upload-Metadata": header})
    assert refused.status_code == 422
    assert [e["field"] for e in refused.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 422),
        ({"Upload-Length": "1e3"}, 422),
        ({"Upload-Length": "9" * 30}, 422),
        ({"Upload-Defer-Length": "1"}, 422),
        ({"Upload-Concat": "partial"}, 422),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_headers_that_make_no_sense_are_refused(
    counsel: Api, draft: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    assert create(counsel, draft, 5, b"bytes", headers=headers).status_code == status
    path = path_of(create(counsel, draft, 5))
    assert send(counsel, path, 0, b"x", **{"Content-Type": "text/plain"}).status_code == 415
    for offset in ("", "-1", "x", "9" * 30):
        assert send(counsel, path, 0, b"x", **{"Upload-Offset": offset}).status_code == 422


def test_what_clients_send_for_no_folder_and_keys_of_their_own_say_nothing(
    counsel: Api, draft: dict[str, Any]
) -> None:
    said = {"relativePath": "null", "name": "x", "type": "text/plain", "my-key": "é"}
    assert create(counsel, draft, 1, b"x", **said).status_code == 201
    (exhibit,) = exhibits(counsel, draft)
    assert (exhibit["folder"], exhibit["media_type"]) == ("", "text/plain")


def test_a_part_that_lost_bytes_on_the_disk_is_told_to_be_over(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 10))
    send(counsel, path, 0, b"12345")
    (part,) = parts(service)
    os.truncate(part, 3)
    assert send(counsel, path, 5, b"67890").status_code == 410
    part.unlink()
    assert send(counsel, path, 5, b"67890").status_code == 410
    assert exhibits(counsel, draft) == []


def test_the_quota_of_a_matter_counts_what_is_stored_and_what_is_announced(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    service.state.settings.matter_bytes_max = 100
    assert counsel.upload(draft, "1", b"x" * 40).status_code == 201
    path = path_of(create(counsel, draft, 50))
    for refused in (
        counsel.upload(draft, "2", b"y" * 11),
        create(counsel, draft, 11),
        counsel.call(
            "POST",
            f"/productions/{draft['id']}/exhibits",
            files={"file": ("f.pdf", b"z" * 11, "application/pdf")},
        ),
        counsel.call(
            "POST",
            f"/productions/{draft['id']}/archive",
            content=b"z" * 11,
            headers={"Content-Type": "application/zip"},
        ),
    ):
        assert refused.status_code == 413
        assert refused.json()["type"].endswith("matter-full")
        assert "100" in refused.json()["detail"]

    def stream() -> Iterator[bytes]:
        yield b"y" * 11

    assert counsel.upload(draft, "2", stream()).status_code == 413  # type: ignore[arg-type]
    assert counsel.upload(draft, "2", b"y" * 10).status_code == 201
    assert send(counsel, path, 0, b"z" * 50).status_code == 204
    assert counsel.upload(draft, "3", b"w").status_code == 413
    assert counsel.get(f"/exhibits/{exhibits(counsel, draft)[0]['id']}/content").is_success


def test_a_full_disk_refuses_and_the_offset_stays(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    path = path_of(create(counsel, draft, 10))
    send(counsel, path, 0, b"12345")
    volume = service.state.store._volume
    volume._reserve_bytes = 1 << 60
    assert send(counsel, path, 5, b"67890").status_code == 507
    assert look(counsel, path).headers["Upload-Offset"] == "5"
    volume._reserve_bytes = 0
    assert send(counsel, path, 5, b"67890").status_code == 204
