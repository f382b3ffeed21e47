"""Files in a local folder: Maildir's pattern (temporary file, sync, link), with hash names.

The order of the steps is the promise (design: security.md §3): a file that was
acknowledged survives power loss, and a name never shows half a file.

    <root>/tmp/<uuid>                            being received
    <root>/objects/<matter>/<aa>/<sha256>        stored, read-only
    <root>/quarantine/<matter>/<sha256>          known to nobody, kept 30 days
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import UUID

from app.storage import disk, sweep
from app.storage.intake import Intake, Whole, object_name
from app.storage.store import KnownAmong, ObjectDamaged, ObjectMissing, Swept


class LocalStore(Intake):
    """A ``FileStore`` in one folder of one POSIX file system that has hard links and flock."""

    # -- taking files in: ``Intake`` brings them to ``tmp``

    def _place(self, matter_id: UUID, files: Sequence[Whole], *, keep: bool = False) -> list[bool]:
        """Steps 5 to 7 of the write order, each folder synced once."""
        placed: list[bool] = []
        folders: dict[Path, None] = {}
        for file in files:
            target = self.path_of(matter_id, file.sha256)
            self._volume.settle(target.parent)
            placed.append(self._link(file.path, target))
            folders[target.parent] = None
        for file in () if keep else files:
            file.path.unlink()
        for folder in folders:
            disk.sync_path(folder)
        return placed

    def _link(self, temporary: Path, target: Path) -> bool:
        """Give the file its name, or prove and sync the one that has it already.

        Once linked, a name is never taken back, even if a later step fails: another writer
        of the same bytes may rely on it already. What nobody recorded, the sweep finds.
        """
        with self.names_held(fcntl.LOCK_SH):
            try:
                os.link(temporary, target)
            except FileExistsError:
                os.utime(target)  # young again: no sweep takes it before its row is there
            else:
                return True
        if disk.sha256_of(target).hex() != target.name:
            raise ObjectDamaged(str(target))
        disk.sync_path(target)
        return False

    # -- giving files out

    def path_of(self, matter_id: UUID, sha256: str) -> Path:
        """Return where the file is, or would be; ``ValueError`` unless a hash in hexadecimal."""
        return self.root / object_name(matter_id, sha256)

    def open(self, matter_id: UUID, sha256: str) -> BinaryIO:
        """Open a stored file for reading; raises ``ObjectMissing``."""
        path = self.path_of(matter_id, sha256)
        return os.fdopen(_present(disk.open_to_read, path), "rb")

    def exists(self, matter_id: UUID, sha256: str) -> bool:
        """Tell whether the file is there; its bytes are not read."""
        return self.path_of(matter_id, sha256).is_file()

    def missing(self, matter_id: UUID, hashes: Collection[str]) -> Collection[str]:
        """Those of the hashes that are not there."""
        return {sha256 for sha256 in hashes if not self.exists(matter_id, sha256)}

    def size(self, matter_id: UUID, sha256: str) -> int:
        """Return the file's size in bytes; raises ``ObjectMissing``."""
        return _present(os.stat, self.path_of(matter_id, sha256)).st_size

    def verify(self, matter_id: UUID, sha256: str) -> bool:
        """Read the whole file: does it still hash to its name? Raises ``ObjectMissing``."""
        return _present(disk.sha256_of, self.path_of(matter_id, sha256)).hex() == sha256

    # -- care

    def sweep(self, now: datetime, known: KnownAmong) -> Swept:
        """Remove dead temporary files; quarantine files older than a day nobody knows."""
        with self._volume.halting():
            return sweep.sweep(self.root, now, known, lambda: self.names_held(fcntl.LOCK_EX))

    @contextmanager
    def names_held(self, how: int) -> Iterator[None]:
        """Hold the names under ``objects``: shared to add one, exclusive to take one away."""
        descriptor = disk.open_to_read(self.root / "objects")
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)


_Answer = TypeVar("_Answer")


def _present(ask: Callable[[Path], _Answer], path: Path) -> _Answer:
    try:
        return ask(path)
    except FileNotFoundError as error:
        raise ObjectMissing(str(path)) from error
