"""kill -9 at every call of an upload: acknowledged is there, the same bytes, once.

A child process forks once for each call of the operating system and each commit that an
upload of three requests makes, and dies there; another then does what a client would.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.killing import STEP, kills_survived

POINTS_MIN = 40

CHILD = r"""
import base64, hashlib, os, sys
from datetime import timedelta
from pathlib import Path

template, work, production, token = sys.argv[1:]
sys.path.insert(0, os.getcwd())
from starlette.testclient import TestClient
from app import deps, models as m
from app.receiving import sending
from app.main import create_app
from app.settings import Settings
from app.worker.sweeps import sweep
from tests.api.killing import Doom, kill_at_each_call

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


def act(folder, last):
    doom = Doom(last)
    http = TestClient(opened(folder))
    doom.watch_calls()
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


kill_at_each_call(Path(template), Path(work), act, resume)
"""


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_kill_at_any_call_loses_nothing_and_doubles_nothing(
    service: FastAPI, api: Api, database_url: str, tmp_path: Path
) -> None:
    draft = api.draft(api.order())
    struck = kills_survived(CHILD, service, api, draft, database_url, tmp_path)
    print(f"killed at {struck} calls")
    assert struck >= POINTS_MIN // STEP
