"""kill -9 at every call of an upload: acknowledged is there, the same bytes, once.

A child process forks once for each call of the operating system and each commit that an
upload of three requests makes, and dies there; another then does what a client would.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.databases import ROOT

POINTS_MIN = 40
STEP = int(os.environ.get("BORDEREAU_TEST_KILL_STEP", "3"))

CHILD = r"""
import base64, hashlib, os, shutil, signal, sys, traceback
from datetime import timedelta
from pathlib import Path

template, work, production, token, step = sys.argv[1:]
sys.path.insert(0, os.getcwd())
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from app import deps, models as m
from app.api import sending
from app.main import create_app
from app.settings import Settings
from app.worker.sweeps import sweep

BODY = bytes(range(256)) * 4096 * 2 + b"the end"  # two blocks and some
CUTS = [0, 1_000_000, 1_500_000, len(BODY)]
AUTH = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
STREAM = {"Content-Type": "application/offset+octet-stream"}
write = os.write


def opened(folder):
    return create_app(Settings(
        database_url=f"sqlite:///{folder}/bordereau.db", data_dir=folder / "data",
        public_url="http://testserver",
    ))


def create(http):
    name = base64.b64encode(b"piece.pdf").decode()
    made = http.post(
        f"/api/v1/productions/{production}/uploads",
        headers=AUTH | {"Upload-Length": str(len(BODY)), "Upload-Metadata": f"filename {name}"},
    )
    assert made.status_code == 201, made.text
    return made.headers["Location"]


def send(http, path, start, end):
    sent = http.patch(
        path, content=BODY[start:end], headers=AUTH | STREAM | {"Upload-Offset": str(start)}
    )
    assert sent.status_code == 204, sent.text
    return sent.headers


def upload(folder, last):
    calls = 0

    def strike():
        nonlocal calls
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def struck(owner, name):
        real = getattr(owner, name)

        def call(*arguments, **named):
            strike()
            answer = real(*arguments, **named)
            if owner is Session:
                strike()  # committed, and dead before anybody is told
            return answer

        setattr(owner, name, call)

    http = TestClient(opened(folder))
    for name in ("open", "write", "fchmod", "fsync", "close", "mkdir", "link", "unlink",
                 "ftruncate", "lseek"):
        struck(os, name)
    struck(Session, "commit")
    told = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    path = create(http)
    write(told, f"{path}\n".encode())
    for start, end in zip(CUTS, CUTS[1:]):
        headers = send(http, path, start, end)
        write(told, f"{end} {headers.get('Bordereau-Exhibit', '')}\n".encode())
    os._exit(0)


def resume(folder):
    lines = (folder / "told").read_text().splitlines() if (folder / "told").exists() else []
    sending.clock = lambda: deps.clock() + timedelta(minutes=1)  # the dead one's lease is over
    app = opened(folder)
    http = TestClient(app)
    path = lines[0] if lines else create(http)
    acknowledged = [line.split(" ") for line in lines[1:]]
    told = http.head(path, headers=AUTH)
    assert told.status_code == 200, told.text
    offset = int(told.headers["Upload-Offset"])
    assert offset >= max((int(end) for end, _ in acknowledged), default=0), "lost"
    if offset < len(BODY):
        told.headers = send(http, path, offset, len(BODY))
    exhibit = told.headers["Bordereau-Exhibit"]
    assert all(before in ("", exhibit) for _, before in acknowledged), "doubled"
    found = http.get(f"/api/v1/productions/{production}", headers=AUTH).json()["exhibits"]
    assert [e["id"] for e in found] == [exhibit], found
    got = http.get(f"/api/v1/exhibits/{exhibit}/content", headers=AUTH).content
    assert got == BODY and hashlib.sha256(got).hexdigest() == found[0]["sha256"]
    sweep(app.state.database, app.state.store, deps.clock() + timedelta(days=3))
    root = app.state.store.root
    left = [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()]
    assert left == [f"objects/{left[0].split('/')[1]}/{got_hash(got)[:2]}/{got_hash(got)}"], left


def got_hash(got):
    return hashlib.sha256(got).hexdigest()


def forked(act, *arguments):
    pid = os.fork()
    if pid == 0:
        try:
            act(*arguments)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


points = 0
for last in range(1, 1000, int(step)):
    folder = Path(work) / str(last)
    shutil.copytree(template, folder)
    ended = forked(upload, folder, last)
    if forked(resume, folder) != 0:
        sys.exit(f"after a kill at call {last}")
    shutil.rmtree(folder, ignore_errors=True)
    if ended == 0:
        break
    assert ended == -signal.SIGKILL, ended
    points += 1
print(points)
"""


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_kill_at_any_call_loses_nothing_and_doubles_nothing(
    service: FastAPI, api: Api, database_url: str, tmp_path: Path
) -> None:
    draft = api.draft(api.order())
    service.state.database.close()
    template, work = tmp_path / "template", tmp_path / "work"
    template.mkdir()
    work.mkdir()
    shutil.copy(database_url.removeprefix("sqlite:///"), template / "bordereau.db")
    token = api.cast.tokens["producing_counsel"]
    child = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, (template, work, draft["id"], token, STEP))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert child.returncode == 0, child.stderr[-3000:]
    assert int(child.stdout) >= POINTS_MIN // STEP
