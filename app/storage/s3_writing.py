"""One file into a bucket, once: whatever the wire does, one whole object or none.

``PutObject`` with ``If-None-Match: *`` and the SHA-256; above ``PARTS_OVER_BYTES`` the same
in parts. Where nobody can tell whether a write was done, the store is asked (``HEAD``)
before it is tried again, and the number of attempts is bounded.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from s3transfer.utils import ReadFileChunk

from app.storage.s3_answers import Absent, Present, Refused, Unsure
from app.storage.s3_bucket import Bucket
from app.storage.store import BLOCK_BYTES

MIB = 1024 * 1024
PARTS_OVER_BYTES = 64 * MIB
PART_BYTES = 16 * MIB
PARTS_MAX = 10_000
"""What S3 takes in one upload; a larger file gets larger parts."""

PAUSES_SECONDS = (0.2, 0.8, 2.4)
"""Between the attempts, of which there is one more."""


class Sending(Protocol):
    """One file on its way into the bucket."""

    def attempt(self) -> None:
        """Send what is still to be sent; raises ``Present``, ``Unsure``, ``Refused``."""
        ...

    def abandon(self) -> None:
        """Leave no parts behind that became no object, as far as that is safe.

        Called at the end, whatever it was; says nothing when the store cannot be told.
        """
        ...


class Whole:
    """A file sent in one request."""

    def __init__(self, bucket: Bucket, key: str, path: Path, sha256: str) -> None:
        self._bucket, self._key, self._path = bucket, key, path
        self._sha256 = bytes.fromhex(sha256)

    def attempt(self) -> None:
        """Send it."""
        with self._path.open("rb") as body:
            self._bucket.create(self._key, body, self._sha256)

    def abandon(self) -> None:
        """Nothing of it is there, or all."""


class InParts:
    """A large file; an attempt goes on where the one before it stopped."""

    def __init__(
        self, bucket: Bucket, key: str, path: Path, size_bytes: int, part_bytes: int
    ) -> None:
        self._bucket, self._key, self._path = bucket, key, path
        self._size_bytes = size_bytes
        self._part_bytes = max(part_bytes, -(-size_bytes // PARTS_MAX))
        self._upload: str | None = None
        self._parts: list[dict[str, Any]] = []
        self._finishing = False

    def attempt(self) -> None:
        """Send the parts that are still to be sent, and make them an object."""
        try:
            if self._upload is None:
                self._refuse_what_is_there()
                self._upload = self._bucket.begin_parts(self._key)
            while (start := len(self._parts) * self._part_bytes) < self._size_bytes:
                self._parts.append(self._send(self._upload, start))
            self._finishing = True
            self._bucket.finish_parts(self._key, self._upload, self._parts)
            self._upload = None
        except Present:
            self._finishing = False
            raise
        except Absent as gone:
            # Somebody cleared the upload away, or it became the object: ask, begin anew.
            self._upload, self._parts, self._finishing = None, [], False
            raise Unsure(str(gone)) from gone

    def abandon(self) -> None:
        """Abort, unless the store may be making the parts an object at this moment.

        There are stores that would take the parts away from under it; a sweep a day later
        finds what was left.
        """
        if self._upload is not None and not self._finishing:
            with suppress(Absent, Unsure, Refused):
                self._bucket.abort_parts(self._key, self._upload)

    def _refuse_what_is_there(self) -> None:
        """Learn before sending gigabytes what the last request would say anyway."""
        with suppress(Absent):
            self._bucket.head(self._key)
            raise Present(self._key)

    def _send(self, upload: str, start: int) -> dict[str, Any]:
        part: Any = ReadFileChunk.from_filename(str(self._path), start, self._part_bytes)
        try:
            digest = hashlib.sha256()
            while block := part.read(BLOCK_BYTES):
                digest.update(block)
            part.seek(0)
            number = len(self._parts) + 1
            return self._bucket.send_part(self._key, upload, number, part, digest.digest())
        finally:
            part.close()


def write_once(
    sending: Sending,
    prove: Callable[[], None],
    pauses_seconds: Sequence[float] = PAUSES_SECONDS,
) -> bool:
    """Write the object, or prove the one that is there; tell whether it is new.

    ``prove`` raises ``Absent``, ``Unsure`` or what it finds wrong. New means written by this
    call, or perhaps by it: where an answer was lost nobody knows. Raises ``Unsure`` after
    the last attempt, ``Refused``, ``StorageFull``, ``ObjectDamaged``.
    """
    doubt: Unsure | None = None
    try:
        for pause in (0.0, *pauses_seconds):
            time.sleep(pause)
            try:
                sending.attempt()
            except Present:
                pass
            except Unsure as unsure:
                doubt = unsure
            else:
                return True
            try:
                prove()
            except (Absent, Unsure) as unsure:
                doubt = doubt or Unsure(str(unsure))
            else:
                return doubt is not None
        raise doubt or Unsure("no attempt was made")
    finally:
        sending.abandon()
