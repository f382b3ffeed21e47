"""Taking files in, whichever place keeps them: a temporary file on this machine first.

Steps 2 to 4 of the write order (design: security.md §3): a new file in ``<root>/tmp``,
hashed while it streams, checked against what was announced, synced. Only then does the
store move it where it is kept (``_place``). Parts (``parts.py``) are such files, too, only
that they arrive over several requests.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from app.errors import UploadRefused
from app.storage.blocks import pour
from app.storage.incoming import Incoming, Tally
from app.storage.parts import Parts
from app.storage.store import BLOCK_BYTES, StoredFile
from app.storage.volume import Volume

GROUP_FILES = 64
"""Files of a group that are open, and synced, at the same time."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def object_name(matter_id: UUID, sha256: str) -> str:
    """``objects/<matter>/<aa>/<sha256>``; ``ValueError`` unless a hash in hexadecimal."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return f"objects/{matter_id}/{sha256[:2]}/{sha256}"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole, synced file on this machine, about to be moved where it stays."""

    path: Path
    sha256: str
    size_bytes: int


class Intake(ABC):
    """What every ``FileStore`` does before its bytes are where they stay.

    ``reserve_bytes`` stay free on the disk of ``root``: uploads that would touch them are
    refused with ``StorageFull``. ``uploads_at_once`` threads, the store's own, hash and
    write; an upload holds one only while a block is being written, or while it is moved
    where it stays, so slow senders do not block others.
    """

    def __init__(self, root: Path, *, reserve_bytes: int = 0, uploads_at_once: int = 8) -> None:
        self._volume = Volume(root, reserve_bytes=reserve_bytes)
        self.root = self._volume.root
        self._threads = ThreadPoolExecutor(uploads_at_once, thread_name_prefix="storage")
        self.parts = Parts(self._volume, self._threads)

    @abstractmethod
    def _place(self, matter_id: UUID, files: Sequence[Whole], *, keep: bool = False) -> list[bool]:
        """Move whole files where they stay, durably; tell of each whether it is new there.

        They are on this machine, read-only; and gone once this returns, unless ``keep``.
        Raises ``StorageFull``, ``SyncFailed``, ``ObjectDamaged``, ``Busy``.
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
        with self._volume.halting():
            self._volume.refuse_after_failure()
            files = [
                Whole(each.path, each.check_digest(None), each.size_bytes)
                for each in taken
                if isinstance(each, Incoming)
            ]
            placed = zip(files, self._place(matter_id, files), strict=True)
            kept = iter([StoredFile(f.sha256, f.size_bytes, new) for f, new in placed])
        return [each if isinstance(each, UploadRefused) else next(kept) for each in taken]

    def keep_part(self, matter_id: UUID, part_id: UUID, size_bytes: int) -> StoredFile:
        """Store a part that has all its bytes. See ``FileStore.keep_part``."""
        self._volume.refuse_after_failure()
        with self._volume.halting():
            sha256 = self.parts.seal(part_id, size_bytes)
            whole = Whole(self.parts.path_of(part_id), sha256, size_bytes)
            [newly_stored] = self._place(matter_id, [whole], keep=True)
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
        """Write the last block, check, sync, and move the file where it stays."""
        with incoming.in_use(), self._volume.halting():
            self._volume.refuse_after_failure()
            self._volume.check_room(len(last))
            incoming.write(last)
            sha256 = incoming.check_digest(expected_sha256)
            incoming.settle()
            whole = Whole(incoming.path, sha256, tally.received_bytes)
            [newly_stored] = self._place(matter_id, [whole])
        return StoredFile(sha256, tally.received_bytes, newly_stored)

    @property
    def writable(self) -> bool:
        """False once a sync failed: files are given out, none is taken in. See ``SyncFailed``."""
        return self._volume.writable

    def close(self) -> None:
        """End the store's threads, once what they are doing is done."""
        self._threads.shutdown()
