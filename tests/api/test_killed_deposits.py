"""kill -9 at every call of an upload and its deposit: one receipt, the same bytes, once.

A child process forks once for each call of the operating system and each statement and commit
that the two acts make, and dies there; another then does what counsel would: send the file
again, press Deposit again. The log is replayed and every byte read back each time.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.killing import STEP, kills_survived

POINTS_MIN = 80

CHILD = r"""
import os, sys
from pathlib import Path

template, work, production, token = sys.argv[1:]
sys.path.insert(0, os.getcwd())
from sqlalchemy import event
from starlette.testclient import TestClient
from app.main import create_app
from app.papers import verify
from app.services.verify import Verified, stored_files, verify_files, verify_record
from app.settings import Settings
from tests.api.killing import Doom, kill_at_each_call

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
    doom = Doom(last)
    app = opened(folder)
    http = TestClient(app)
    told = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    write = os.write
    doom.watch_calls()
    event.listen(app.state.database.engine, "before_cursor_execute", doom.strike)
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


kill_at_each_call(Path(template), Path(work), act, resume)
"""


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_kill_at_any_call_of_a_deposit_leaves_one_receipt_and_every_byte(
    service: FastAPI, api: Api, database_url: str, tmp_path: Path
) -> None:
    draft = api.draft(api.served())
    struck = kills_survived(CHILD, service, api, draft, database_url, tmp_path)
    print(f"killed at {struck} calls")
    assert struck >= POINTS_MIN // STEP
