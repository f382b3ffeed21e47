"""Pages of PDFs as images, each drawn by a process of its own under limits.

A browser's own reader of PDFs does not work in a frame that may do nothing, so a page is drawn
here and shown as what can do nothing: an image. Drawn pages are kept in memory for a while.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import BinaryIO

from app.errors import Busy
from app.storage.inspection.runner import of_the_system

_ROOT = Path(__file__).resolve().parents[3]
_CHILD = "app.storage.inspection.page_child"
_PNG = b"\x89PNG\r\n\x1a\n"
_BYTES_MAX = 24 * 1024 * 1024
_KEPT_BYTES_MAX = 64 * 1024 * 1024
_START_SECONDS = 5.0
_WAIT_SECONDS = 5.0
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as a PNG, its size in pixels, and how many pages the document has."""

    png: bytes
    width: int
    height: int
    pages: int


class NotDrawn(Exception):
    """The page cannot be drawn: ``why`` is memory, time, unreadable or no_such_page."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class PageDrawer:
    """Draws pages. Safe to use from many threads.

    ``seconds``: for one page; ``memory_bytes``: the child's address space.
    """

    def __init__(self, *, seconds: float, memory_bytes: int) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._at_once = BoundedSemaphore(_AT_ONCE)
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, int], DrawnPage] = OrderedDict()
        self._kept_bytes = 0

    def draw(self, sha256: str, number: int, opened: Callable[[], BinaryIO]) -> DrawnPage:
        """Page ``number``, from 1, of the file with that SHA-256.

        Raises ``NotDrawn``, and ``Busy`` where too many are being drawn.
        """
        with self._lock:
            kept = self._kept.get((sha256, number))
            if kept is not None:
                self._kept.move_to_end((sha256, number))
                return kept
        if not self._at_once.acquire(timeout=_WAIT_SECONDS):
            raise Busy("Too many pages are being drawn; try again shortly.")
        try:
            with opened() as file, of_the_system(file) as descriptor:
                drawn = self._ask(descriptor, number)
        finally:
            self._at_once.release()
        self._keep((sha256, number), drawn)
        return drawn

    def _ask(self, descriptor: int, number: int) -> DrawnPage:
        limits = [str(self._memory_bytes), str(self._seconds), str(number)]
        try:
            done = subprocess.run(  # noqa: S603  our own module, no shell
                [sys.executable, "-P", "-s", "-m", _CHILD, *limits],
                stdin=descriptor,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
                timeout=self._seconds + _START_SECONDS,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotDrawn("time") from None
        if done.returncode:
            raise NotDrawn("time" if done.returncode == -24 else "unreadable")  # 24: SIGXCPU
        return _read(done.stdout)

    def _keep(self, key: tuple[str, int], drawn: DrawnPage) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = drawn
                self._kept_bytes += len(drawn.png)
            while self._kept_bytes > _KEPT_BYTES_MAX:
                _, gone = self._kept.popitem(last=False)
                self._kept_bytes -= len(gone.png)


def _read(answer: bytes) -> DrawnPage:
    """What the child says is as little to be trusted as what it read."""
    line, _, png = answer.partition(b"\n")
    try:
        told = json.loads(line[:1_000])
        if "refused" in told:
            raise NotDrawn(str(told["refused"]))
        width, height, pages = (int(told[name]) for name in ("width", "height", "pages"))
    except (ValueError, KeyError, TypeError):
        raise NotDrawn("unreadable") from None
    if not png.startswith(_PNG) or len(png) > _BYTES_MAX or min(width, height, pages) < 1:
        raise NotDrawn("unreadable")
    return DrawnPage(png, width, height, pages)
