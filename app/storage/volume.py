"""The file system on which a store writes: its room, its folders, and whether it failed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import StorageFull
from app.storage import disk
from app.storage.store import SyncFailed

SETTLED_MAX = 65_536


class Volume:
    """One folder of one POSIX file system. Safe to use from many threads.

    ``reserve_bytes`` stay free: whoever would touch them is refused with ``StorageFull``.
    """

    def __init__(self, root: Path, *, reserve_bytes: int = 0) -> None:
        self.root = root.absolute()
        self._reserve_bytes = reserve_bytes
        self._settled: set[Path] = set()
        self._failure: SyncFailed | None = None

    def settle_once(self, folder: Path) -> None:
        """As ``settle``, but only at the folder's first use; raises as ``halting`` does."""
        if folder not in self._settled:
            with self.halting():
                self.settle(folder)

    def settle(self, folder: Path) -> None:
        """Make each level down to ``folder`` exist under a durable name.

        A level that is there may have been made by a process that died before it synced;
        so the first use in each process syncs, new or not. A mount's name is not ours.
        """
        if folder in self._settled and folder.is_dir():
            return
        within = [path for path in (folder, *folder.parents) if path.is_relative_to(self.root)]
        missing = [path for path in self.root.parents if not path.exists()]
        for level in reversed([*within, *missing]):
            if not disk.make_folder(level) and level in self._settled:
                continue
            if not os.path.ismount(level):
                disk.sync_path(level.parent)
            if len(self._settled) >= SETTLED_MAX:
                self._settled.clear()
            self._settled.add(level)

    def check_room(self, needed_bytes: int) -> None:
        """Raise ``StorageFull`` when so many more bytes would touch the reserve."""
        system = os.statvfs(self.root)
        if system.f_bavail * system.f_frsize < self._reserve_bytes + needed_bytes:
            raise StorageFull("There is no room left to store this file.")

    @property
    def writable(self) -> bool:
        """False once a sync failed: files are given out, none is taken in."""
        return self._failure is None

    @contextmanager
    def halting(self) -> Iterator[None]:
        """Remember a failed sync: nothing is taken in any more. See ``SyncFailed``.

        What else the disk refuses has its name (``disk.taken_or_refused``), and is that file's.
        """
        try:
            with disk.taken_or_refused():
                yield
        except SyncFailed as failure:
            self._failure = failure
            raise

    def refuse_after_failure(self) -> None:
        """Raise ``SyncFailed`` if one failed before."""
        if self._failure is not None:
            raise SyncFailed("an earlier write was not confirmed") from self._failure
