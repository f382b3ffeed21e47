"""Parts: files that arrive over several requests, before they are stored.

    <root>/parts/<uuid>

How many of a part's bytes count, the record says, never the file: what a file holds beyond
is cut off when it is opened. A part has one writer at a time, who holds an flock on it. A
newcomer who is entitled to write (``app.services.uploads`` gives leases) and finds the file
held, goes on in a copy under another name: whatever the old writer still writes, it writes
into a file that nobody will read.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import AsyncIterable, Callable, Collection, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID, uuid4

from app.errors import ChecksumMismatch, UploadRefused
from app.storage import disk
from app.storage.blocks import pour
from app.storage.incoming import Tally
from app.storage.store import BLOCK_BYTES, PartLost
from app.storage.volume import Volume

if TYPE_CHECKING:
    from hashlib import _Hash

RECORD_BYTES = 32 * BLOCK_BYTES
RECORD_SECONDS = 2.0
"""Of a long request, what arrived is synced and recorded once it is so much, and so long since
the last time: a crash loses no more, and a fast line does not wait for the disk all the time."""

KEPT_DIGESTS_MAX = 256
UNKNOWN_FOR = timedelta(hours=24)

Record = Callable[[int, bool], None]
"""Told in a thread, once they are on the disk, how many bytes there are, and whether the
request has no more; raises to stop."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must hash to."""

    algorithm: str
    digest: bytes


class Part:
    """A part held open by its one writer, standing at ``offset``."""

    def __init__(self, part_id: UUID, descriptor: int, offset: int, digest: _Hash) -> None:
        self.id = part_id
        self.offset = self.recorded = offset
        self.recorded_at = time.monotonic()
        self.digest = digest
        self.sent: _Hash | None = None
        self.descriptor: int | None = descriptor
        self._lock = Lock()

    @contextmanager
    def in_use(self) -> Iterator[int]:
        """Hold the file and give its descriptor; raises ``UploadRefused`` once it is closed."""
        with self._lock:
            if self.descriptor is None:
                raise UploadRefused("The upload was abandoned.")
            yield self.descriptor

    def close(self) -> None:
        """Give the file up, once nobody uses it."""
        with self._lock:
            descriptor, self.descriptor = self.descriptor, None
            if descriptor is not None:
                os.close(descriptor)  # and with it the flock


