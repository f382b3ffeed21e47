"""Files of events: recorded with the event in one act, or nothing is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app import models as m
from app.db import Database
from app.domain.acts import Act
from app.errors import Invalid, MatterFull, NotFound
from app.schemas.events import EVENT_IN
from app.services.compliance import event_outs
from app.services.event_files import Attached, event_file
from app.services.events import event_rows, record_event
from app.services.orders import order_of
from app.services.verify import Verified, stored_files, verify_files, verify_record
from app.storage.local import LocalStore
from app.worker.sweeps import sweep
from tests.attaching import DISPUTE, attached, event_with_files
from tests.cast import Cast
from tests.web.story import story_store

NOW = datetime(2021, 9, 20, 8, 0, tzinfo=UTC)
ACT = ("Signification.pdf", b"%PDF-1.4 the writ")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    opened = story_store(tmp_path)
    yield opened
    opened.close()


def test_an_event_and_its_files_are_one_act_of_the_log(
    database: Database, served: m.Order, cast: Cast, store: LocalStore
) -> None:
    event_id, (file_id, other) = event_with_files(
        database, store, cast, served.id, NOW, ACT, ("a.png", b"png")
    )
    with database.reading() as session:
        last = session.scalars(select(m.LogEntry).order_by(m.LogEntry.index.desc()).limit(1)).one()
        assert last.act is Act.event_recorded
        record = session.get(m.LogRecord, last.index)
        assert record is not None and record.record is not None
        written = {(row["t"], row["k"]) for row in json.loads(record.record)["rows"]}
        assert {
            ("events", str(event_id)),
            ("event_files", str(file_id)),
            ("event_files", str(other)),
        } <= written
        assert list(verify_record(session, Verified())) == []


def test_the_event_tells_of_its_files_in_their_order(
    database: Database, served: m.Order, cast: Cast, store: LocalStore
) -> None:
    event_id, ids = event_with_files(
        database, store, cast, served.id, NOW, ("b.pdf", b"b"), ("a.pdf", b"a")
    )
    with database.reading() as session:
        actor = cast.actor(session, "requesting_counsel")
        order = order_of(session, actor, served.id)
        first, last = event_outs(
            session, order, event_rows(session, actor, order.id, limit=9), "en"
        )
        assert first.files == []
        assert last.id == event_id
        assert [(f.id, f.filename, f.size_bytes) for f in last.files] == [
            (ids[0], "b.pdf", 1),
            (ids[1], "a.pdf", 1),
        ]


def _refused(
    database: Database, cast: Cast, order: m.Order, given: Attached, fault: type[Exception]
) -> None:
    with pytest.raises(fault), database.writing() as session:
        actor = cast.actor(session, "clerk")
        record_event(session, actor, order.id, EVENT_IN.validate_python(DISPUTE), NOW, given)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(m.Event)) == 1
        assert session.scalar(select(func.count()).select_from(m.EventFile)) == 0
        assert session.scalar(select(func.count()).select_from(m.StoredFile)) == 0


def test_of_a_sixth_file_nothing_is_recorded(
    database: Database, served: m.Order, cast: Cast, store: LocalStore
) -> None:
    files = [(f"{n}.pdf", str(n).encode()) for n in range(6)]
    given = attached(store, cast.matter.id, *files)
    _refused(database, cast, served, given, Invalid)


def test_a_matter_without_room_takes_neither_file_nor_event(
    database: Database, served: m.Order, cast: Cast, store: LocalStore
) -> None:
    files = attached(store, cast.matter.id, ("a.pdf", b"12345"), ("b.pdf", b"678901")).files
    _refused(database, cast, served, Attached(files, matter_bytes_max=10), MatterFull)


def test_a_file_that_the_matter_holds_already_asks_for_no_room(
    database: Database, served: m.Order, cast: Cast, store: LocalStore
) -> None:
    event_with_files(database, store, cast, served.id, NOW, ACT)
    again = Attached(attached(store, cast.matter.id, ACT).files, matter_bytes_max=len(ACT[1]))
    with database.writing() as session:
        actor = cast.actor(session, "clerk")
        record_event(session, actor, served.id, EVENT_IN.validate_python(DISPUTE), NOW, again)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(m.EventFile)) == 2
        assert session.scalar(select(func.count()).select_from(m.StoredFile)) == 1


def test_verification_reads_the_bytes_back(
    database: Database, served: m.Order, cast: Cast, store: LocalStore
) -> None:
    event_with_files(database, store, cast, served.id, NOW, ACT)
    with database.reading() as session:
        files = stored_files(session)
    tally = Verified()
    assert list(verify_files(files, store, tally)) == []
    assert (tally.files, tally.bytes) == (1, len(ACT[1]))
    [(matter_id, sha256, _)] = files
    path = next(store.root.rglob(sha256))
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.4 the wrif")
    [wrong] = verify_files(files, store, Verified())
    assert sha256 in str(wrong.where)
    assert str(matter_id) in str(wrong.where)


def test_a_sweep_keeps_what_an_event_bears_and_puts_apart_what_none_does(
    database: Database, served: m.Order, cast: Cast, store: LocalStore
) -> None:
    event_with_files(database, store, cast, served.id, NOW, ACT)
    abandoned = attached(store, cast.matter.id, ("b.pdf", b"never confirmed")).files[0].file.sha256
    sweep(database, store, datetime.now(UTC) + timedelta(hours=23))
    assert store.exists(cast.matter.id, abandoned)
    sweep(database, store, datetime.now(UTC) + timedelta(hours=25))
    assert not store.exists(cast.matter.id, abandoned)
    with database.reading() as session:
        [(_, sha256, _)] = stored_files(session)
    assert store.exists(cast.matter.id, sha256)


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("clerk", True),
        ("producing_counsel", True),
        ("producing_assistant", True),
        ("requesting_counsel", True),
        ("requesting_assistant", True),
        ("third_counsel", True),
        ("clerk_elsewhere", False),
        ("counsel_elsewhere", False),
        ("administrator", False),
        ("auditor", False),
        ("nobody_yet", False),
    ],
)
def test_who_sees_the_order_reads_its_events_files_and_nobody_else(
    database: Database, served: m.Order, cast: Cast, store: LocalStore, role: str, reads: bool
) -> None:
    event_id, (file_id,) = event_with_files(database, store, cast, served.id, NOW, ACT)
    with database.reading() as session:
        actor = cast.actor(session, role)
        if not reads:
            with pytest.raises(NotFound):
                event_file(session, actor, event_id, file_id, store)
            return
        found = event_file(session, actor, event_id, file_id, store)
        assert b"".join(found.blocks()) == ACT[1]
        assert found.headers["Content-Disposition"] == 'attachment; filename="Signification.pdf"'
        assert found.headers["Content-Type"] == "application/octet-stream"
        for event, file in ((uuid4(), file_id), (event_id, uuid4())):
            with pytest.raises(NotFound):
                event_file(session, actor, event, file, store)
