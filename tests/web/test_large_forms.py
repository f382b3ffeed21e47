"""A large file sent by the page's form goes to disk as it comes: over a real server."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.db import Database
from app.deps import clock
from app.services import signing_in
from app.web.security import token_of
from tests.databases import ROOT, SqliteTemplates
from tests.web.story import Story, story_store, tell

MIB = 2**20
SIZE_BYTES = int(os.environ.get("BORDEREAU_TEST_UPLOAD_BYTES", 512 * MIB)) // 2
BLOCK = b"0123456789abcde\r" * 4096
BOUNDARY = "----bordereau"


@dataclass
class Served:
    """A server in a process of its own, and a counsel who is signed in there."""

    process: subprocess.Popen[bytes]
    port: int
    story: Story
    secret: str
    csrf: str
    folder: Path

    @property
    def peak_bytes(self) -> int:
        """The most memory that the process ever held."""
        told = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", told)[0]) * 1024

    def post(self, size_bytes: int, csrf: str, *, cookie: bool = True) -> tuple[int, str, str]:
        """Send one file of that size as the form does; status, address to go to, page."""
        head = _part("csrf", csrf) + _part("file", "", "grand.bin")
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head.encode()
            for at in range(0, size_bytes, len(BLOCK)):
                yield BLOCK[: size_bytes - at]
            yield tail

        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(head.encode()) + size_bytes + len(tail)),
        }
        if cookie:
            headers["Cookie"] = f"bordereau={self.secret}"
        connection.request(
            "POST", f"/productions/{self.story.draft}/exhibits", body=body(), headers=headers
        )
        answer = connection.getresponse()
        told = answer.status, answer.headers.get("location", ""), answer.read().decode()
        connection.close()
        return told


def _part(name: str, text: str, filename: str | None = None) -> str:
    named = f'; filename="{filename}"' if filename else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n' + (
        "" if filename else f"{text}\r\n"
    )


@pytest.fixture
def served(sqlite_templates: SqliteTemplates, tmp_path: Path) -> Iterator[Served]:
    url = sqlite_templates.create(tmp_path)
    database, store = Database(url), story_store(tmp_path)
    story = tell(database, store)
    store.close()
    with database.writing() as session:
        at = clock()
        secret = signing_in.start_sign_in(session, story.cast.users["producing_counsel"], at, 12)
        signed_in = signing_in.sign_in_of(session, secret, at, idle_minutes=60)
        assert signed_in is not None
        csrf = token_of(signed_in.csrf_secret)
    database.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "BORDEREAU_DATABASE_URL": url,
        "BORDEREAU_DATA_DIR": str(tmp_path),
        "BORDEREAU_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BORDEREAU_STORAGE_RESERVE_BYTES": "0",
        "TMPDIR": str(tmp_path / "temporary"),
    }
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-m", "uvicorn", "--factory", "app.main:create_app",
               "--port", str(port), "--log-level", "warning"]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        _wait(process, port)
        yield Served(process, port, story, secret, csrf, tmp_path)
        process.terminate()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.mark.slow
def test_a_large_file_costs_no_memory_and_no_temporary_folder(served: Served) -> None:
    assert served.post(1, served.csrf)[0] == 303
    before = served.peak_bytes
    status, address, _page = served.post(SIZE_BYTES, served.csrf)
    assert (status, address) == (303, f"/productions/{served.story.draft}?added=1#notice")
    assert served.peak_bytes - before <= 64 * MIB
    assert list((served.folder / "temporary").iterdir()) == []
    whole, rest = divmod(SIZE_BYTES, len(BLOCK))
    digest = hashlib.sha256()
    for _ in range(whole):
        digest.update(BLOCK)
    digest.update(BLOCK[:rest])
    stored = next((served.folder / "files").rglob(digest.hexdigest()))
    assert stored.stat().st_size == SIZE_BYTES


def test_whoever_may_not_is_answered_although_the_file_is_large(served: Served) -> None:
    """The answer must reach who still sends: a connection cut off shows no page at all."""
    for csrf, cookie, status, words in (
        ("0" * 64, True, 403, "out of date"),
        (served.csrf, False, 401, "/sign-in"),
    ):
        answer = served.post(32 * MIB, csrf, cookie=cookie)
        assert answer[0] == status
        assert words in answer[2]
    stored = [p for p in (served.folder / "files").rglob("*") if p.is_file()]
    assert all(p.stat().st_size < MIB for p in stored)
