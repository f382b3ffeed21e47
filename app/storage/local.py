"""Files in a local folder: Maildir's pattern (temporary file, sync, link), with hash names.

The order of the steps is the promise (design: security.md §3): a file that was
acknowledged survives power loss, and a name never shows half a file.

    <root>/tmp/<uuid>                            being received
    <root>/objects/<matter>/<aa>/<sha256>        stored, read-only
    <root>/quarantine/<matter>/<sha256>          known to nobody, kept 30 days
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
from collections.abc import AsyncIterable, Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import UUID

from app.errors import StorageFull
from app.storage import disk, sweep
from app.storage.blocks import pour
from app.storage.incoming import Incoming, Tally
from app.storage.store import (
    BLOCK_BYTES,
    KnownAmong,
    ObjectDamaged,
    ObjectMissing,
    StoredFile,
    Swept,
    SyncFailed,
)

SETTLED_MAX = 65_536
_SHA256 = re.compile(r"[0-9a-f]{64}")


class LocalStore:
    """A ``FileStore`` in one folder of one POSIX file system that has hard links and flock.

    ``reserve_bytes`` stay free: uploads that would touch them are refused with
    ``StorageFull``. ``uploads_at_once`` threads, the store's own, hash and write; an upload
    holds one only while a block is being written, so slow senders do not block others.
    """

    def __init__(self, root: Path, *, reserve_bytes: int = 0, uploads_at_once: int = 8) -> None:
        self.root = root.absolute()
        self._reserve_bytes = reserve_bytes
        self._threads = ThreadPoolExecutor(uploads_at_once, thread_name_prefix="storage")
        self._settled: set[Path] = set()
        self._failure: SyncFailed | None = None

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

    def _admit(self, tally: Tally) -> Incoming:
        self._refuse_after_failure()
        tally.begin()
        temporary = self.root / "tmp"
        if temporary not in self._settled:
            with self._halting(), disk.room_or_refuse():
                self._settle(temporary)
        self._check_room(tally.expected_size or 0)
        return Incoming(temporary)

    def _write(self, incoming: Incoming, block: bytes | bytearray) -> None:
        with incoming.in_use():
            self._check_room(len(block))
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
        with incoming.in_use(), self._halting():
            self._refuse_after_failure()
            self._check_room(len(last))
            incoming.write(last)
            sha256 = incoming.check_digest(expected_sha256)
            incoming.settle()
            target = self.path_of(matter_id, sha256)
            with disk.room_or_refuse():
                self._settle(target.parent)
                newly_stored = self._link(incoming.path, target)
            incoming.path.unlink()
            disk.sync_path(target.parent)
        return StoredFile(sha256, tally.received_bytes, newly_stored)

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

    def _settle(self, folder: Path) -> None:
        """Make each level down to ``folder`` exist under a durable name.

        A level that is there may have been made by a process that died before it synced;
        so the first use in each process syncs, new or not. A mount's name is not ours.
        """
        within = [path for path in (folder, *folder.parents) if path.is_relative_to(self.root)]
        missing = [path for path in self.root.parents if not path.exists()]
        for level in reversed([*within, *missing]):
            if not disk.make_folder(level) and level in self._settled:
                continue
            if not os.path.ismount(level):
                disk.sync_path(level.parent)
            if len(self._settled) >= SETTLED_MAX:
                self._settled.clear()
            self._settled.add(level)

    def _check_room(self, needed_bytes: int) -> None:
        system = os.statvfs(self.root)
        if system.f_bavail * system.f_frsize < self._reserve_bytes + needed_bytes:
            raise StorageFull("There is no room left to store this file.")

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

    def missing_among(self, matter_id: UUID, hashes: Collection[str]) -> Collection[str]:
        """Those of the hashes of which the matter holds no file; no bytes are read."""
        return [each for each in hashes if not self.exists(matter_id, each)]

    def size(self, matter_id: UUID, sha256: str) -> int:
        """Return the file's size in bytes; raises ``ObjectMissing``."""
        return _present(os.stat, self.path_of(matter_id, sha256)).st_size

    def verify(self, matter_id: UUID, sha256: str) -> bool:
        """Read the whole file: does it still hash to its name? Raises ``ObjectMissing``."""
        return _present(disk.sha256_of, self.path_of(matter_id, sha256)).hex() == sha256

    # -- care

    def sweep(self, now: datetime, known: KnownAmong) -> Swept:
        """Remove dead temporary files; quarantine files older than a day nobody knows."""
        with self._halting():
            return sweep.sweep(self.root, now, known, lambda: self.names_held(fcntl.LOCK_EX))

    @property
    def writable(self) -> bool:
        """False once a sync failed: files are given out, none is taken in. See ``SyncFailed``."""
        return self._failure is None

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

    @contextmanager
    def _halting(self) -> Iterator[None]:
        try:
            yield
        except SyncFailed as failure:
            self._failure = failure
            raise

    def _refuse_after_failure(self) -> None:
        if self._failure is not None:
            raise SyncFailed("an earlier write was not confirmed") from self._failure


_Answer = TypeVar("_Answer")


def _present(ask: Callable[[Path], _Answer], path: Path) -> _Answer:
    try:
        return ask(path)
    except FileNotFoundError as error:
        raise ObjectMissing(str(path)) from error
