"""A store that answers slowly keeps nobody waiting but who asked it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import QueuePool, select

from app import models as m
from app.db import Database
from app.deps import clock
from app.services import files
from app.services.presence import Presence
from app.storage.local import LocalStore
from app.worker.sweeps import sweep
from tests.api.conftest import Api
from tests.cast import Cast


class SlowStore:
    """The store of the application, whose every answer of what is missing waits for leave.

    ``questions`` are what was asked, ``views`` how many connections to the database were in use
    at that moment.
    """

    def __init__(self, store: LocalStore, database: Database) -> None:
        self._missing = store.missing
        self.asked = Event()
        self.leave = Event()
        self.questions: list[set[str]] = []
        self.views: list[int] = []
        self._pool = cast("QueuePool", database.engine.pool)

    def missing(self, matter_id: UUID, hashes: Collection[str]) -> Collection[str]:
        self.questions.append(set(hashes))
        self.views.append(self._pool.checkedout())
        self.asked.set()
        assert self.leave.wait(30), "nobody gave leave"
        return self._missing(matter_id, hashes)


@pytest.fixture
def slow(service: FastAPI, monkeypatch: pytest.MonkeyPatch) -> SlowStore:
    slow = SlowStore(service.state.store, service.state.database)
    monkeypatch.setattr(service.state.store, "missing", slow.missing)
    return slow


def while_asked(slow: SlowStore, deposit: Callable[[], Any], act: Callable[[], None]) -> Any:
    """Do ``act`` while the deposit waits for the store; the deposit's answer."""
    with ThreadPoolExecutor(1) as pool:
        pressed = pool.submit(deposit)
        try:
            assert slow.asked.wait(30)
            act()
        finally:
            slow.leave.set()
        return pressed.result(60)


def test_a_deposit_that_waits_for_the_store_keeps_no_writer_waiting(
    service: FastAPI, counsel: Api, draft: dict[str, Any], slow: SlowStore
) -> None:
    assert counsel.upload(draft, "1", b"one").status_code == 201
    path = f"/productions/{draft['id']}"

    def write() -> None:
        # The same order's row, and SQLite's one write lock: both are free.
        with service.state.database.writing() as session:
            query = select(m.Order.id).with_for_update(nowait=True)
            assert session.scalars(query).all()
        assert counsel.upload(draft, "2", b"two").status_code == 201
        assert not slow.leave.is_set()

    receipt = while_asked(slow, lambda: counsel.post(f"{path}/deposit", {}), write)
    assert receipt.status_code == 200, receipt.text
    # What arrived during the answer is in the manifest, and was asked for by itself.
    assert receipt.json()["received"] == "2 of 2"
    first, second = slow.questions
    assert len(first) == len(second) == 1
    assert first.isdisjoint(second)


def test_a_repeated_deposit_does_not_ask_the_store_again(
    counsel: Api, draft: dict[str, Any], slow: SlowStore
) -> None:
    slow.leave.set()
    counsel.upload(draft, "1", b"one")
    first = counsel.made(f"/productions/{draft['id']}/deposit", {})
    asked = len(slow.questions)
    assert counsel.made(f"/productions/{draft['id']}/deposit", {}) == first
    assert len(slow.questions) == asked == 1


def test_a_file_that_is_lost_is_refused_by_name_whenever_its_row_came(
    service: FastAPI, cast: Cast, counsel: Api, draft: dict[str, Any], slow: SlowStore
) -> None:
    def lose(number: str) -> None:
        sha256 = counsel.upload(draft, number, f"file {number}".encode()).json()["sha256"]
        service.state.store.path_of(cast.matter.id, sha256).unlink()

    counsel.upload(draft, "1", b"one")
    lose("2")
    path = f"/productions/{draft['id']}/deposit"
    refused = while_asked(slow, lambda: counsel.post(path, {}), lambda: lose("3"))
    assert refused.status_code == 422
    assert [e["field"] for e in refused.json()["errors"]] == ["exhibits.1", "exhibits.2"]
    assert [len(asked) for asked in slow.questions] == [2, 1]
    assert counsel.get(f"/productions/{draft['id']}").json()["deposited_at"] is None


def test_the_deposit_itself_asks_only_for_what_was_not_asked_before(
    service: FastAPI, cast: Cast, slow: SlowStore
) -> None:
    slow.leave.set()
    one, two = "1" * 64, "2" * 64
    before = Presence(asked=frozenset({one}))
    assert before.along(service.state.store, cast.matter.id, {one}) is before
    after = before.along(service.state.store, cast.matter.id, {one, two})
    assert after == Presence(frozenset({one, two}), frozenset({two}))
    assert slow.questions == [{two}]


def test_the_table_of_checks_keeps_no_view_open_while_the_store_is_asked(
    service: FastAPI, cast: Cast, counsel: Api, draft: dict[str, Any], slow: SlowStore
) -> None:
    lost = counsel.upload(draft, "1", b"one").json()["sha256"]
    service.state.store.path_of(cast.matter.id, lost).unlink()

    def write() -> None:
        assert counsel.upload(draft, "2", b"two").status_code == 201

    path = f"/productions/{draft['id']}/checks"
    table = while_asked(slow, lambda: counsel.get(path), write).json()
    assert (slow.questions, slow.views) == ([{lost}], [0])
    kinds = {e["number"]: [c["kind"] for c in e["checks"]] for e in table["exhibits"]}
    # What arrived during the answer came a moment ago: it is there, and not asked for.
    assert "missing" in kinds["1"]
    assert "missing" not in kinds["2"]


def test_for_who_may_not_see_the_draft_nothing_is_asked(
    counsel: Api, api: Api, draft: dict[str, Any], slow: SlowStore
) -> None:
    slow.leave.set()
    counsel.upload(draft, "1", b"one")
    path = f"/productions/{draft['id']}/checks"
    assert api.by("requesting_counsel").get(path).status_code == 404
    assert api.by(None).get(path).status_code == 401
    assert slow.questions == []
    counsel.made(f"/productions/{draft['id']}/deposit")
    slow.questions.clear()
    assert counsel.get(path).status_code == 409
    assert slow.questions == []


def test_the_sweep_asks_for_every_file_and_keeps_no_view_open(
    service: FastAPI,
    cast: Cast,
    counsel: Api,
    draft: dict[str, Any],
    slow: SlowStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(files, "ASKED_AT_ONCE", 2)
    slow.leave.set()
    hashes = [counsel.upload(draft, str(n), b"%d" % n).json()["sha256"] for n in range(1, 6)]
    for lost in hashes[1::2]:
        service.state.store.path_of(cast.matter.id, lost).unlink()
    sweep(service.state.database, service.state.store, clock())
    assert [len(asked) for asked in slow.questions] == [2, 2, 1]
    assert set().union(*slow.questions) == set(hashes)
    assert slow.views == [0, 0, 0]
    told = [r.getMessage() for r in caplog.records if "not stored" in r.getMessage()]
    assert [any(h in line for line in told) for h in hashes] == [False, True, False, True, False]
