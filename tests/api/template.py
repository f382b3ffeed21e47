"""A data folder with a draft in it, copied for each blow; and what must hold after each.

The draft holds one exhibit that was looked into, so that nothing goes on by itself; a second is
sent (by PUT, or by tus in three requests), or the draft is deposited.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from app.deps import clock
from app.papers import verify
from app.services.inspections import inspect_waiting
from tests.api.conftest import Api
from tests.api.nursery import Nursery, Served
from tests.api.tracing import Point, calls_in, points_of, threads_of, traced
from tests.api.tus import STREAM, TUS, metadata

FIRST = b"%PDF-1.4 the exhibit that was there"
BODY = bytes(range(256)) * 4096 + b"a block and some"
CUTS = (0, 400_000, 900_000, len(BODY))
SHA256 = hashlib.sha256(BODY).hexdigest()


@dataclass
class Told:
    """What a client was told before its connection broke."""

    status: int | None = None
    body: Any = None
    location: str = ""
    offset: int = 0
    exhibit: str = ""


@dataclass
class Template:
    """A folder to copy, and who acts in it."""

    nursery: Nursery
    folder: Path
    production: str
    headers: dict[str, str]
    copies: int = field(default=0)

    @contextmanager
    def copied(self) -> Iterator[Path]:
        self.copies += 1
        folder = self.folder.parent / f"copy-{self.copies}"
        shutil.copytree(self.folder, folder)
        yield folder
        shutil.rmtree(folder)

    def start(self, folder: Path, **more: Any) -> Served:
        """A service that has done everything once but the flow: all its threads are there."""
        served = self.nursery.start(url_of(folder), folder, one_thread=True, **more)
        with self.client(served) as http:
            taken = self.put(http, "9", b"not taken: another draft has the number")
            assert taken.status_code == 409, taken.text
        return served

    def client(self, served: Served) -> httpx2.Client:
        return httpx2.Client(base_url=served.url, headers=self.headers, timeout=30)

    @property
    def path(self) -> str:
        return f"/api/v1/productions/{self.production}"

    def put(self, http: httpx2.Client, number: str = "2", body: bytes = BODY) -> httpx2.Response:
        params = {"filename": f"{number}.pdf"}
        return http.put(f"{self.path}/exhibits/{number}", content=body, params=params)

    def press(self, http: httpx2.Client) -> httpx2.Response:
        return http.post(f"{self.path}/deposit", json={}, headers={"Idempotency-Key": "press"})

    def create(self, http: httpx2.Client) -> httpx2.Response:
        said = {"Upload-Length": str(len(BODY)), "Upload-Metadata": metadata(filename="2.pdf")}
        return http.post(f"{self.path}/uploads", headers=TUS | said)

    def send(self, http: httpx2.Client, location: str, start: int, end: int) -> httpx2.Response:
        said = TUS | {"Content-Type": STREAM, "Upload-Offset": str(start)}
        return http.patch(location, content=BODY[start:end], headers=said)

    def tell_put(self, http: httpx2.Client, told: Told) -> None:
        _note(told, self.put(http))
        if told.status == 201:
            told.exhibit = told.body["id"]

    def tell_tus(self, http: httpx2.Client, told: Told) -> None:
        made = self.create(http)
        _note(told, made)
        told.location = made.headers.get("Location", "")
        if made.status_code != 201:
            return
        for start, end in pairwise(CUTS):
            sent = self.send(http, told.location, start, end)
            _note(told, sent)
            if sent.status_code != 204:
                return
            told.offset, told.exhibit = end, sent.headers.get("Bordereau-Exhibit", "")

    def tell_deposit(self, http: httpx2.Client, told: Told) -> None:
        _note(told, self.press(http))

    def tell(self, flow: str, http: httpx2.Client, told: Told) -> None:
        {"put": self.tell_put, "tus": self.tell_tus, "deposit": self.tell_deposit}[flow](http, told)

    def watched(self, flow: str) -> list[Point]:
        """The calls of the system that the flow makes until its answer has left."""
        with self.copied() as folder:
            served, told, out = self.start(folder), Told(), folder / "trace"
            threads = threads_of(served.pid)
            with self.client(served) as http, traced(served.pid, out):
                self.tell(flow, http, told)
            assert told.status in (200, 201, 204), told.body
            served.kill()
            points = points_of(calls_in(out), threads)
        answer = max(at for at, point in enumerate(points) if point.name == "sendto")
        return points[: answer + 1]

    def found_whole(self, folder: Path, told: Told, *, exhibits: int) -> None:
        """Start again, do what a client would, and hold what was told against what is there."""
        served = self.nursery.start(url_of(folder), folder, hours_ahead=1)
        with self.client(served) as http:
            if exhibits == 2:
                self._resume(http, told)
            self._deposited_once(http, told, exhibits)
        self._counted_once(folder)
        code, said = self.nursery.run(url_of(folder), folder, "verify")
        assert code == 0, said
        served.kill()
        _whole_or_absent(folder / "data" / "files")

    def _resume(self, http: httpx2.Client, told: Told) -> None:
        there = {e["number"]: e for e in http.get(self.path).json()["exhibits"]}
        assert not told.exhibit or told.exhibit in {e["id"] for e in there.values()}, "lost"
        if told.location:
            self._resume_tus(http, told)
        elif "2" not in there:
            assert self.put(http).status_code == 201
        found = http.get(self.path).json()["exhibits"]
        hashes = [e["sha256"] for e in found]
        assert len(hashes) == 2 and hashes.count(SHA256) == 1, hashes
        (second,) = (e for e in found if e["sha256"] == SHA256)
        assert not told.exhibit or told.exhibit == second["id"]
        assert http.get(f"/api/v1/exhibits/{second['id']}/content").content == BODY

    def _resume_tus(self, http: httpx2.Client, told: Told) -> None:
        stands = http.head(told.location, headers=TUS)
        assert stands.status_code == 200, stands.text
        offset = int(stands.headers["Upload-Offset"])
        assert offset >= told.offset, "acknowledged bytes are lost"
        if offset < len(BODY):
            assert self.send(http, told.location, offset, len(BODY)).status_code == 204

    def _deposited_once(self, http: httpx2.Client, told: Told, exhibits: int) -> None:
        answer = self.press(http)
        assert answer.status_code == 200, answer.text
        receipt = answer.json()
        if told.status == 200:
            assert told.body == receipt, "another receipt"
        assert self.press(http).content == answer.content
        assert receipt["received"] == f"{exhibits} of {exhibits}"
        verify.check_receipt(receipt, http.get("/api/v1/log/keys").json())
        first = next(e for e in http.get(self.path).json()["exhibits"] if e["number"] == "1")
        assert http.get(f"/api/v1/exhibits/{first['id']}/content").content == FIRST

    def _counted_once(self, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "bordereau.db")) as db:
            (times,) = db.execute(
                "SELECT count(*) FROM log_entries WHERE act = 'production.deposited'"
            ).fetchone()
        assert times == 1


def _whole_or_absent(files: Path) -> None:
    """Whatever has its name, known to the record or not, has all its bytes."""
    for path in (files / "objects").glob("*/*/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    # One may have been on its way in when the blow came. A sweep takes it a day later.
    assert len([path for path in (files / "tmp").iterdir() if path.is_file()]) <= 1


def _note(told: Told, answer: httpx2.Response) -> None:
    told.status = answer.status_code
    told.body = answer.json() if answer.content else None


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder}/bordereau.db"


def template(nursery: Nursery, service: FastAPI, api: Api, folder: Path) -> Template:
    """Made through the real doors, and closed: nothing waits in it."""
    order = api.served()
    draft, other = api.draft(order), api.draft(order)
    for production, number in ((draft, "1"), (other, "9")):
        sent = api.by("producing_counsel").upload(production, number, FIRST)
        assert sent.status_code == 201, sent.text
    state = service.state
    inspect_waiting(state.database, state.store, state.inspectors, clock)
    state.database.close()
    made = folder / "template"
    made.mkdir()
    shutil.copy(str(state.database.url.database), made / "bordereau.db")
    shutil.copytree(state.settings.data_dir, made / "data")
    token = api.cast.tokens["producing_counsel"]
    return Template(nursery, made, draft["id"], {"Authorization": f"Bearer {token}"})
