"""The sweep: what nobody knows is set aside, what the record knows is never touched."""

from __future__ import annotations

import io
import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.storage.store import Swept
from tests.storage.kept import STORED_AT, Kept

LIMIT = 2**20
DAY = timedelta(days=1)


@pytest.fixture
def store(kept: Kept) -> Any:
    """Each kind of store in turn."""
    return kept.store


@pytest.fixture
def stored(store, matter):
    """A file: its SHA-256."""
    return store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT).sha256


@pytest.fixture
def stored_at(kept, matter, stored):
    """When it was stored."""
    return kept.long_ago(matter, stored)


def nobody(_matter, _among):
    return ()


def everybody(_matter, among):
    return among


def test_an_empty_store_has_nothing_to_sweep(store):
    assert store.sweep(STORED_AT, nobody) == Swept()


def test_a_file_the_record_knows_stays_for_ever(store, matter, stored, stored_at):
    assert store.sweep(stored_at + 36_500 * DAY, everybody) == Swept()
    assert store.verify(matter, stored)


def test_a_file_nobody_knows_is_set_aside_after_a_day(store, matter, stored, stored_at, kept):
    assert store.sweep(stored_at + DAY, nobody).quarantined == ()
    later = stored_at + DAY + timedelta(seconds=1)
    assert store.sweep(later, nobody).quarantined == ((matter, stored),)
    assert not store.exists(matter, stored)
    name = f"quarantine/{matter}/{stored}"
    assert kept.names() == [name]
    assert kept.bytes_of(name) == b"exhibit"


def test_what_is_set_aside_goes_after_thirty_days(store, matter, stored, stored_at, kept):
    store.sweep(stored_at + 2 * DAY, nobody)
    aside = kept.dated(f"quarantine/{matter}/{stored}")
    assert store.sweep(aside + 30 * DAY, nobody).quarantine_removed == 0
    assert store.sweep(aside + 31 * DAY, nobody).quarantine_removed == 1
    assert kept.names() == []


def test_what_was_set_aside_and_is_known_after_all_stays_and_is_told(
    store, matter, stored, stored_at, kept
):
    store.sweep(stored_at + 2 * DAY, nobody)
    swept = store.sweep(stored_at + 101 * DAY, everybody)
    assert swept.restorable == ((matter, stored),)
    assert kept.names() == [f"quarantine/{matter}/{stored}"]


def test_uploading_the_bytes_again_makes_the_file_young(store, matter, stored, stored_at):
    time.sleep(1.1)  # a bucket tells seconds
    again = store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    assert not again.newly_stored
    assert store.sweep(stored_at + DAY + timedelta(seconds=1), nobody).quarantined == ()


def test_a_row_written_while_the_sweep_runs_saves_its_file(store, matter, stored, stored_at):
    answers = iter([(), (stored,)])
    swept = store.sweep(stored_at + 2 * DAY, lambda _matter, _among: next(answers))
    assert swept.quarantined == ()
    assert store.exists(matter, stored)


def test_the_record_is_asked_matter_by_matter(store, matter, stored):
    other = uuid4()
    asked = []

    def everybody_asked(matter_id, among):
        asked.append((matter_id, list(among)))
        return among

    store.put(other, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    store.sweep(datetime(2100, 1, 1, tzinfo=UTC), everybody_asked)
    assert sorted(asked) == sorted([(matter, [stored]), (other, [stored])])


def test_files_that_are_not_ours_are_left_alone(store, stored, kept):
    strays = ["objects/lost+found/ab/note", "quarantine/lost+found/note"]
    for stray in strays:
        kept.write(stray, b"not a file of ours")
    store.sweep(datetime(2100, 1, 1, tzinfo=UTC), nobody)
    assert set(strays) < set(kept.names())


def test_temporary_files_that_were_given_up_go_after_a_day(
    store, stored, stored_at, kept, tmp_path
):
    given_up = tmp_path / "data" / "tmp" / "given-up"
    given_up.write_bytes(b"half")
    at = stored_at.timestamp()
    os.utime(given_up, (at, at))
    assert store.sweep(stored_at + DAY, everybody).temporary_removed == 0
    assert store.sweep(stored_at + 2 * DAY, everybody).temporary_removed == 1
    assert not given_up.exists()
