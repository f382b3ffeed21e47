"""Parts: what was recorded holds, whoever writes, and nothing else counts."""

from __future__ import annotations

import asyncio
import hashlib
import os
from uuid import UUID, uuid4

import pytest

from app.errors import ChecksumMismatch
from app.storage import parts as parts_module
from app.storage.incoming import Remainder
from app.storage.local import LocalStore
from app.storage.parts import Checksum
from app.storage.store import BLOCK_BYTES, PartLost

BODY = os.urandom(4 * BLOCK_BYTES + 99)


def append(store, part, chunks, record=lambda *_: None, checksum=None):
    tally = Remainder(1 << 40, None)
    asyncio.run(store.parts.append(part, chunks, tally, record, checksum))


def test_a_long_request_is_recorded_on_its_way_each_time_after_a_sync(store, sent, monkeypatch):
    monkeypatch.setattr(parts_module, "RECORD_BYTES", 2 * BLOCK_BYTES)
    monkeypatch.setattr(parts_module, "RECORD_SECONDS", 0.0)
    told: list[object] = []
    real = os.fsync

    def fsync(descriptor):
        told.append("sync")
        real(descriptor)

    part = store.parts.open(uuid4(), 0)
    monkeypatch.setattr(os, "fsync", fsync)
    append(store, part, sent(BODY), lambda offset, last: told.append((offset, last)))
    assert told == [
        "sync", (2 * BLOCK_BYTES, False),
        "sync", (4 * BLOCK_BYTES, False),
        "sync", (len(BODY), True),
    ]  # fmt: skip


def test_who_is_told_to_stop_writes_nothing_that_counts(store, sent, monkeypatch):
    monkeypatch.setattr(parts_module, "RECORD_BYTES", BLOCK_BYTES)
    monkeypatch.setattr(parts_module, "RECORD_SECONDS", 0.0)

    def overtaken(_offset, _last):
        raise RuntimeError("overtaken")

    part = store.parts.open(uuid4(), 0)
    with pytest.raises(RuntimeError):
        append(store, part, sent(BODY), overtaken)
    assert part.descriptor is None
    assert store.parts.open(part.id, 0).id == part.id  # given up: nobody holds it


def test_what_lies_beyond_the_recorded_offset_is_cut_off_on_opening(store, matter, sent):
    part_id = uuid4()
    append(store, store.parts.open(part_id, 0), sent(BODY[:1000]))
    with store.parts.path_of(part_id).open("ab") as file:
        file.write(b"left by a process that died" * 1000)
    append(store, store.parts.open(part_id, 1000), sent(BODY[1000:]))
    assert store.parts.path_of(part_id).read_bytes() == BODY
    stored = store.keep_part(matter, part_id, len(BODY))
    assert stored.sha256 == hashlib.sha256(BODY).hexdigest()


def test_a_part_held_by_another_goes_on_in_a_copy(store, matter, sent):
    part_id = uuid4()
    append(store, store.parts.open(part_id, 0), sent(BODY[:1000]))
    old = store.parts.open(part_id, 1000)
    new = store.parts.open(part_id, 1000)
    assert new.id not in (old.id, UUID(int=0))
    append(store, old, sent(b"x" * 5000))
    append(store, new, sent(BODY[1000:]))
    stored = store.keep_part(matter, new.id, len(BODY))
    assert stored.sha256 == hashlib.sha256(BODY).hexdigest()
    assert store.verify(matter, stored.sha256)


def test_the_digest_is_the_same_after_a_restart(store, matter, sent):
    part_id = uuid4()
    append(store, store.parts.open(part_id, 0), sent(BODY[:3_000_000]))
    again = LocalStore(store.root)
    append(again, again.parts.open(part_id, 3_000_000), sent(BODY[3_000_000:]))
    third = LocalStore(store.root)
    stored = third.keep_part(matter, part_id, len(BODY))
    assert stored.sha256 == hashlib.sha256(BODY).hexdigest()
    assert third.keep_part(matter, part_id, len(BODY)).newly_stored is False
    again.close()
    third.close()


def test_a_checksum_that_fails_takes_back_its_own_bytes_alone(store, sent):
    part_id = uuid4()
    append(store, store.parts.open(part_id, 0), sent(BODY[:1000]))
    with pytest.raises(ChecksumMismatch):
        append(
            store,
            store.parts.open(part_id, 1000),
            sent(b"other" * BLOCK_BYTES),
            checksum=Checksum("sha1", b"\0" * 20),
        )
    assert store.parts.path_of(part_id).read_bytes() == BODY[:1000]


def test_a_part_with_fewer_or_more_bytes_than_recorded_is_never_stored(store, matter, sent):
    part_id = uuid4()
    append(store, store.parts.open(part_id, 0), sent(BODY[:1000]))
    for size in (999, 1001):
        with pytest.raises(PartLost):
            store.keep_part(matter, part_id, size)
    with pytest.raises(PartLost):
        store.parts.open(part_id, 1001)
    with pytest.raises(PartLost):
        store.parts.open(uuid4(), 1)


def test_a_part_is_ours_alone_and_never_a_link(store, tmp_path, sent):
    part_id, other = uuid4(), uuid4()
    append(store, store.parts.open(part_id, 0), sent(b"x"))
    assert store.parts.path_of(part_id).stat().st_mode & 0o777 == 0o600
    target = tmp_path / "elsewhere"
    target.write_bytes(b"precious")
    store.parts.path_of(other).symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"):
        store.parts.open(other, 0)
    assert target.read_bytes() == b"precious"
