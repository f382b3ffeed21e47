"""Files in a local folder: Maildir's pattern (temporary file, sync, link), with hash names.

The order of the steps is the promise (design: security.md §3): a file that was
acknowledged survives power loss, and a name never shows half a file.

    <root>/tmp/<uuid>                            being received
    <root>/parts/<uuid>                          growing over several requests
    <root>/objects/<matter>/<aa>/<sha256>        stored, read-only
    <root>/quarantine/<matter>/<sha256>          known to nobody, kept 30 days
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import UUID

from app.errors import UploadRefused
from app.storage import disk, sweep
from app.storage.blocks import pour
from app.storage.incoming import Incoming, Tally
from app.storage.parts import Parts
from app.storage.store import (
    BLOCK_BYTES,
    KnownAmong,
    ObjectDamaged,
    ObjectMissing,
    StoredFile,
    Swept,
)
from app.storage.volume import Volume

GROUP_FILES = 64
"""Files of a group that are open, and synced, at the same time."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class LocalStore:
    """A ``FileStore`` in one folder of one POSIX file system that has hard links and flock.

    ``reserve_bytes`` stay free: uploads that would touch them are refused with
    ``StorageFull``. ``uploads_at_once`` threads, the store's own, hash and write; an upload
    holds one only while a block is being written, so slow senders do not block others.
    """

    def __init__(self, root: Path, *, reserve_bytes: int = 0, uploads_at_once: int = 8) -> None:
        self._volume = Volume(root, reserve_bytes=reserve_bytes)
        self.root = self._volume.root
        self._threads = ThreadPoolExecutor(uploads_at_once, thread_name_prefix="storage")
        self.parts = Parts(self._volume, self._threads)

    # -- taking files in

    async def receive(
        self,
        matter_id: UUID,
        chunks: AsyncIterable[bytes],
        *,
        size_max_bytes: int,
        expected_size: int | None = None,
        expected_sha256: bytes | None = None,
    ) -> StoredFile:
        """Store what arrives; return once it is durable. See ``FileStore.receive``.

        At most two blocks of ``BLOCK_BYTES`` are held: one being written, one arriving. A
        file of less than one block takes a single trip to a thread.
        """
        tally = Tally(size_max_bytes, expected_size)
        incoming = self._admit(tally)
        loop = asyncio.get_running_loop()

        def write(block: bytearray) -> asyncio.Future[None]:
            return loop.run_in_executor(self._threads, self._write, incoming, block)

        try:
            last = await pour(chunks, tally, write)
            return await loop.run_in_executor(
                self._threads, self._keep, matter_id, incoming, tally, last, expected_sha256
            )
        except BaseException:
            # Runs even if this task is cancelled again while it waits.
            await asyncio.shield(loop.run_in_executor(self._threads, incoming.discard))
            raise

    def put(
        self,
        matter_id: UUID,
        source: BinaryIO,
        *,
        size_max_bytes: int,
        expected_size: int | None = None,
        expected_sha256: bytes | None = None,
    ) -> StoredFile:
        """Store ``source`` from where it stands to its end. See ``FileStore.put``."""
        tally = Tally(size_max_bytes, expected_size)
        incoming = self._admit(tally)
        try:
            while block := source.read(BLOCK_BYTES):
                tally.add(len(block))
                self._write(incoming, block)
            tally.end()
            return self._keep(matter_id, incoming, tally, b"", expected_sha256)
        except BaseException:
            incoming.discard()
            raise

    def put_many(
        self, matter_id: UUID, sources: Iterable[Iterable[bytes]]
    ) -> list[StoredFile | UploadRefused]:
        """Store many files together: all or none. See ``FileStore.put_many``."""
        self._volume.refuse_after_failure()
        temporary = self._temporary()
        taken: list[Incoming | UploadRefused] = []
        settled = 0
        try:
            for source in sources:
                taken.append(self._take(Incoming(temporary), source))
                if len(taken) - settled == GROUP_FILES:
                    self._settle_together(taken[settled:])
                    settled = len(taken)
            self._settle_together(taken[settled:])
            return self._keep_together(matter_id, taken)
        except BaseException:
            for incoming in taken:
                if isinstance(incoming, Incoming):
                    incoming.discard()
            raise

    def _take(self, incoming: Incoming, source: Iterable[bytes]) -> Incoming | UploadRefused:
        try:
            incoming.write(b"")  # an empty file is a file
            for block in source:
                self._write(incoming, block)
        except UploadRefused as refusal:
            incoming.discard()
            return refusal
        except BaseException:
            incoming.discard()
            raise
        return incoming

    def _settle_together(self, group: Sequence[Incoming | UploadRefused]) -> None:
        with self._volume.halting():
            files = [each for each in group if isinstance(each, Incoming)]
            for _ in self._threads.map(Incoming.settle, files):
                pass

    def _keep_together(
        self, matter_id: UUID, taken: Sequence[Incoming | UploadRefused]
    ) -> list[StoredFile | UploadRefused]:
        kept: list[StoredFile | UploadRefused] = []
        folders: dict[Path, None] = {}
        with self._volume.halting():
            self._volume.refuse_after_failure()
            for each in taken:
                if isinstance(each, UploadRefused):
                    kept.append(each)
                    continue
                sha256 = each.check_digest(None)
                target, newly_stored = self._name(matter_id, sha256, each.path)
                folders[target.parent] = None
                kept.append(StoredFile(sha256, each.size_bytes, newly_stored))
            for each in taken:
                if isinstance(each, Incoming):
                    each.path.unlink()
            for folder in folders:
                disk.sync_path(folder)
        return kept

    def keep_part(self, matter_id: UUID, part_id: UUID, size_bytes: int) -> StoredFile:
        """Store a part that has all its bytes. See ``FileStore.keep_part``."""
        self._volume.refuse_after_failure()
        with self._volume.halting():
            sha256 = self.parts.seal(part_id, size_bytes)
            target, newly_stored = self._name(matter_id, sha256, self.parts.path_of(part_id))
            disk.sync_path(target.parent)
        return StoredFile(sha256, size_bytes, newly_stored)

    def _temporary(self) -> Path:
        temporary = self.root / "tmp"
        self._volume.settle_once(temporary)
        return temporary

    def _admit(self, tally: Tally) -> Incoming:
        self._volume.refuse_after_failure()
        tally.announced()
        temporary = self._temporary()
        self._volume.check_room(tally.expected_size or 0)
        return Incoming(temporary)

    def _write(self, incoming: Incoming, block: bytes | bytearray) -> None:
        with incoming.in_use():
            self._volume.check_room(len(block))
            incoming.write(block)

    def _keep(
        self,
        matter_id: UUID,
        incoming: Incoming,
        tally: Tally,
        last: bytes | bytearray,
        expected_sha256: bytes | None,
    ) -> StoredFile:
        """Write the last block, then steps 3 to 7 of the write order."""
        with incoming.in_use(), self._volume.halting():
            self._volume.refuse_after_failure()
            self._volume.check_room(len(last))
            incoming.write(last)
            sha256 = incoming.check_digest(expected_sha256)
            incoming.settle()
            target, newly_stored = self._name(matter_id, sha256, incoming.path)
            incoming.path.unlink()
            disk.sync_path(target.parent)
        return StoredFile(sha256, tally.received_bytes, newly_stored)

    def _name(self, matter_id: UUID, sha256: str, temporary: Path) -> tuple[Path, bool]:
        """Give a synced file its name; tell whether it is new. Sync its folder afterwards."""
        target = self.path_of(matter_id, sha256)
        with disk.room_or_refuse():
            self._volume.settle(target.parent)
            return target, self._link(temporary, target)

    def _link(self, temporary: Path, target: Path) -> bool:
        """Give the file its name, or prove and sync the one that has it already.

        Once linked, a name is never taken back, even if a later step fails: another writer
        of the same bytes may rely on it already. What nobody recorded, the sweep finds.
        """
        with self.names_held(fcntl.LOCK_SH):
            try:
                os.link(temporary, target)
            except FileExistsError:
                os.utime(target)  # young again: no sweep takes it before its row is there
            else:
                return True
        if disk.sha256_of(target).hex() != target.name:
            raise ObjectDamaged(str(target))
        disk.sync_path(target)
        return False

    # -- giving files out

    def path_of(self, matter_id: UUID, sha256: str) -> Path:
        """Return where the file is, or would be; ``ValueError`` unless a hash in hexadecimal."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hexadecimal")
        return self.root / "objects" / str(matter_id) / sha256[:2] / sha256

    def open(self, matter_id: UUID, sha256: str) -> BinaryIO:
        """Open a stored file for reading; raises ``ObjectMissing``."""
        path = self.path_of(matter_id, sha256)
        return os.fdopen(_present(disk.open_to_read, path), "rb")

    def exists(self, matter_id: UUID, sha256: str) -> bool:
        """Tell whether the file is there; its bytes are not read."""
        return self.path_of(matter_id, sha256).is_file()

    def size(self, matter_id: UUID, sha256: str) -> int:
        """Return the file's size in bytes; raises ``ObjectMissing``."""
        return _present(os.stat, self.path_of(matter_id, sha256)).st_size

    def verify(self, matter_id: UUID, sha256: str) -> bool:
        """Read the whole file: does it still hash to its name? Raises ``ObjectMissing``."""
        return _present(disk.sha256_of, self.path_of(matter_id, sha256)).hex() == sha256

    # -- care

    def sweep(self, now: datetime, known: KnownAmong) -> Swept:
        """Remove dead temporary files; quarantine files older than a day nobody knows."""
        with self._volume.halting():
            return sweep.sweep(self.root, now, known, lambda: self.names_held(fcntl.LOCK_EX))

    @property
    def writable(self) -> bool:
        """False once a sync failed: files are given out, none is taken in. See ``SyncFailed``."""
        return self._volume.writable

    def close(self) -> None:
        """End the store's threads, once what they are doing is done."""
        self._threads.shutdown()

    @contextmanager
    def names_held(self, how: int) -> Iterator[None]:
        """Hold the names under ``objects``: shared to add one, exclusive to take one away."""
        descriptor = disk.open_to_read(self.root / "objects")
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)


_Answer = TypeVar("_Answer")


def _present(ask: Callable[[Path], _Answer], path: Path) -> _Answer:
    try:
        return ask(path)
    except FileNotFoundError as error:
        raise ObjectMissing(str(path)) from error
