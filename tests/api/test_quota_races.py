"""A matter never holds more than its limit, however many send to it at once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_STORED

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app import models as m
from app.deps import clock
from app.errors import MatterFull
from app.services.adding import add_exhibit
from app.services.productions import Incoming
from tests.api.conftest import Api
from tests.api.test_races import at_once
from tests.api.test_uploads_together import _send_together
from tests.api.tus import STREAM, TUS, create, metadata, path_of, send
from tests.zips import zipped

FILE_BYTES = 1_000
FIT = 7
LIMIT = FIT * FILE_BYTES + 500
EACH_WAY = 4
SLOW_SECONDS = 0.5


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEREAU_MATTER_BYTES_MAX", str(LIMIT))


@pytest.fixture
def limited(limit: None, server: Any) -> tuple[str, Api]:
    """A real server whose matters hold seven files and a half."""
    running, api, _ = server
    return f"http://127.0.0.1:{running.port}/api/v1", api


class Sender:
    """Sends files of one size, each of other bytes, in every way there is."""

    def __init__(self, url: str, headers: dict[str, str], draft_id: str) -> None:
        self.url, self.headers = url, headers
        self.draft = f"{url}/productions/{draft_id}"

    def _send(self, method: str, url: str, **more: Any) -> httpx2.Response:
        headers = self.headers | more.pop("headers", {})
        return httpx2.request(method, url, headers=headers, timeout=60, **more)

    @staticmethod
    def body(n: int) -> bytes:
        return f"{n:>{FILE_BYTES}}".encode()

    def slowly(self, n: int) -> Iterator[bytes]:
        """Half of the file, and the rest when all others were admitted."""
        yield self.body(n)[:500]
        time.sleep(SLOW_SECONDS)
        yield self.body(n)[500:]

    def put(self, n: int) -> httpx2.Response:
        length = {"Content-Length": str(FILE_BYTES)}
        name = {"filename": f"{n}.bin"}
        where = f"{self.draft}/exhibits/{n}"
        return self._send("PUT", where, content=self.slowly(n), params=name, headers=length)

    def form(self, n: int) -> httpx2.Response:
        files = {"file": (f"{n}.bin", self.body(n))}
        return self._send("POST", f"{self.draft}/exhibits", files=files)

    def archive(self, n: int) -> httpx2.Response:
        body = zipped({f"{n}.bin": self.body(n)}, ZIP_STORED)
        said = {"Content-Type": "application/zip"}
        return self._send("POST", f"{self.draft}/archive", content=body, headers=said)

    def resumable(self, n: int) -> httpx2.Response:
        said = {
            "Upload-Metadata": metadata(filename=f"{n}.bin"),
            "Upload-Length": str(FILE_BYTES),
            "Content-Type": STREAM,
            "Content-Length": str(FILE_BYTES),
        }
        where = f"{self.draft}/uploads"
        return self._send("POST", where, content=self.slowly(n), headers=TUS | said)

    def of_unsaid_length(self, n: int) -> httpx2.Response:
        """A resumable upload that says its length only with its bytes."""
        said = {"Upload-Metadata": metadata(filename=f"{n}.bin"), "Upload-Defer-Length": "1"}
        made = self._send("POST", f"{self.draft}/uploads", headers=TUS | said)
        if made.status_code != 201:
            return made
        where = self.url.removesuffix("/api/v1") + made.headers["Location"]
        said = {
            "Upload-Offset": "0",
            "Upload-Length": str(FILE_BYTES),
            "Content-Type": STREAM,
        }
        answer = self._send("PATCH", where, content=self.body(n), headers=TUS | said)
        if answer.status_code == 413:
            self._send("DELETE", where, headers=TUS)
        return answer


@pytest.mark.slow
def test_uploads_that_race_each_other_never_fill_a_matter_over_its_limit(
    limited: tuple[str, Api],
) -> None:
    url, api = limited
    counsel, order = api.by("producing_counsel"), api.served()
    drafts = [api.draft(order), api.draft(order)]
    headers = api.cast.headers("producing_counsel")
    ones, others = (Sender(url, headers, draft["id"]) for draft in drafts)
    acts = [
        partial(act, 1 + way * 100 + n)
        for way, act in enumerate(
            (
                ones.put,
                others.put,
                ones.form,
                others.archive,
                ones.resumable,
                others.of_unsaid_length,
            )
        )
        for n in range(EACH_WAY)
    ]
    answers = at_once(*acts)
    kept = {a.args[0] for a, r in zip(acts, answers, strict=True) if r.status_code < 300}
    refused = [r for r in answers if r.status_code >= 300]
    assert {(r.status_code, r.json()["type"].rsplit(":", 1)[1]) for r in refused} == {
        (413, "matter-full")
    }
    assert all(str(LIMIT) in r.json()["detail"] for r in refused)
    shown = [
        exhibit
        for draft in drafts
        for exhibit in counsel.get(f"/productions/{draft['id']}").json()["exhibits"]
    ]
    assert len(kept) == FIT
    assert sorted(e["filename"] for e in shown) == sorted(f"{n}.bin" for n in kept)
    for exhibit in shown:
        got = counsel.get(f"/exhibits/{exhibit['id']}/content").content
        assert got == Sender.body(int(exhibit["filename"].removesuffix(".bin")))


def _stored_bytes(service: FastAPI) -> int:
    with service.state.database.reading() as session:
        return int(session.scalar(select(func.sum(m.StoredFile.size_bytes))) or 0)


def test_of_files_added_together_those_that_fit_are_kept(
    service: FastAPI, counsel: Api, draft: dict[str, Any], api: Api, order: dict[str, Any]
) -> None:
    service.state.settings.matter_bytes_max = 100
    second = api.draft(order)
    answers = _send_together(
        service,
        [
            lambda: counsel.upload(draft, "1", b"a" * 40),
            lambda: counsel.upload(draft, "2", b"b" * 40),
            lambda: counsel.upload(draft, "3", b"c" * 40),
            lambda: counsel.upload(draft, "4", b"a" * 40),
            lambda: counsel.upload(draft, "5", b"d" * 20),
            lambda: counsel.upload(second, "6", b"e" * 30),
            lambda: counsel.upload(second, "7", b"b" * 40),
        ],
    )
    # Whichever draft is filled first: what the matter holds already takes no room again.
    kept = {e["number"] for d in (draft, second) for e in _exhibits(counsel, d)}
    assert {str(n) for n, a in enumerate(answers, 1) if a.status_code == 201} == kept
    assert {a.status_code for a in answers} == {201, 413}
    assert _stored_bytes(service) <= 100
    assert kept in ({"1", "2", "4", "5", "7"}, {"2", "5", "6", "7"})


def _exhibits(api: Api, draft: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/productions/{draft['id']}").json()["exhibits"]
    return found


def test_who_adds_while_another_adds_waits_for_what_that_took(
    service: FastAPI, api: Api, order: dict[str, Any]
) -> None:
    drafts = [UUID(api.draft(order)["id"]) for _ in range(2)]
    database, store = service.state.database, service.state.store

    def add(draft: UUID, body: bytes, pause: float = 0.0) -> None:
        file = store.put(api.cast.matter.id, BytesIO(body), size_max_bytes=100)
        said = Incoming(filename="piece.pdf", media_type="application/pdf")
        with database.writing() as session:
            actor = api.cast.actor(session, "producing_counsel")
            add_exhibit(session, actor, draft, file, said, clock(), matter_bytes_max=100)
            time.sleep(pause)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(add, drafts[0], b"a" * 60, 0.5)
        time.sleep(0.2)
        second = pool.submit(add, drafts[1], b"b" * 60)
        first.result(30)
        with pytest.raises(MatterFull, match="holds 60"):
            second.result(30)
    assert _stored_bytes(service) == 60


def test_a_resumable_upload_is_not_counted_beside_itself(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    service.state.settings.matter_bytes_max = 100
    path = path_of(create(counsel, draft, None))
    assert send(counsel, path, 0, b"x" * 60).status_code == 204
    assert send(counsel, path, 60, b"y" * 40, **{"Upload-Length": "101"}).status_code == 413
    assert send(counsel, path, 60, b"y" * 40, **{"Upload-Length": "100"}).status_code == 204
    assert [e["size_bytes"] for e in _exhibits(counsel, draft)] == [100]


def test_an_archive_sent_in_parts_takes_the_room_of_its_files_alone(
    service: FastAPI, counsel: Api, draft: dict[str, Any]
) -> None:
    body = zipped({"a.bin": b"a" * 50, "b.bin": b"b" * 50}, ZIP_STORED)
    said: dict[str, Any] = {"filename": "tout.zip", "filetype": "application/zip", "unpack": "true"}
    service.state.settings.matter_bytes_max = len(body)
    path = path_of(create(counsel, draft, len(body), **said))
    assert send(counsel, path, 0, body).headers["Bordereau-Added"] == "2"


def test_an_archive_that_does_not_fit_any_more_adds_nothing(
    service: FastAPI, counsel: Api, draft: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    service.state.settings.matter_bytes_max = 1_000
    body = zipped({"a.bin": b"a" * 300, "b.bin": b"b" * 300})
    put_many = service.state.store.put_many

    def overtaken(*args: Any) -> Any:
        """While the archive is unpacked, somebody else's file is added."""
        stored = put_many(*args)
        assert counsel.upload(draft, "9", b"c" * 500).status_code == 201
        return stored

    monkeypatch.setattr(service.state.store, "put_many", overtaken)
    said = {"Content-Type": "application/zip"}
    where = f"/productions/{draft['id']}/archive"
    refused = counsel.call("POST", where, content=body, headers=said)
    assert refused.status_code == 413
    assert refused.json()["type"].endswith("matter-full")
    assert "holds 800" in refused.json()["detail"]
    assert [e["number"] for e in _exhibits(counsel, draft)] == ["9"]
    assert _stored_bytes(service) == 500
    sha256 = hashlib.sha256(b"a" * 300).hexdigest()
    assert service.state.store.path_of(counsel.cast.matter.id, sha256).exists()  # till the sweep
