"""PostgreSQL, and the connection cut at the commit: before it hears of it, or before it says so.

The client cannot tell the two apart, and neither can the service: both are 503. Asking again is
what decides: done once, in either case, and the receipt is the one that was committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func, make_url, select

from app import models as m
from app.domain.acts import Act
from app.papers import verify
from tests.api.commit_wire import AFTER, BEFORE, CommitWire
from tests.api.conftest import Api
from tests.api.nursery import Nursery, Served

BODY = b"%PDF-1.4 an exhibit"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
    pytest.mark.parametrize("how", [BEFORE, AFTER]),
]


@dataclass
class Line:
    """The service behind a wire, and a client of it."""

    api: Api
    nursery: Nursery
    wire: CommitWire
    served: Served
    http: httpx2.Client

    def holds(self, statement: Any) -> int:
        """A count in the record itself, asked past the wire."""
        app: Any = self.api.http.app
        with app.state.database.reading() as session:
            return int(session.scalar(statement))


@pytest.fixture
def line(service: FastAPI, api: Api, nursery: Nursery, database_url: str) -> Iterator[Line]:
    url = make_url(database_url)
    wire = CommitWire(Path(str(url.query["host"])) / ".s.PGSQL.5432")
    cut = url.set(query={}, host="127.0.0.1", port=wire.port)
    folder = service.state.settings.data_dir.parent
    try:
        served = nursery.start(cut.render_as_string(hide_password=False), folder)
        headers = api.cast.headers("producing_counsel")
        with httpx2.Client(base_url=served.url, headers=headers, timeout=30) as http:
            yield Line(api, nursery, wire, served, http)
    finally:
        nursery.kill_all()
        wire.close()


def unanswered(answer: httpx2.Response, line: Line) -> None:
    assert line.wire.struck == 1
    assert answer.status_code == 503, answer.text
    assert answer.json()["type"] == "urn:bordereau:problem:database-unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_deposit_whose_commit_is_cut_gives_one_receipt_when_pressed_again(
    line: Line, service: FastAPI, database_url: str, how: str
) -> None:
    draft = line.api.draft(line.api.served())
    assert line.api.by("producing_counsel").upload(draft, "1", BODY).status_code == 201
    path = f"/api/v1/productions/{draft['id']}"
    acts = select(func.count()).where(
        m.LogEntry.act == Act.production_deposited, m.LogEntry.production_id == UUID(draft["id"])
    )

    def press() -> httpx2.Response:
        return line.http.post(f"{path}/deposit", json={}, headers={"Idempotency-Key": "press"})

    line.wire.cut(how)
    unanswered(press(), line)
    assert line.holds(acts) == (1 if how == AFTER else 0)
    there = line.http.get(path)  # the pool gives out no connection that is dead
    assert there.status_code == 200
    assert (there.json()["deposited_at"] is not None) == (how == AFTER)
    committed = line.http.get(f"{path}/receipt")
    assert committed.status_code == (200 if how == AFTER else 409)

    again = press()
    assert again.status_code == 200, again.text
    assert press().content == again.content
    assert line.holds(acts) == 1
    if how == AFTER:
        assert committed.json() == again.json()
    assert again.json()["received"] == "1 of 1"
    verify.check_receipt(again.json(), line.http.get("/api/v1/log/keys").json())
    code, said = line.nursery.run(database_url, service.state.settings.data_dir.parent, "verify")
    assert code == 0, said


def test_an_upload_whose_commit_is_cut_is_there_once_when_sent_again(
    line: Line, service: FastAPI, database_url: str, how: str
) -> None:
    draft = line.api.draft(line.api.served())
    path = f"/api/v1/productions/{draft['id']}"

    def put() -> httpx2.Response:
        params = {"filename": "1.pdf"}
        return line.http.put(f"{path}/exhibits/1", content=BODY, params=params)

    line.wire.cut(how)
    unanswered(put(), line)
    exhibits = select(func.count()).where(m.Exhibit.production_id == UUID(draft["id"]))
    assert line.holds(exhibits) == (1 if how == AFTER else 0)
    assert put().status_code in (200, 201)
    (exhibit,) = line.http.get(path).json()["exhibits"]
    assert line.http.get(f"/api/v1/exhibits/{exhibit['id']}/content").content == BODY
    code, said = line.nursery.run(database_url, service.state.settings.data_dir.parent, "verify")
    assert code == 0, said
