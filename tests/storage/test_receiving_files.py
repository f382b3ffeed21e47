"""What is announced and what arrives: taken whole, or refused leaving nothing."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import stat
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from app.errors import (
    DigestMismatch,
    Fault,
    StorageFull,
    UploadCutOff,
    UploadRefused,
    UploadTooLarge,
)
from app.storage.intake import object_name
from app.storage.local import LocalStore
from app.storage.store import BLOCK_BYTES, FileStore, ObjectDamaged, ObjectMissing
from tests.storage.kept import InFolder, Kept

BODY = os.urandom(BLOCK_BYTES * 2 + 12_345)
DIGEST = hashlib.sha256(BODY).digest()
LIMIT = 10 * BLOCK_BYTES


@pytest.fixture
def store(kept: Kept) -> Any:
    """Each kind of store in turn."""
    return kept.store


@pytest.fixture(params=["receive", "put"])
def take(request, store, matter, sent):
    """Take a body in by either door of the store."""

    def take(body, *, size_max_bytes=LIMIT, into=matter, chunk_bytes=65_536, **announced):
        announced["size_max_bytes"] = size_max_bytes
        if request.param == "put":
            return store.put(into, io.BytesIO(body), **announced)
        return asyncio.run(store.receive(into, sent(body, chunk_bytes), **announced))

    return take


def test_every_store_is_a_file_store(store):
    checked: FileStore = store
    assert checked is store


@pytest.mark.parametrize(
    "size", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES]
)
def test_a_file_of_any_size_comes_back_as_it_went(take, store, matter, kept, size):
    body = os.urandom(size)
    digest = hashlib.sha256(body)
    stored = take(body, expected_size=size, expected_sha256=digest.digest())
    assert (stored.sha256, stored.size_bytes, stored.newly_stored) == (
        digest.hexdigest(),
        size,
        True,
    )
    with store.open(matter, stored.sha256) as file:
        assert file.read() == body
    assert store.size(matter, stored.sha256) == size
    assert store.exists(matter, stored.sha256)
    assert store.verify(matter, stored.sha256)
    assert kept.names() == [f"objects/{matter}/{stored.sha256[:2]}/{stored.sha256}"]


@pytest.mark.parametrize("chunk_bytes", [7, 4_096, 3 * BLOCK_BYTES])
def test_the_size_of_the_chunks_does_not_matter(store, matter, sent, chunk_bytes):
    body = BODY[:200_000] if chunk_bytes == 7 else BODY
    stored = asyncio.run(store.receive(matter, sent(body, chunk_bytes), size_max_bytes=LIMIT))
    assert stored.sha256 == hashlib.sha256(body).hexdigest()


def test_blocks_go_to_a_thread_not_chunks(store, matter, sent, monkeypatch):
    sizes = []
    write = store._write

    def measured(incoming, block):
        sizes.append(len(block))
        write(incoming, block)

    monkeypatch.setattr(store, "_write", measured)
    asyncio.run(store.receive(matter, sent(BODY, 1_000), size_max_bytes=LIMIT))
    assert sizes == [BLOCK_BYTES, BLOCK_BYTES]


def test_a_stored_file_is_read_only_and_its_folders_are_ours_alone(tmp_path, matter):
    store = LocalStore(tmp_path / "data")
    path = store.path_of(matter, store.put(matter, io.BytesIO(BODY), size_max_bytes=LIMIT).sha256)
    store.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    for folder in (path.parent, path.parent.parent, store.root / "objects", store.root):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_bytes_twice_are_stored_once(take, store, kept):
    first, second = take(BODY), take(BODY)
    assert (first.newly_stored, second.newly_stored) == (True, False)
    assert first.sha256 == second.sha256
    assert len(kept.names()) == 1


def test_the_same_bytes_in_another_matter_are_stored_apart(take, store, kept):
    assert take(BODY).newly_stored
    assert take(BODY, into=uuid4()).newly_stored
    assert len(kept.names()) == 2


@pytest.mark.parametrize(
    ("announced", "fault"),
    [
        ({"expected_sha256": bytes(32)}, DigestMismatch),
        ({"expected_size": len(BODY) + 1}, UploadCutOff),
        ({"expected_size": len(BODY) - 1}, UploadRefused),
        ({"size_max_bytes": len(BODY) - 1}, UploadTooLarge),
    ],
)
def test_what_is_not_as_announced_leaves_nothing(take, store, kept, announced, fault):
    with pytest.raises(Fault) as refused:
        take(BODY, **announced)
    assert type(refused.value) is fault
    assert kept.names() == []


def test_a_cut_off_body_says_how_much_came(take):
    with pytest.raises(UploadCutOff, match=r"^The body ended after 3 of 5 bytes\.$"):
        take(b"abc", expected_size=5)


def test_a_digest_that_does_not_match_names_both(take):
    with pytest.raises(DigestMismatch) as refused:
        take(b"abc", expected_sha256=bytes(32))
    assert "00" * 32 in str(refused.value)
    assert hashlib.sha256(b"abc").hexdigest() in str(refused.value)


def test_what_announces_itself_too_large_is_refused_unread(store, matter):
    async def never_read() -> AsyncIterator[bytes]:
        raise AssertionError("read")
        yield b""

    with pytest.raises(UploadTooLarge):
        asyncio.run(
            store.receive(matter, never_read(), size_max_bytes=LIMIT, expected_size=LIMIT + 1)
        )


def test_too_large_is_refused_while_streaming(store, matter, kept):
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield bytes(65_536)

    with pytest.raises(UploadTooLarge):
        asyncio.run(store.receive(matter, endless(), size_max_bytes=LIMIT))
    assert asked == LIMIT // 65_536 + 1
    assert kept.names() == []


def test_a_client_that_goes_away_leaves_nothing(store, matter, sent, kept):
    class GoneAwayError(Exception):
        pass

    async def goes_away() -> AsyncIterator[bytes]:
        async for chunk in sent(BODY):
            yield chunk
        raise GoneAwayError

    with pytest.raises(GoneAwayError):
        asyncio.run(store.receive(matter, goes_away(), size_max_bytes=LIMIT))
    assert kept.names() == []


def test_a_cancelled_upload_leaves_nothing(store, matter, sent, kept):
    async def hangs(stuck: asyncio.Event) -> AsyncIterator[bytes]:
        async for chunk in sent(BODY):
            yield chunk
        stuck.set()
        await asyncio.sleep(60)

    async def cancel() -> None:
        stuck = asyncio.Event()
        upload = asyncio.create_task(store.receive(matter, hangs(stuck), size_max_bytes=LIMIT))
        await stuck.wait()
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload

    asyncio.run(cancel())
    assert kept.names() == []


def test_an_upload_cancelled_at_its_last_step_is_whole_or_absent(
    store, matter, sent, kept, monkeypatch
):
    """The thread cannot be stopped: the cancelled task waits, and no temporary file stays."""
    reached: list[int] = []
    settle = os.fsync

    def slow(descriptor: int) -> None:
        reached.append(descriptor)
        time.sleep(0.05)
        settle(descriptor)

    store.put(matter, io.BytesIO(b"first"), size_max_bytes=LIMIT)
    monkeypatch.setattr(os, "fsync", slow)

    async def cancel() -> None:
        upload = asyncio.create_task(store.receive(matter, sent(BODY), size_max_bytes=LIMIT))
        while not reached:
            await asyncio.sleep(0.001)
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload

    asyncio.run(cancel())
    assert [name for name in kept.names() if name.startswith("tmp")] == []
    assert store.verify(matter, DIGEST.hex())


def test_room_is_kept_in_reserve(tmp_path, matter, sent, files_in):
    free = os.statvfs(tmp_path)
    store = LocalStore(tmp_path / "data", reserve_bytes=free.f_bfree * free.f_frsize + 2**40)
    with pytest.raises(StorageFull):
        store.put(matter, io.BytesIO(BODY), size_max_bytes=LIMIT)
    with pytest.raises(StorageFull):
        asyncio.run(store.receive(matter, sent(BODY), size_max_bytes=LIMIT))
    assert files_in(store.root) == []
    store.close()


@pytest.mark.parametrize("damaged", [b"damaged", BODY[:-1] + b"?"], ids=["shorter", "as long"])
def test_a_damaged_file_is_an_alarm_and_is_not_overwritten(take, store, kept, matter, damaged):
    sha256 = take(BODY[:-1] + b"!").sha256
    name = object_name(matter, sha256)
    kept.write(name, damaged)
    assert not store.verify(matter, sha256)
    with pytest.raises(ObjectDamaged):
        take(BODY[:-1] + b"!")
    assert kept.bytes_of(name) == damaged
    assert kept.names() == [name]


def test_a_file_that_is_not_there_is_an_alarm(take, store, matter):
    absent = "0" * 64
    assert store.missing(matter, [absent, take(BODY).sha256]) == {absent}
    assert not store.exists(matter, absent)
    for ask in (store.open, store.size, store.verify):
        with pytest.raises(ObjectMissing):
            ask(matter, absent)


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_hash_names_a_file(store, matter, sha256):
    for ask in (store.open, store.exists, store.size, store.verify):
        with pytest.raises(ValueError, match="not a SHA-256"):
            ask(matter, sha256)


def test_many_uploads_at_once_all_arrive(store, matter, sent):
    bodies = [os.urandom(BLOCK_BYTES + n) for n in range(24)]

    async def all_of_them():
        return await asyncio.gather(
            *(store.receive(matter, sent(body), size_max_bytes=LIMIT) for body in bodies)
        )

    stored = asyncio.run(all_of_them())
    assert [s.sha256 for s in stored] == [hashlib.sha256(b).hexdigest() for b in bodies]


def test_racing_writers_of_the_same_bytes_store_them_once(store, matter, sent, kept):
    async def race():
        return await asyncio.gather(
            *(store.receive(matter, sent(BODY), size_max_bytes=LIMIT) for _ in range(8))
        )

    stored = asyncio.run(race())
    assert {s.sha256 for s in stored} == {DIGEST.hex()}
    # Two may be told so by a bucket whose conditional writes are not atomic, as Swift's are.
    assert sum(s.newly_stored for s in stored) == 1 or not isinstance(kept, InFolder)
    assert len(kept.names()) == 1
