"""Uploads that ask at the same moment are admitted in one view, each by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from app import models as m
from app.api.admissions import Admissions
from app.db import Database
from app.errors import Busy
from tests.api.conftest import Api

Upload = Callable[[], Any]


@contextmanager
def _reader_held(service: FastAPI) -> Iterator[Admissions]:
    """The one reader is busy, so that who asks meanwhile waits together."""
    together: Admissions = service.state.admissions
    free = threading.Event()
    together._reader.submit(free.wait, 60)
    try:
        yield together
    finally:
        free.set()


def _ask_together(
    service: FastAPI, uploads: Sequence[Upload], meanwhile: Callable[[], None] = lambda: None
) -> list[Any]:
    """Send all while the reader is held; their answers. ``meanwhile`` all of them ask."""
    with ThreadPoolExecutor(len(uploads)) as pool:
        with _reader_held(service) as together:
            sent = [pool.submit(upload) for upload in uploads]
            end = time.monotonic() + 30
            while len(together._asking) < len(uploads) and time.monotonic() < end:
                time.sleep(0.005)
            assert len(together._asking) == len(uploads)
            meanwhile()
        return [each.result() for each in sent]


def test_those_who_ask_together_are_judged_in_one_view_and_each_by_itself(
    service: FastAPI, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = api.draft(api.served())
    views: list[str] = []
    reading = Database.reading

    def counted(database: Database) -> Any:
        views.append(threading.current_thread().name)
        return reading(database)

    monkeypatch.setattr(Database, "reading", counted)
    uploads: list[Upload] = [
        lambda: api.by("producing_counsel").upload(draft, "1", b"one"),
        lambda: api.by("requesting_counsel").upload(draft, "2", b"not theirs"),
        lambda: api.by("producing_assistant").upload(draft, "3", b"three"),
    ]
    answers = _ask_together(service, uploads)
    assert [a.status_code for a in answers] == [201, 404, 201]
    assert len([name for name in views if name.startswith("admissions")]) == 1


def test_who_lost_the_right_before_the_view_is_refused_before_the_first_byte(
    service: FastAPI, api: Api
) -> None:
    draft = api.draft(api.served())

    def revoke() -> None:
        with service.state.database.writing() as session:
            user = m.User.id == api.cast.users["producing_assistant"]
            session.execute(update(m.User).where(user).values(disabled_at=m.User.created_at))

    uploads: list[Upload] = [
        lambda: api.by("producing_counsel").upload(draft, "1", b"counsel's"),
        lambda: api.by("producing_assistant").upload(draft, "2", b"the assistant's"),
    ]
    answers = _ask_together(service, uploads, revoke)
    assert [a.status_code for a in answers] == [201, 401]
    with service.state.database.reading() as session:
        assert session.query(m.StoredFile).count() == 1


def test_where_the_record_cannot_be_read_each_is_told(
    service: FastAPI, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    counsel, draft = api.by("producing_counsel"), api.draft(api.served())

    def busy(_: Database) -> Any:
        raise Busy("The database did not answer in time.")

    uploads: list[Upload] = [
        lambda: counsel.upload(draft, "1", b"one"),
        lambda: counsel.upload(draft, "2", b"two"),
    ]
    answers = _ask_together(
        service, uploads, lambda: monkeypatch.setattr(Database, "reading", busy)
    )
    monkeypatch.undo()
    assert [a.status_code for a in answers] == [503, 503]
    assert counsel.upload(draft, "1", b"one").status_code == 201
