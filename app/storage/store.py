"""What a place that keeps files must do, whichever place it is.

A file is named by its matter and the SHA-256 of its bytes. It is written once, never
changed, and complete or absent. Storage is apart for each matter, so that nobody learns
by uploading whether another matter holds the same file.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol
from uuid import UUID

from app.errors import UploadRefused

if TYPE_CHECKING:
    from app.storage.parts import Parts

BLOCK_BYTES = 1024 * 1024
"""Bytes hashed and written at a time."""

KnownAmong = Callable[[UUID, Collection[str]], Collection[str]]
"""Which of these SHA-256 (hexadecimal) of this matter does the record know? Asked one
folder at a time, then once more for each file about to go, so it must read afresh."""


class SyncFailed(Exception):
    """The disk did not confirm a write.

    Nothing may be acknowledged and nothing retried: a second fsync may lie. The store
    takes no more files; the process should end, and verify when it starts again.
    """


class PartLost(Exception):
    """Fewer bytes of a part are on the disk than were recorded: it cannot go on."""


class ObjectMissing(FileNotFoundError):
    """The record knows a file that the store does not hold: an alarm, not a 404."""


class ObjectDamaged(Exception):
    """A stored file no longer has the SHA-256 that is its name: an alarm."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is durably stored: its SHA-256 (64 lower-case hexadecimal digits) and size.

    ``newly_stored`` is false when the matter held the same bytes already.
    """

    sha256: str
    size_bytes: int
    newly_stored: bool


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did.

    ``quarantined`` and ``restorable`` name files by matter and SHA-256; ``restorable`` are
    quarantined files that the record knows, which is an alarm.
    """

    temporary_removed: int = 0
    quarantined: tuple[tuple[UUID, str], ...] = ()
    quarantine_removed: int = 0
    restorable: tuple[tuple[UUID, str], ...] = ()


class FileStore(Protocol):
    """Keeps files. Safe to use from many threads, tasks and processes."""

    async def receive(
        self,
        matter_id: UUID,
        chunks: AsyncIterable[bytes],
        *,
        size_max_bytes: int,
        expected_size: int | None = None,
        expected_sha256: bytes | None = None,
    ) -> StoredFile:
        """Store what arrives; return once it is durable.

        The digest is 32 raw bytes. Raises ``UploadTooLarge``, ``UploadCutOff``,
        ``UploadRefused`` (longer than announced), ``DigestMismatch``, ``StorageFull``,
        ``StoreUnavailable``, ``SyncFailed``, ``ObjectDamaged``, and whatever ``chunks`` raises;
        then nothing partial remains.
        """
        ...

    def put(
        self,
        matter_id: UUID,
        source: BinaryIO,
        *,
        size_max_bytes: int,
        expected_size: int | None = None,
        expected_sha256: bytes | None = None,
    ) -> StoredFile:
        """Store ``source`` from where it stands to its end; as ``receive``, but blocking."""
        ...

    def put_many(
        self, matter_id: UUID, sources: Iterable[Iterable[bytes]]
    ) -> list[StoredFile | UploadRefused]:
        """Store many files together, each a series of blocks; blocking.

        A source that raises ``UploadRefused`` is left out, its refusal stands in its place.
        Anything else that is raised (``StorageFull``, ``SyncFailed``, ``ObjectDamaged`` or
        the sources' own) abandons all of them. The answer is in the order of ``sources``.
        """
        ...

    @property
    def parts(self) -> Parts:
        """What arrives over several requests: always on a disk of our own."""
        ...

    def keep_part(self, matter_id: UUID, part_id: UUID, size_bytes: int) -> StoredFile:
        """Store a part that has all its ``size_bytes``; blocking, and may be repeated.

        The part itself stays until ``parts.remove``: whoever calls records the file first.
        Raises as ``put`` does, and ``PartLost``.
        """
        ...

    def open(self, matter_id: UUID, sha256: str) -> BinaryIO:
        """Open a stored file for reading; raises ``ObjectMissing``."""
        ...

    def exists(self, matter_id: UUID, sha256: str) -> bool:
        """Tell whether the file is there; its bytes are not read."""
        ...

    def missing(self, matter_id: UUID, hashes: Collection[str]) -> Collection[str]:
        """Those of the hashes that are not there: ``exists``, for thousands at a time."""
        ...

    def size(self, matter_id: UUID, sha256: str) -> int:
        """Return the file's size in bytes; raises ``ObjectMissing``."""
        ...

    def verify(self, matter_id: UUID, sha256: str) -> bool:
        """Read the whole file: does it still hash to its name? Raises ``ObjectMissing``."""
        ...

    def sweep(self, now: datetime, known: KnownAmong) -> Swept:
        """Remove dead temporary files; quarantine files older than a day nobody knows.

        ``now`` is aware. A file the record knows is never touched.
        """
        ...

    def close(self) -> None:
        """End the store's threads, once what they are doing is done."""
        ...
