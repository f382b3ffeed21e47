"""Uploads through a real server: cut off, racing a deposit, and large ones in little memory."""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Api

LARGE_BYTES = int(os.environ.get("BORDEREAU_TEST_UPLOAD_BYTES", str(2 << 30)))
MAY_GROW_BYTES = 64 << 20


def _draft(api: Api) -> tuple[dict[str, Any], dict[str, Any]]:
    order = api.served()
    return order, api.draft(order)


def _files(data_dir: Path) -> list[Path]:
    return [p for p in (data_dir / "files").rglob("*") if p.is_file() and p.suffix != ".lock"]


def test_a_file_cut_off_mid_upload_leaves_neither_bytes_nor_row(server: Any) -> None:
    running, api, data_dir = server
    _, draft = _draft(api)
    token = api.cast.tokens["producing_counsel"]
    head = (
        f"PUT /api/v1/productions/{draft['id']}/exhibits/1?filename=f.pdf HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{running.port}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Length: 5000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        connection.sendall(head.encode() + b"x" * 3_000_000)
    for _ in range(50):
        if not _files(data_dir):
            break
        time.sleep(0.1)
    assert _files(data_dir) == []
    assert api.by("producing_counsel").get(f"/productions/{draft['id']}").json()["exhibits"] == []


def test_who_may_not_upload_is_refused_before_the_body_is_sent(server: Any) -> None:
    running, api, data_dir = server
    _, draft = _draft(api)
    head = (
        f"PUT /api/v1/productions/{draft['id']}/exhibits/1?filename=f.pdf HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{running.port}\r\nContent-Length: 5000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(head.encode())
        assert connection.recv(200).startswith(b"HTTP/1.1 401")
    assert _files(data_dir) == []


def test_uploads_racing_a_deposit_are_in_the_receipt_or_refused(server: Any) -> None:
    _, api, _ = server
    counsel = api.by("producing_counsel")
    numbers = itertools.count(1)
    for _ in range(5):
        _, draft = _draft(api)
        counsel.upload(draft, str(next(numbers)), b"first")
        start = threading.Barrier(9)

        def upload(n: int, draft: dict[str, Any] = draft, start: Any = start) -> tuple[str, int]:
            number = str(next(numbers))
            start.wait()
            return number, counsel.upload(draft, number, f"file {n}".encode()).status_code

        with ThreadPoolExecutor(9) as pool:
            racing = [pool.submit(upload, n) for n in range(8)]
            start.wait()
            receipt = counsel.made(f"/productions/{draft['id']}/deposit")
            answered = dict(r.result() for r in racing)
        assert set(answered.values()) <= {201, 409}
        taken = {number for number, status in answered.items() if status == 201}
        listed = {file["number"] for file in receipt["files"]}
        assert taken == listed & set(answered)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_large_upload_raises_memory_by_little(server: Any) -> None:
    running, api, data_dir = server
    _, draft = _draft(api)
    counsel = api.by("producing_counsel")
    counsel.upload(draft, "1", b"to warm up")
    before, peak, done = running.memory_bytes(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], running.memory_bytes())

    def body() -> Iterator[bytes]:
        block = os.urandom(1 << 20)
        for _ in range(LARGE_BYTES >> 20):
            yield block

    watcher = threading.Thread(target=watch)
    watcher.start()
    response = counsel.upload(draft, "2", body())
    done.set()
    watcher.join()
    assert response.status_code == 201
    assert response.json()["size_bytes"] == LARGE_BYTES
    assert peak[0] - before <= MAY_GROW_BYTES
    for file in _files(data_dir):
        file.chmod(0o600)
        file.unlink()
