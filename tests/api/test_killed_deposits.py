"""kill -9 at every call of an upload and its deposit: one receipt, the same bytes, once.

A child process forks once for each call of the operating system and each statement and commit
that the two acts make, and dies there; another then does what counsel would: send the file
again, press Deposit again. The log is replayed and every byte read back each time.
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

POINTS_MIN = 80
STEP = int(os.environ.get("BORDEREAU_TEST_KILL_STEP", "3"))

CHILD = r"""
import os, shutil, signal, sys, traceback
from pathlib import Path

template, work, production, token, step = sys.argv[1:]
sys.path.insert(0, os.getcwd())
from sqlalchemy import event
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from app.main import create_app
from app.papers import verify
from app.services.verify import Verified, stored_files, verify_files, verify_record
from app.settings import Settings

BODY = bytes(range(256)) * 4096 + b"the end"  # a block and some
AUTH = {"Authorization": f"Bearer {token}"}
PATH = f"/api/v1/productions/{production}"


def opened(folder):
    return create_app(Settings(
        database_url=f"sqlite:///{folder}/bordereau.db", data_dir=folder / "data",
        keys_dir=folder / "keys", public_url="http://testserver",
    ))


def put(http):
    return http.put(f"{PATH}/exhibits/1", content=BODY, headers=AUTH,
                    params={"filename": "contrat.pdf"})


def press(http):
    return http.post(f"{PATH}/deposit", json={}, headers=AUTH | {"Idempotency-Key": "press"})


def act(folder, last):
    calls = 0

    def strike(*_):
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

    app = opened(folder)
    http = TestClient(app)
    told = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    write = os.write
    for name in ("open", "write", "fchmod", "fsync", "close", "mkdir", "link", "unlink"):
        struck(os, name)
    struck(Session, "commit")
    event.listen(app.state.database.engine, "before_cursor_execute", strike)
    sent = put(http)
    assert sent.status_code == 201, sent.text
    write(told, b"uploaded\n")
    done = press(http)
    assert done.status_code == 200, done.text
    write(told, b"deposited " + done.content + b"\n")
    os._exit(0)


def resume(folder):
    told = (folder / "told").read_bytes() if (folder / "told").exists() else b""
    app = opened(folder)
    http = TestClient(app)
    there = http.get(PATH, headers=AUTH).json()
    if b"uploaded" in told:
        assert len(there["exhibits"]) == 1, "an acknowledged upload is lost"
    if there["deposited_at"] is None:
        assert put(http).status_code == 201
    answer = press(http)
    assert answer.status_code == 200, answer.text
    if b"deposited " in told:
        assert told.split(b"deposited ", 1)[1].strip() == answer.content, "another receipt"
    assert press(http).content == answer.content
    receipt = answer.json()
    assert receipt["received"] == "1 of 1"
    verify.check_receipt(receipt, http.get("/api/v1/log/keys").json())
    exhibit = http.get(PATH, headers=AUTH).json()["exhibits"][0]
    assert http.get(f"/api/v1/exhibits/{exhibit['id']}/content", headers=AUTH).content == BODY
    database, tally = app.state.database, Verified()
    with database.reading() as session:
        wrong = list(verify_record(session, tally))
        files = stored_files(session)
    assert not wrong, wrong
    assert not list(verify_files(files, app.state.store, tally))
    assert (tally.productions, tally.files) == (1, 1)


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
for last in range(1, 2000, int(step)):
    folder = Path(work) / str(last)
    shutil.copytree(template, folder)
    ended = forked(act, folder, last)
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
def test_a_kill_at_any_call_of_a_deposit_leaves_one_receipt_and_every_byte(
    service: FastAPI, api: Api, database_url: str, tmp_path: Path
) -> None:
    draft = api.draft(api.served())
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
    struck = int(child.stdout)
    print(f"killed at {struck} calls")
    assert struck >= POINTS_MIN // STEP
