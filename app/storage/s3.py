"""Files in a bucket that speaks S3, each written once under its hash.

A file is received on this machine first (``Intake``), then written on the condition that
nobody wrote it before (design: security.md §3). Needs the extra ``s3``.

    <prefix>objects/<matter>/<aa>/<sha256>       stored
    <prefix>taken/<matter>/<sha256>              empty: somebody relies on it since then
    <prefix>quarantine/<matter>/<sha256>         known to nobody, kept 30 days
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar, cast
from uuid import UUID

from app.errors import StoreUnfit
from app.storage import disk, s3_probe, s3_sweep, sweep
from app.storage.intake import Intake, object_name
from app.storage.intake import Whole as Local
from app.storage.s3_answers import Unsure, in_our_words
from app.storage.s3_bucket import Bucket, Head, Place
from app.storage.s3_reading import ObjectBytes, ServedBytes, buffered
from app.storage.s3_writing import (
    PART_BYTES,
    PARTS_OVER_BYTES,
    PAUSES_SECONDS,
    InParts,
    Whole,
    write_once,
)
from app.storage.store import (
    BLOCK_BYTES,
    KnownAmong,
    ObjectDamaged,
    ObjectMissing,
    Swept,
)

_Answer = TypeVar("_Answer")


class S3Store(Intake):
    """A ``FileStore`` in a bucket; temporary files are in ``root`` on this machine.

    Safe for several machines on one bucket. Raises ``StoreUnavailable`` where a request
    stays without an answer after some attempts: then nothing was acknowledged.
    """

    def __init__(
        self,
        root: Path,
        place: Place,
        *,
        reserve_bytes: int = 0,
        uploads_at_once: int = 8,
        pauses_seconds: Sequence[float] = PAUSES_SECONDS,
        parts_over_bytes: int = PARTS_OVER_BYTES,
        part_bytes: int = PART_BYTES,
    ) -> None:
        super().__init__(root, reserve_bytes=reserve_bytes, uploads_at_once=uploads_at_once)
        self.bucket = Bucket(place)
        self._pauses = pauses_seconds
        self._parts_over_bytes = parts_over_bytes
        self._part_bytes = part_bytes

    def probe(self) -> None:
        """Insist that the bucket keeps what is written first; raises ``StoreUnfit``."""
        s3_probe.probe(self.bucket)

    # -- taking files in: ``Intake`` brings them to ``tmp``

    def _place(self, matter_id: UUID, files: Sequence[Local], *, keep: bool = False) -> list[bool]:
        """Write each object, unless it is there: then prove that one."""
        placed = []
        for file in files:
            placed.append(self._send(matter_id, file))
            if not keep:
                file.path.unlink(missing_ok=True)
        return placed

    def _send(self, matter_id: UUID, file: Local) -> bool:
        key = object_name(matter_id, file.sha256)
        sending = (
            Whole(self.bucket, key, file.path, file.sha256)
            if file.size_bytes <= self._parts_over_bytes
            else InParts(self.bucket, key, file.path, file.size_bytes, self._part_bytes)
        )
        with in_our_words(key):
            return write_once(
                sending,
                lambda: self._prove(matter_id, file.sha256, file.size_bytes),
                self._pauses,
            )

    def _prove(self, matter_id: UUID, sha256: str, size_bytes: int) -> None:
        """Rely on the object that is there, if it is what its name says.

        By the store's own checksum; without one every byte is read. Marked first, so that a
        sweep, on whichever machine, leaves it. Raises ``Absent``, ``ObjectDamaged``.
        """
        key = object_name(matter_id, sha256)
        self.bucket.head(key)
        self.bucket.mark(s3_sweep.mark_name(matter_id, sha256))
        head = self.bucket.head(key)
        same = head.size_bytes == size_bytes and (
            head.sha256 == bytes.fromhex(sha256)
            if head.sha256 is not None
            else self._sha256_of(key) == sha256
        )
        if not same:
            raise ObjectDamaged(key)

    # -- giving files out

    def open(self, matter_id: UUID, sha256: str) -> BinaryIO:
        """Open a stored file for reading and seeking; raises ``ObjectMissing``.

        A connection that breaks is made again where it broke; an end that comes too early
        is ``StoreUnavailable``, never an end of the file.
        """
        key = object_name(matter_id, sha256)
        raw = self._asked(key, lambda: ServedBytes(self.bucket, key, self._pauses))
        return cast("BinaryIO", buffered(raw))

    def exists(self, matter_id: UUID, sha256: str) -> bool:
        """Tell whether the file is there; its bytes are not read."""
        try:
            self._head(object_name(matter_id, sha256))
        except ObjectMissing:
            return False
        return True

    def missing(self, matter_id: UUID, hashes: Collection[str]) -> Collection[str]:
        """Those of the hashes that are not there: listed, and what no list names asked for."""
        keys = {object_name(matter_id, sha256): sha256 for sha256 in hashes}
        unlisted = self._asked(f"objects/{matter_id}/", lambda: self.bucket.unlisted(keys))
        return {keys[key] for key in unlisted if not self.exists(matter_id, keys[key])}

    def size(self, matter_id: UUID, sha256: str) -> int:
        """Return the file's size in bytes; raises ``ObjectMissing``."""
        return self._head(object_name(matter_id, sha256)).size_bytes

    def verify(self, matter_id: UUID, sha256: str) -> bool:
        """Read the whole file: does it still hash to its name? Raises ``ObjectMissing``."""
        key = object_name(matter_id, sha256)
        try:
            return self._asked(key, lambda: self._sha256_of(key)) == sha256
        except ObjectDamaged:
            return False

    def _head(self, key: str) -> Head:
        return self._asked(key, lambda: self.bucket.head(key))

    def _sha256_of(self, key: str) -> str:
        digest = hashlib.sha256()
        with buffered(ObjectBytes(self.bucket, key, self._pauses)) as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
        return digest.hexdigest()

    # -- care

    def lock(self, matter_id: UUID, hashes: Collection[str], until: datetime) -> None:
        """Forbid the store to delete these files before ``until``, which is aware.

        Object Lock in governance mode: who may bypass it can lift it. Raises ``StoreUnfit``
        where the bucket has no Object Lock, ``ObjectMissing``.
        """
        if not self._asked(self.bucket.place.bucket, self.bucket.locks):
            raise StoreUnfit(
                "The bucket {bucket} has no Object Lock.", bucket=self.bucket.place.bucket
            )
        for key in sorted(object_name(matter_id, sha256) for sha256 in hashes):
            self._asked(key, partial(self.bucket.retain, key, until))

    def sweep(self, now: datetime, known: KnownAmong) -> Swept:
        """Remove dead temporary files; quarantine objects older than a day nobody knows."""
        with self._alone() as alone, in_our_words("the sweep"):
            if not alone:
                return Swept()
            removed = sweep.remove_temporary(self.root / "tmp", now)
            swept = s3_sweep.sweep(self.bucket, now, known)
            return replace(swept, temporary_removed=removed + swept.temporary_removed)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Tell whether nobody else on this machine is sweeping, and keep it so."""
        temporary = self.root / "tmp"
        self._volume.settle_once(temporary)
        descriptor = disk.open_to_read(temporary)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """End the store's threads, once what they are doing is done, and its connections."""
        super().close()
        self.bucket.close()

    def _asked(self, key: str, ask: Callable[[], _Answer]) -> _Answer:
        """Ask what can be asked twice; raises ``ObjectMissing``, ``StoreUnavailable``."""
        with in_our_words(key):
            for pause in self._pauses:
                try:
                    return ask()
                except Unsure:
                    time.sleep(pause)
            return ask()
