"""Where documents are made, each in a process of its own, and kept.

One that is asked for and one made ahead are made at a time.

A kept document is a copy of what the record gives at any time: whoever deletes the folder
loses nothing but the time to make it again.

    <folder>/<receipt digest>/<document key>.pdf
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from app.errors import Busy
from app.papers.typeset import Document, LetterMissing

_LOG = logging.getLogger("bordereau.papers")
_SHELF = re.compile(r"[0-9a-f]{64}")
WAITING_MAX = 32
Make = Callable[[bool], Document]
"""Makes the document; told to keep to plain letters when a font failed."""


class Press:
    """Makes PDFs, off the event loop and out of the process, and keeps those of receipts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        # What somebody waits for is never behind what is made ahead.
        self._asked = ThreadPoolExecutor(1, thread_name_prefix="papers")
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="papers-ahead")
        self._waiting = 0

    async def print(self, make: Make, shelf: str | None = None) -> bytes:
        """The PDF of a document, kept on the shelf of a receipt's digest or made now.

        Raises ``Busy`` when too many wait, ``NotTypeset`` when it cannot be made.
        """
        if self._waiting >= WAITING_MAX:
            raise Busy("Too many documents are being made; ask again.")
        self._waiting += 1
        try:
            done: Future[bytes] = self._asked.submit(self.printed, make, shelf)
            return await asyncio.wrap_future(done)
        finally:
            self._waiting -= 1

    def print_later(self, make: Make, shelf: str) -> Future[bytes]:
        """Make and keep it, after what is to be made ahead already."""
        return self._ahead.submit(self.printed, make, shelf)

    def printed(self, make: Make, shelf: str | None) -> bytes:
        """As ``print``, at once and in this thread."""
        document = make(False)
        path = self._path(document, shelf) if shelf is not None else None
        if path is not None:
            with suppress(OSError):
                return path.read_bytes()
        try:
            pdf = document.typeset()
        except LetterMissing as missing:
            _LOG.warning("spelt out: %s", missing)
            pdf = make(True).typeset()
        if path is not None:
            _keep(path, pdf)
        return pdf

    def forget(self, shelf: str) -> None:
        """Delete what is kept of a receipt: when something of its record was erased."""
        shutil.rmtree(self._shelf(shelf), ignore_errors=True)

    def close(self) -> None:
        """Make nothing more; what is being made is finished."""
        for each in (self._asked, self._ahead):
            each.shutdown(wait=True, cancel_futures=True)

    def _path(self, document: Document, shelf: str) -> Path:
        return self._shelf(shelf) / f"{document.key}.pdf"

    def _shelf(self, digest: str) -> Path:
        if not _SHELF.fullmatch(digest):
            raise ValueError("not the digest of a receipt")
        return self.folder / digest


def _keep(path: Path, pdf: bytes) -> None:
    """Whole or not at all; a disk that is full costs the copy, not the answer."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            try:
                part.write(pdf)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError:
        _LOG.exception("%s could not be kept", path)
