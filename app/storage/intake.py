"""Taking a file in, whichever place keeps it: a temporary file on this machine first.

Steps 2 to 4 of the write order (design: security.md §3): a new file in ``<root>/tmp``,
hashed while it streams, checked against what was announced, synced. Only then does the
store move it where it is kept (``_place``).
"""

from __future__ import annotations

import asyncio
import os
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from app.errors import StorageFull
from app.storage import disk
from app.storage.blocks import pour
from app.storage.incoming import Incoming, Tally
from app.storage.store import BLOCK_BYTES, StoredFile, SyncFailed

SETTLED_MAX = 65_536
_SHA256 = re.compile(r"[0-9a-f]{64}")


def object_name(matter_id: UUID, sha256: str) -> str:
    """``objects/<matter>/<aa>/<sha256>``; ``ValueError`` unless a hash in hexadecimal."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return f"objects/{matter_id}/{sha256[:2]}/{sha256}"


class Intake(ABC):
    """What every ``FileStore`` does before its bytes are where they stay.

    ``reserve_bytes`` stay free on the disk of ``root``: uploads that would touch them are
    refused with ``StorageFull``. ``uploads_at_once`` threads, the store's own, hash and
    write; an upload holds one only while a block is being written, or while it is moved
    where it stays, so slow senders do not block others.
    """

    def __init__(self, root: Path, *, reserve_bytes: int = 0, uploads_at_once: int = 8) -> None:
        self.root = root.absolute()
        self._reserve_bytes = reserve_bytes
        self._threads = ThreadPoolExecutor(uploads_at_once, thread_name_prefix="storage")
        self._settled: set[Path] = set()
        self._failure: SyncFailed | None = None

    @abstractmethod
    def _place(self, matter_id: UUID, temporary: Path, sha256: str, size_bytes: int) -> bool:
        """Move a whole, synced file where it stays, durably; tell whether it is new there.

        ``temporary`` is on this machine, read-only, and gone or no longer needed once this
        returns. Raises ``StorageFull``, ``SyncFailed``, ``ObjectDamaged``, ``Busy``.
        """

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
        """Write the last block, check, sync, and move the file where it stays."""
        with incoming.in_use(), self._halting():
            self._refuse_after_failure()
            self._check_room(len(last))
            incoming.write(last)
            sha256 = incoming.check_digest(expected_sha256)
            incoming.settle()
            newly_stored = self._place(matter_id, incoming.path, sha256, tally.received_bytes)
        return StoredFile(sha256, tally.received_bytes, newly_stored)

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

    @property
    def writable(self) -> bool:
        """False once a sync failed: files are given out, none is taken in. See ``SyncFailed``."""
        return self._failure is None

    def close(self) -> None:
        """End the store's threads, once what they are doing is done."""
        self._threads.shutdown()

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