class Parts:
    """The parts of one store. Safe to use from many threads, tasks and processes."""

    def __init__(self, volume: Volume, threads: Executor) -> None:
        self._volume = volume
        self._threads = threads
        self._folder = volume.root / "parts"
        self._digests: OrderedDict[UUID, tuple[int, _Hash]] = OrderedDict()
        self._lock = Lock()

    def path_of(self, part_id: UUID) -> Path:
        """Where the part is, or would be."""
        return self._folder / str(part_id)

    # -- writing

    def open(self, part_id: UUID, offset: int) -> Part:
        """Open the part to go on at ``offset``, the recorded one; whatever follows is cut off.

        The part answered has another ``id`` when somebody still held this one. A part of
        which nothing was recorded is made. Raises ``PartLost`` when recorded bytes are not
        there, ``StorageFull``, ``SyncFailed``.
        """
        self._volume.refuse_after_failure()
        self._volume.settle_once(self._folder)
        with self._volume.halting():
            descriptor = self._open(part_id, offset)
            try:
                if _held_elsewhere(descriptor):
                    return self._copy(descriptor, offset)
                _refuse_shorter(descriptor, offset)
                os.ftruncate(descriptor, offset)
                digest = self._digest(part_id, descriptor, offset)
                os.lseek(descriptor, offset, os.SEEK_SET)
                part, descriptor = Part(part_id, descriptor, offset, digest), -1
                return part
            finally:
                if descriptor >= 0:
                    os.close(descriptor)

    def _open(self, part_id: UUID, offset: int) -> int:
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            return os.open(self.path_of(part_id), flags)
        except FileNotFoundError:
            if offset > 0:
                raise PartLost(str(part_id)) from None
        return self._create(part_id)

    def _create(self, part_id: UUID) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.path_of(part_id), flags, 0o600)
        disk.sync_path(self._folder)
        return descriptor

    def _copy(self, held: int, offset: int) -> Part:
        """Copy the recorded bytes into a part of another name, on which nobody else writes."""
        _refuse_shorter(held, offset)
        part_id = uuid4()
        descriptor = self._create(part_id)
        digest = hashlib.sha256()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for block in _blocks(held, offset):
                digest.update(block)
                disk.write_all(descriptor, block)
            disk.sync_or_refuse(descriptor)
        except BaseException:
            os.close(descriptor)
            self.path_of(part_id).unlink()
            raise
        return Part(part_id, descriptor, offset, digest)

    async def opened(self, part_id: UUID, offset: int) -> Part:
        """As ``open``, in one of the store's threads."""
        loop = asyncio.get_running_loop()
        opening = loop.run_in_executor(self._threads, self.open, part_id, offset)
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_abandoned)
            raise

    async def append(
        self,
        part: Part,
        chunks: AsyncIterable[bytes],
        tally: Tally,
        record: Record | None,
        checksum: Checksum | None = None,
    ) -> None:
        """Write what arrives, and close the part; ``record`` is told what is on the disk.

        Without ``record`` nothing is synced: a part that only its request will read. With a
        checksum it is told once, at the end: bytes that do not match it are cut off again,
        and never counted. At most two blocks are held in memory. Raises ``ChecksumMismatch``,
        ``StorageFull``, ``SyncFailed``, and what ``tally``, ``chunks`` or ``record`` raise.
        """
        loop = asyncio.get_running_loop()
        part.sent = hashlib.new(checksum.algorithm) if checksum is not None else None

        def write(block: bytearray) -> asyncio.Future[None]:
            return loop.run_in_executor(self._threads, self._write, part, block, record)

        try:
            last = await pour(chunks, tally, write)
            await loop.run_in_executor(self._threads, self._end, part, last, record, checksum)
        finally:
            # Runs even if this task is cancelled again while it waits.
            await asyncio.shield(loop.run_in_executor(self._threads, part.close))

    def _write(self, part: Part, block: bytearray, record: Record | None) -> None:
        with part.in_use() as descriptor, self._volume.halting():
            self._add(part, descriptor, block)
            if record is not None and _due(part):
                disk.sync_or_refuse(descriptor)
                record(part.offset, False)
                part.recorded, part.recorded_at = part.offset, time.monotonic()

    def _add(self, part: Part, descriptor: int, block: bytearray) -> None:
        self._volume.refuse_after_failure()
        self._volume.check_room(len(block))
        part.digest.update(block)
        if part.sent is not None:
            part.sent.update(block)
        disk.write_all(descriptor, block)
        part.offset += len(block)

    def _end(
        self, part: Part, last: bytearray, record: Record | None, checksum: Checksum | None
    ) -> None:
        with part.in_use() as descriptor, self._volume.halting():
            self._add(part, descriptor, last)
            if checksum is not None and part.sent is not None:
                self._check(part, descriptor, part.sent.digest(), checksum)
            if record is not None:
                disk.sync_or_refuse(descriptor)
                record(part.offset, True)
            part.recorded = part.offset
            self._keep_digest(part)

    def _check(self, part: Part, descriptor: int, computed: bytes, said: Checksum) -> None:
        if computed == said.digest:
            return
        os.ftruncate(descriptor, part.recorded)
        raise ChecksumMismatch(
            "The {algorithm} of the bytes sent is not the one announced; they were dropped.",
            algorithm=said.algorithm,
        )

    # -- digests

    def _keep_digest(self, part: Part) -> None:
        with self._lock:
            self._digests[part.id] = (part.recorded, part.digest.copy())
            self._digests.move_to_end(part.id)
            while len(self._digests) > KEPT_DIGESTS_MAX:
                self._digests.popitem(last=False)

    def _digest(self, part_id: UUID, descriptor: int, offset: int) -> _Hash:
        """The state of the SHA-256 at ``offset``: kept, or read anew after a restart."""
        with self._lock:
            kept = self._digests.get(part_id)
        if kept is not None and kept[0] == offset:
            return kept[1].copy()
        digest = hashlib.sha256()
        for block in _blocks(descriptor, offset):
            digest.update(block)
        return digest

    def sha256(self, part_id: UUID, size_bytes: int) -> str:
        """The SHA-256 of the part's first bytes, in hexadecimal; raises ``PartLost``."""
        with self.read(part_id) as file:
            return self._digest(part_id, file.fileno(), size_bytes).hexdigest()

    def seal(self, part_id: UUID, size_bytes: int) -> str:
        """Make a whole part read-only and durable; return its SHA-256 in hexadecimal.

        Raises ``PartLost`` when it has not that many bytes, ``SyncFailed``, ``StorageFull``.
        """
        if size_bytes == 0 and not self.path_of(part_id).exists():
            self.open(part_id, 0).close()
        try:
            descriptor = disk.open_to_read(self.path_of(part_id))
        except FileNotFoundError:
            raise PartLost(str(part_id)) from None
        try:
            if os.fstat(descriptor).st_size != size_bytes:
                raise PartLost(str(part_id))
            digest = self._digest(part_id, descriptor, size_bytes)
            os.fchmod(descriptor, 0o400)
            disk.sync_or_refuse(descriptor)
        finally:
            os.close(descriptor)
        return digest.hexdigest()

    # -- reading, and an end

    def read(self, part_id: UUID) -> BinaryIO:
        """Open the part for reading; raises ``PartLost``."""
        try:
            return os.fdopen(disk.open_to_read(self.path_of(part_id)), "rb")
        except FileNotFoundError:
            raise PartLost(str(part_id)) from None

    def remove(self, part_id: UUID) -> None:
        """Remove the part, or leave it to a sweep; never raises. What is stored of it stays."""
        with self._lock:
            self._digests.pop(part_id, None)
        with suppress(OSError):
            self.path_of(part_id).unlink()

    def sweep(self, now: datetime, known: Callable[[Collection[UUID]], Collection[UUID]]) -> int:
        """Remove parts older than a day that nobody knows; tell how many. ``now`` is aware."""
        young_after = (now - UNKNOWN_FOR).timestamp()
        old: set[UUID] = set()
        for path in sorted(self._folder.iterdir() if self._folder.is_dir() else ()):
            with suppress(ValueError, FileNotFoundError):  # not ours, or gone meanwhile
                if path.lstat().st_mtime < young_after:
                    old.add(UUID(path.name))
        dead = old - set(known(old)) if old else set()
        for part_id in dead:
            self.remove(part_id)
        return len(dead)


def _close_abandoned(opening: asyncio.Future[Part]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _due(part: Part) -> bool:
    """Whether to record now; with a checksum, never before it is known to match."""
    enough = part.offset - part.recorded >= RECORD_BYTES
    return part.sent is None and enough and time.monotonic() - part.recorded_at >= RECORD_SECONDS


def _held_elsewhere(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _refuse_shorter(descriptor: int, offset: int) -> None:
    size = os.fstat(descriptor).st_size
    if size < offset:
        raise PartLost(f"{size} of {offset} bytes")


def _blocks(descriptor: int, count_bytes: int) -> Iterator[bytes]:
    """The first so many bytes, a block at a time, wherever the file stands."""
    position = 0
    while position < count_bytes:
        block = os.pread(descriptor, min(BLOCK_BYTES, count_bytes - position), position)
        if not block:
            raise PartLost(f"{position} of {count_bytes} bytes")
        yield block
        position += len(block)
