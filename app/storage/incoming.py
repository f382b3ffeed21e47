"""A file on its way in: what was announced, what has arrived, and its temporary file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from uuid import uuid4

from app.errors import DigestMismatch, UploadCutOff, UploadRefused, UploadTooLarge
from app.storage import disk


@dataclass(slots=True)
class Tally:
    """Counts the bytes that arrive against what is allowed and what was announced."""

    size_max_bytes: int
    expected_size: int | None
    received_bytes: int = 0

    def announced(self) -> None:
        """Refuse at once what announces itself as too large."""
        if self.expected_size is not None and self.expected_size > self.size_max_bytes:
            self._refuse_as_too_large()

    def add(self, count_bytes: int) -> None:
        """Count; raises ``UploadTooLarge`` or ``UploadRefused`` with the byte too many."""
        self.received_bytes += count_bytes
        if self.received_bytes > self.size_max_bytes:
            self._refuse_as_too_large()
        if self.expected_size is not None and self.received_bytes > self.expected_size:
            raise UploadRefused(
                "The body is longer than the {expected} bytes announced.",
                expected=self.expected_size,
            )

    def end(self) -> None:
        """Raise ``UploadCutOff`` if less arrived than was announced."""
        if self.expected_size is not None and self.received_bytes < self.expected_size:
            raise UploadCutOff(
                "The body ended after {received} of {expected} bytes.",
                received=self.received_bytes,
                expected=self.expected_size,
            )

    def _refuse_as_too_large(self) -> None:
        raise UploadTooLarge(
            "The file is larger than the {limit} bytes taken here.", limit=self.size_max_bytes
        )


@dataclass(slots=True)
class Remainder(Tally):
    """Counts what arrives of an upload that goes on later: less than all is a part of it."""

    def end(self) -> None:
        """What is lacking may come with another request."""


class Incoming:
    """A temporary file, made at its first use, written by one thread at a time.

    A cancelled task cannot stop the thread that writes for it; so each use holds a lock,
    and ``discard`` waits for it, then forbids further use.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / str(uuid4())
        self.size_bytes = 0
        self._digest = hashlib.sha256()
        self._descriptor: int | None = None
        self._discarded = False
        self._lock = Lock()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Hold the file; raises ``UploadRefused`` once it is discarded."""
        with self._lock:
            if self._discarded:
                raise UploadRefused("The upload was abandoned.")
            yield

    def write(self, block: bytes | bytearray) -> None:
        """Hash and write a block; raises ``StorageFull``, ``StoreUnavailable``. Hold it first."""
        with disk.taken_or_refused():
            if self._descriptor is None:
                self._descriptor = disk.create_exclusively(self.path)
            self._digest.update(block)
            disk.write_all(self._descriptor, block)
            self.size_bytes += len(block)

    def check_digest(self, expected_sha256: bytes | None) -> str:
        """Return the SHA-256 of what was written, in hexadecimal; raises ``DigestMismatch``."""
        computed = self._digest.digest()
        if expected_sha256 is not None and computed != expected_sha256:
            raise DigestMismatch(
                "The SHA-256 announced is {announced}, that of the bytes received {computed}.",
                announced=expected_sha256.hex(),
                computed=computed.hex(),
            )
        return computed.hex()

    def settle(self) -> None:
        """Make the file read-only and its bytes durable, and close it.

        Raises ``SyncFailed``; or ``StorageFull`` where the disk finds only now that it has
        no room, which harms no other file.
        """
        if self._descriptor is None:
            raise ValueError("nothing was written")
        os.fchmod(self._descriptor, 0o400)
        disk.sync_or_refuse(self._descriptor)
        self._close()

    def discard(self) -> None:
        """Remove what is there, once nobody uses it. Never raises; a sweep gets the rest."""
        with self._lock:
            self._discarded = True
            with suppress(OSError):
                self._close()
            with suppress(OSError):
                self.path.unlink()

    def _close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)
