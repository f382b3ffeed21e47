"""What is left lying about: dead temporary files, and files the record does not know.

Age is the file's own time of last change against ``now``; taking up a file again makes it
young. A file is only ever moved, under a lock that excludes whoever is about to rely on it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from app.storage import disk
from app.storage.store import KnownAmong, Swept

UNKNOWN_FOR = timedelta(hours=24)
QUARANTINED_FOR = timedelta(days=30)

Exclusively = Callable[[], AbstractContextManager[None]]


def sweep(root: Path, now: datetime, known: KnownAmong, exclusively: Exclusively) -> Swept:
    """Sweep the store at ``root``; see ``FileStore.sweep``. Raises ``SyncFailed``."""
    young_after = (now - UNKNOWN_FOR).timestamp()
    temporary_removed = remove_temporary(root / "tmp", now)
    removed, restorable = _empty_quarantine(
        root / "quarantine", (now - QUARANTINED_FOR).timestamp(), known
    )
    quarantined: list[tuple[UUID, str]] = []
    for matter_id, folder in _of_matters(root / "objects", depth=1):
        old = [path for path in _files(folder) if _is_old(path, young_after)]
        held = set(known(matter_id, [path.name for path in old])) if old else set()
        for path in old:
            if path.name in held:
                continue
            with exclusively():
                # Asked again now that nobody can be about to rely on it.
                if _is_old(path, young_after) and not known(matter_id, [path.name]):
                    _quarantine(path, root / "quarantine" / str(matter_id), now)
                    quarantined.append((matter_id, path.name))
    return Swept(temporary_removed, tuple(quarantined), removed, restorable)


def remove_temporary(folder: Path, now: datetime) -> int:
    """Remove temporary files older than a day: whoever wrote them is gone. How many."""
    young_after = (now - UNKNOWN_FOR).timestamp()
    dead = [path for path in _files(folder) if _is_old(path, young_after)]
    for path in dead:
        path.unlink(missing_ok=True)
    return len(dead)


def _quarantine(path: Path, folder: Path, now: datetime) -> None:
    """Move the file to ``folder``, dated ``now``: its time there counts from the move."""
    for level in (folder.parent, folder):
        disk.make_folder(level)
        disk.sync_path(level.parent)
    os.utime(path, (now.timestamp(), now.timestamp()))
    path.replace(folder / path.name)
    disk.sync_path(folder)
    disk.sync_path(path.parent)


def _empty_quarantine(
    quarantine: Path, young_after: float, known: KnownAmong
) -> tuple[int, tuple[tuple[UUID, str], ...]]:
    removed = 0
    restorable: list[tuple[UUID, str]] = []
    for matter_id, folder in _of_matters(quarantine, depth=0):
        paths = list(_files(folder))
        held = set(known(matter_id, [path.name for path in paths])) if paths else set()
        for path in paths:
            if path.name in held:
                restorable.append((matter_id, path.name))
            elif _is_old(path, young_after):
                path.unlink(missing_ok=True)
                removed += 1
    return removed, tuple(restorable)


def _of_matters(folder: Path, *, depth: int) -> Iterator[tuple[UUID, Path]]:
    for matter in _folders(folder, depth=1):
        try:
            matter_id = UUID(matter.name)
        except ValueError:
            continue  # not ours, left alone
        for inner in _folders(matter, depth=depth):
            yield matter_id, inner


def _folders(folder: Path, *, depth: int) -> Iterator[Path]:
    if depth == 0:
        yield folder
    elif folder.is_dir():
        for child in sorted(folder.iterdir()):
            yield from _folders(child, depth=depth - 1)


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(folder.iterdir()) if folder.is_dir() else ())


def _is_old(path: Path, young_after: float) -> bool:
    try:
        return path.lstat().st_mtime < young_after
    except FileNotFoundError:
        return False
