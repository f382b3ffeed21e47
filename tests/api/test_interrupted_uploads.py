"""Resumable uploads through a real server: killed, cut off, stalled, taken over."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app import models as m
from app.db import Database
from app.deps import clock
from tests.api import tus
from tests.api.conftest import Api
from tests.api.tus import create, look, path_of, send

BODY = os.urandom((5 << 20) + 4_321)
SHA256 = hashlib.sha256(BODY).hexdigest()


class Wire:
    """A PATCH written byte by byte, and given up whenever the test likes."""

    def __init__(self, running: Any, api: Api, path: str, offset: int, length: int) -> None:
        token = api.cast.tokens["producing_counsel"]
        self.connection = socket.create_connection(("127.0.0.1", running.port), timeout=30)
        self.connection.sendall(
            (
                f"PATCH /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n"
                f"Authorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n"
                f"Content-Type: {tus.STREAM}\r\nUpload-Offset: {offset}\r\n"
                f"Content-Length: {length}\r\n\r\n"
            ).encode()
        )

    def send(self, body: bytes) -> None:
        self.connection.sendall(body)

    def answer(self) -> bytes:
        return self.connection.recv(400)

    def close(self) -> None:
        self.connection.close()


def draft_of(api: Api) -> tuple[Api, dict[str, Any]]:
    return api.by("producing_counsel"), api.draft(api.served())


def sizes(data_dir: Path) -> list[int]:
    folder = data_dir / "files" / "parts"
    return [p.stat().st_size for p in folder.iterdir()] if folder.is_dir() else []


def until(seen: Any) -> Any:
    for _ in range(100):
        if found := seen():
            return found
        time.sleep(0.1)
    raise AssertionError("it never came")


def let_the_lease_run_out(url: str, path: str) -> None:
    database = Database(url)
    with database.writing() as session:
        session.execute(
            update(m.Upload)
            .where(m.Upload.id == tus.upload_id(path))
            .values(held_until=clock() - timedelta(seconds=1))
        )
    database.close()


def offset_of(counsel: Api, path: str) -> int:
    return int(look(counsel, path).headers["Upload-Offset"])


def the_one_exhibit(counsel: Api, draft: dict[str, Any]) -> dict[str, Any]:
    (exhibit,) = counsel.get(f"/productions/{draft['id']}").json()["exhibits"]
    got = counsel.get(f"/exhibits/{exhibit['id']}/content").content
    assert hashlib.sha256(got).hexdigest() == exhibit["sha256"] == SHA256
    return dict(exhibit)


def test_a_server_killed_mid_patch_goes_on_from_what_it_recorded(
    server: Any, database_url: str
) -> None:
    running, api, data_dir = server
    counsel, draft = draft_of(api)
    path = path_of(create(counsel, draft, len(BODY)))
    assert send(counsel, path, 0, BODY[:1_000_000]).status_code == 204
    for garbage in (b"", b"x" * 3_000_000):
        wire = Wire(running, counsel, path, 1_000_000, len(BODY) - 1_000_000)
        wire.send(garbage + BODY[1_000_000:2_000_000])
        until(lambda: max(sizes(data_dir)) >= 1_000_000)
        time.sleep(0.3)
        running.kill()
        wire.close()
        running.restart()
        assert offset_of(counsel, path) == 1_000_000
        held = send(counsel, path, 1_000_000, BODY[1_000_000:])
        assert held.status_code == 423
        assert 1 <= int(held.headers["Retry-After"]) <= 20
        let_the_lease_run_out(database_url, path)
    done = send(counsel, path, 1_000_000, BODY[1_000_000:])
    assert done.headers["Bordereau-Exhibit"] == the_one_exhibit(counsel, draft)["id"]
    assert sizes(data_dir) == []


@pytest.mark.parametrize("sent", [0, 1, 500_000, (3 << 20) + 7, len(BODY)])
def test_what_arrived_before_the_connection_was_lost_counts(server: Any, sent: int) -> None:
    running, api, _ = server
    counsel, draft = draft_of(api)
    path = path_of(create(counsel, draft, len(BODY)))
    wire = Wire(running, counsel, path, 0, len(BODY))
    wire.send(BODY[:sent])
    time.sleep(0.5)  # uvicorn tells of a lost connection before it gives what came just before
    wire.close()
    until(lambda: offset_of(counsel, path) == sent)

    def resumed() -> Any:
        answered = send(counsel, path, sent, BODY[sent:])
        return answered if answered.status_code != 423 else None

    assert until(resumed).status_code == 204
    assert until(lambda: look(counsel, path).headers.get("Bordereau-Exhibit"))
    the_one_exhibit(counsel, draft)


def test_a_newcomer_waits_then_takes_over_and_the_old_one_writes_nothing_more(
    server: Any, database_url: str
) -> None:
    running, api, data_dir = server
    counsel, draft = draft_of(api)
    path = path_of(create(counsel, draft, len(BODY)))
    old = Wire(running, counsel, path, 0, len(BODY))
    old.send(b"x" * (3 << 20))
    until(lambda: max(sizes(data_dir), default=0) >= 2 << 20)
    assert send(counsel, path, 0, BODY).status_code == 423
    assert offset_of(counsel, path) == 0
    let_the_lease_run_out(database_url, path)
    assert send(counsel, path, 0, BODY[:2_000_000]).status_code == 204
    old.send(b"x" * (len(BODY) - (3 << 20)))
    assert old.answer().startswith(b"HTTP/1.1 423")
    assert offset_of(counsel, path) == 2_000_000
    assert send(counsel, path, 2_000_000, BODY[2_000_000:]).status_code == 204
    the_one_exhibit(counsel, draft)
    old.close()


def test_who_may_not_is_refused_before_a_byte_is_read(server: Any) -> None:
    running, api, data_dir = server
    counsel, draft = draft_of(api)
    path = path_of(create(counsel, draft, len(BODY)))
    stranger = counsel.by("requesting_counsel")
    stranger.cast.tokens["producing_counsel"], kept = (
        stranger.cast.tokens["requesting_counsel"],
        stranger.cast.tokens["producing_counsel"],
    )
    wire = Wire(running, stranger, path, 0, len(BODY))
    assert wire.answer().startswith(b"HTTP/1.1 404")
    wire.close()
    counsel.cast.tokens["producing_counsel"] = kept
    wrong = Wire(running, counsel, path, 7, len(BODY))
    assert wrong.answer().startswith(b"HTTP/1.1 409")
    wrong.close()
    assert sizes(data_dir) == []


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_slow_sender_keeps_its_lease(server: Any) -> None:
    running, api, _ = server
    counsel, draft = draft_of(api)
    path = path_of(create(counsel, draft, 100))
    wire = Wire(running, counsel, path, 0, 100)
    for _ in range(12):  # longer than a lease
        wire.send(b"1")
        time.sleep(2)
    assert send(counsel, path, 0, b"x").status_code == 423
    wire.close()
    until(lambda: offset_of(counsel, path) == 12)
