"""The few calls by which a file becomes durable on a POSIX file system."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import StorageFull, StoreUnavailable
from app.storage.store import BLOCK_BYTES, SyncFailed

WRITE_BYTES = 64 * 1024
"""Bytes given to the system at a time. Linux takes page cache for a large aligned write in pieces
as large, from memory long unused, which a virtual machine first has to get from its host: there
writes of 1 MiB cost up to five times the system time of small ones (bench/RESULTS.md)."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
FAILING = frozenset({
    errno.EIO, errno.EROFS, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.EUCLEAN, errno.EMFILE,
    errno.ENFILE,
})  # fmt: skip
"""What a disk says that cannot do it now, and a system that may open no more files."""


@contextmanager
def taken_or_refused() -> Iterator[None]:
    """Turn "no space left", "over quota" and "file too large" into ``StorageFull``, and what a
    disk says that does not do what it is asked into ``StoreUnavailable``.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull("There is no room left to store this file.") from error
        if error.errno in FAILING:
            refusal = "The disk did not take the file. Send it again later."
            raise StoreUnavailable(refusal) from error
        raise


def create_exclusively(path: Path) -> int:
    """Create ``path``, which must not exist, readable by us alone; return its descriptor."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, 0o600)


def open_to_read(path: Path) -> int:
    """Open ``path`` for reading, never through a symbolic link; return its descriptor."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)


def write_all(descriptor: int, block: bytes | bytearray) -> None:
    """Write the whole block, however few bytes the system takes at a time."""
    left = memoryview(block)
    while left:
        left = left[os.write(descriptor, left[:WRITE_BYTES]) :]


def sync(descriptor: int) -> None:
    """Wait until the disk holds it. Raises ``SyncFailed``: once, never tried again."""
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise SyncFailed(os.strerror(error.errno or 0)) from error


def sync_or_refuse(descriptor: int) -> None:
    """Sync what was written. Raises ``SyncFailed``; or ``StorageFull`` where the disk finds
    only now that it has no room, which harms no other file.
    """
    try:
        sync(descriptor)
    except SyncFailed as failure:
        cause = failure.__cause__
        if isinstance(cause, OSError) and cause.errno in NO_ROOM:
            raise StorageFull("There is no room left to store this file.") from cause
        raise


def sync_path(path: Path) -> None:
    """Sync a file, or the names in a folder; raises ``SyncFailed``."""
    descriptor = open_to_read(path)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> bytes:
    """Read the whole file and return its SHA-256, 32 bytes; bounded memory."""
    digest = hashlib.sha256()
    block = bytearray(BLOCK_BYTES)
    descriptor = open_to_read(path)
    try:
        while count := os.readv(descriptor, [block]):
            digest.update(memoryview(block)[:count])
    finally:
        os.close(descriptor)
    return digest.digest()


def make_folder(path: Path) -> bool:
    """Create the folder for us alone; tell whether it is new. Its name is not yet durable."""
    try:
        path.mkdir(0o700)
    except FileExistsError:
        return False
    return True
