"""How much an inspection may take: of the machine, and of a file.

Memory, CPU and files are limits of the child process, which the system enforces. The
others bound loops over what a file claims to hold.
"""

from __future__ import annotations

import ctypes
import os
import resource
from contextlib import suppress

from app.domain.content import Trouble

NICE = 10
FILES_OPEN_MAX = 32
HEAD_BYTES = 65_536
"""Bytes at the start of a file by which its type is told."""
SCRIPT_BYTES_MAX = 4 * 1024 * 1024
"""Bytes of a page of HTML or SVG in which scripts are looked for."""
ENTRIES_MAX = 10_000
"""Entries of a ZIP container."""
INFLATED_BYTES_MAX = 1 << 30
"""Bytes that a container's entries may say they inflate to, together."""
RATIO_MAX = 400
"""Times that an entry of more than a mebibyte may inflate."""
PART_BYTES_MAX = 4 * 1024 * 1024
"""Bytes of one XML part that are inflated and parsed."""
PIXELS_MAX = 60_000_000
"""Pixels of an image that is decoded; of a larger one only the header is read."""
FRAMES_MAX = 5_000
OBJECTS_MAX = 200_000
"""Objects of a PDF that are looked at for scripts and attachments."""
PAGES_MAX = 2_000
"""Pages of a PDF that are looked into; all are counted."""
BOXES_MAX = 400
"""Opaque boxes of a page under which text is looked for."""
CHARS_MAX = 60_000
"""Characters of a page that are compared with its boxes."""
LOOK_SHARE = 0.4
"""The part of a file's time that goes into looking at pages; then the answer says how far."""

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


class GivenUp(Exception):
    """A limit is reached, or the content is beyond reading: why it could not be checked."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.value)


def lower(memory_bytes: int) -> None:
    """Limit this process for good, before anything untrusted is read.

    No file can be written, no process started, no core left. Where the system lets an
    ordinary process have a network of its own, this one gets an empty one.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, FILES_OPEN_MAX),
        (resource.RLIMIT_NPROC, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))
    os.nice(NICE)


def allow_cpu(seconds: float) -> None:
    """Give the next file this much CPU; beyond it the system ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
