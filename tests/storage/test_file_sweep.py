"""The sweep: what nobody knows is set aside, what the record knows is never touched."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.storage.store import Swept

LIMIT = 2**20
STORED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def stored(store, matter):
    """A file stored at ``STORED_AT``: its SHA-256."""
    sha256 = store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT).sha256
    at = STORED_AT.timestamp()
    os.utime(store.path_of(matter, sha256), (at, at))
    return sha256


def nobody(_matter, _among):
    return ()


def everybody(_matter, among):
    return among


def test_an_empty_store_has_nothing_to_sweep(store):
    assert store.sweep(STORED_AT, nobody) == Swept()


def test_a_file_the_record_knows_stays_for_ever(store, matter, stored):
    assert store.sweep(STORED_AT + 36_500 * DAY, everybody) == Swept()
    assert store.verify(matter, stored)


def test_a_file_nobody_knows_is_set_aside_after_a_day(store, matter, stored, files_in):
    assert store.sweep(STORED_AT + DAY, nobody).quarantined == ()
    later = STORED_AT + DAY + timedelta(seconds=1)
    assert store.sweep(later, nobody).quarantined == ((matter, stored),)
    assert not store.exists(matter, stored)
    assert files_in(store.root) == [f"quarantine/{matter}/{stored}"]


def test_what_is_set_aside_goes_after_thirty_days(store, stored, files_in):
    aside = STORED_AT + 2 * DAY
    store.sweep(aside, nobody)
    assert store.sweep(aside + 30 * DAY, nobody).quarantine_removed == 0
    assert store.sweep(aside + 31 * DAY, nobody).quarantine_removed == 1
    assert files_in(store.root) == []


def test_what_was_set_aside_and_is_known_after_all_stays_and_is_told(
    store, matter, stored, files_in
):
    aside = STORED_AT + 2 * DAY
    store.sweep(aside, nobody)
    assert store.sweep(aside + 99 * DAY, everybody).restorable == ((matter, stored),)
    assert len(files_in(store.root)) == 1


def test_uploading_the_bytes_again_makes_the_file_young(store, matter, stored):
    again = store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    assert not again.newly_stored
    assert store.sweep(STORED_AT + 2 * DAY, nobody).quarantined == ()


def test_a_row_written_while_the_sweep_runs_saves_its_file(store, matter, stored):
    answers = iter([(), (stored,)])
    swept = store.sweep(STORED_AT + 2 * DAY, lambda _matter, _among: next(answers))
    assert swept.quarantined == ()
    assert store.exists(matter, stored)


def test_the_record_is_asked_matter_by_matter(store, matter, stored):
    other = uuid4()
    asked = []

    def everybody_asked(matter_id, among):
        asked.append((matter_id, among))
        return among

    store.put(other, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    store.sweep(datetime(2100, 1, 1, tzinfo=UTC), everybody_asked)
    assert sorted(asked) == sorted([(matter, [stored]), (other, [stored])])


def test_folders_that_are_not_ours_are_left_alone(store, stored):
    stray = store.root / "objects" / "lost+found" / "ab"
    stray.mkdir(parents=True)
    (stray / "note").write_text("not a file of ours")
    store.sweep(datetime(2100, 1, 1, tzinfo=UTC), nobody)
    assert (stray / "note").exists()
