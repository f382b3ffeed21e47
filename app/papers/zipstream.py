"""A ZIP that is written as it is sent: nothing of it waits in memory but its directory.

Files are stored, not compressed: what is produced is mostly compressed already. Sizes that
need it get ZIP64 (APPNOTE 4.3.14). The checksum of each file follows it (a data descriptor),
for the file is read but once.
"""

from __future__ import annotations

from datetime import datetime
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_FIRST = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
"""A plain file that its owner may write, on systems that keep such rights."""


class _Outlet:
    """What was written and not taken yet. It cannot be sought: so nothing is patched later."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken


class ZipStream:
    """Entries one after the other; after each step ``take`` what there is to send."""

    def __init__(self) -> None:
        self._outlet = _Outlet()
        self._zip = ZipFile(self._outlet, "w", ZIP_STORED, allowZip64=True)
        self._entry: IO[bytes] | None = None

    def open_member(self, path: str, size_bytes: int, at: datetime) -> None:
        """Begin an entry of so many bytes; ``at`` is its time, on the reader's clock."""
        stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        info = ZipInfo(path, max(_FIRST, stamp))
        info.external_attr = _READABLE
        info.file_size = size_bytes
        self._entry = self._zip.open(info, "w")

    def write(self, block: bytes) -> None:
        """The entry's next bytes."""
        assert self._entry is not None  # noqa: S101  begin comes first
        self._entry.write(block)

    def end(self) -> None:
        """End the entry; its checksum and size follow it."""
        assert self._entry is not None  # noqa: S101  begin comes first
        self._entry.close()
        self._entry = None

    def add(self, path: str, data: bytes, at: datetime) -> None:
        """An entry that is at hand."""
        self.open_member(path, len(data), at)
        self.write(data)
        self.end()

    def take(self) -> bytes:
        """What is to be sent now."""
        return self._outlet.take()

    def close(self) -> bytes:
        """The directory, with which the archive is whole."""
        self._zip.close()
        return self._outlet.take()

    def abandon(self) -> None:
        """Let go of what is not whole: nothing of it is to be sent any more."""
        if self._entry is not None:
            self.end()
        self.close()
