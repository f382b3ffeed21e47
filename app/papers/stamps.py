"""Stamped copies of PDFs: an exhibit's number on the first page, or Bates on each.

The original is only read. The work is done by a child process under limits of memory, time
and size: a PDF that was made to harm harms nothing but its own copy.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Literal

from app.errors import Busy, NotStampable

SECONDS_MAX = 60
_LIMITS = {
    "memory_bytes": 2 << 30,
    "cpu_seconds": 45,
    "file_bytes": 4 << 30,
}
PAGES_MAX = 10_000
"""How many pages are numbered in one copy."""
NOTE_CHARS_MAX = 60
# Each holds a thread that serves requests; others are told to come back, not kept waiting.
_AT_ONCE = BoundedSemaphore(2)
_WAIT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Stamp:
    """What to put where: one text on the first page, or one on each."""

    texts: Sequence[str]
    corner: Literal["top", "bottom"]
    note: str = ""
    each_page: bool = False


@dataclass(frozen=True, slots=True)
class Stamping:
    """What came of it: the copy's pages, and whether the original is signed."""

    pages: int
    signed: bool


def stamp_pdf(
    source: Path, target: Path, stamp: Stamp, *, memory_bytes: int | None = None
) -> Stamping:
    """Write a stamped copy of ``source`` to ``target``.

    Raises:
        NotStampable: it is no PDF, encrypted, damaged, too large to be stamped within the
            limits, or has another number of pages than there are texts.
        Busy: too many copies are being made.
    """
    if len(stamp.texts) > PAGES_MAX:
        raise NotStampable("At most {most} pages are numbered in one copy.", most=PAGES_MAX)
    job = {
        "texts": list(stamp.texts),
        "note": stamp.note[:NOTE_CHARS_MAX],
        "corner": stamp.corner,
        "each_page": stamp.each_page,
        "limits": _LIMITS | ({"memory_bytes": memory_bytes} if memory_bytes else {}),
    }
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise Busy("Too many copies are being stamped; try again shortly.")
    try:
        found = _run(source, target, json.dumps(job))
    finally:
        _AT_ONCE.release()
    refused = found.get("refused")
    if refused is not None:
        raise _refusal(str(refused), found, stamp)
    return Stamping(int(found["pages"]), bool(found["signed"]))


def _run(source: Path, target: Path, job: str) -> dict[str, Any]:
    child = Path(__file__).with_name("stamp_child.py")
    try:
        done = subprocess.run(  # noqa: S603  our own program, on files that we named
            [sys.executable, "-I", str(child), str(source), str(target)],
            input=job,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "too_large"}
    if done.returncode != 0:
        # Killed by a limit, or by what it read.
        return {"refused": "too_large"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _refusal(why: str, found: dict[str, Any], stamp: Stamp) -> NotStampable:
    if why == "not_pdf":
        return NotStampable("Only a PDF can be stamped, and this file is none.")
    if why == "encrypted":
        return NotStampable("This PDF is encrypted: no stamp is put on it.")
    if why == "pages_differ":
        return NotStampable(
            "This PDF has {pages} pages and {numbers} Bates numbers.",
            pages=found["pages"],
            numbers=len(stamp.texts),
        )
    if why == "damaged":
        return NotStampable("This PDF is damaged: no stamp is put on it.")
    return NotStampable("This PDF is too large or too complex to be stamped.")
