"""A stored object as a file that can be read and sought in, whatever the wire does meanwhile."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from typing import Any

from app.storage.s3_answers import Unsure, answers, in_our_words
from app.storage.s3_bucket import Bucket

BUFFER_BYTES = 64 * 1024


class ObjectBytes(io.RawIOBase):
    """Streams an object; after ``seek``, or a broken answer, goes on where it stood.

    Raises ``Unsure`` when that does not help, ``Absent`` when the object goes away: never
    an early end. Closing it gives the connection back. For one thread at a time.
    """

    def __init__(self, bucket: Bucket, key: str, pauses_seconds: Sequence[float]) -> None:
        self._bucket, self._key, self._pauses = bucket, key, pauses_seconds
        self._position = 0
        self._body: Any = None
        self._body, self.size_bytes = bucket.read(key)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes; it costs a request where the place is another."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go elsewhere: the next read asks for the bytes from there."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size_bytes}
        goal = base[whence] + offset
        if goal < 0:
            raise ValueError("before the start of the file")
        if goal != self._position:
            self._drop()
            self._position = goal
        return goal

    def readinto(self, buffer: Any, /) -> int:
        """Read some bytes; 0 only at the object's end."""
        into = memoryview(buffer)
        if not into or self._position >= self.size_bytes:
            return 0
        for pause in (*self._pauses, None):
            try:
                count = self._some(into)
            except Unsure:
                self._drop()
                if pause is None:
                    raise
                time.sleep(pause)
            else:
                self._position += count
                return count
        raise AssertionError("the last attempt returns or raises")

    def _some(self, into: memoryview) -> int:
        if self._body is None:
            self._body, _ = self._bucket.read(self._key, self._position)
        with answers():
            count = int(self._body.readinto(into))
        if count == 0:
            raise Unsure("the answer ended early")
        return count

    def _drop(self) -> None:
        body, self._body = self._body, None
        if body is not None:
            body.close()

    def close(self) -> None:
        """Give the connection back."""
        if not self.closed:
            self._drop()
        super().close()


class ServedBytes(ObjectBytes):
    """The same for whoever serves it: ``StoreUnavailable``, ``ObjectMissing``."""

    def readinto(self, buffer: Any, /) -> int:
        """Read some bytes; 0 only at the object's end."""
        with in_our_words(self._key):
            return super().readinto(buffer)


def buffered(raw: ObjectBytes) -> io.BufferedReader:
    """The object, read in pieces worth a call."""
    return io.BufferedReader(raw, BUFFER_BYTES)
