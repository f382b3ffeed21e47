"""What a careful script does without a server: files written and synced, or copied and summed."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from time import perf_counter

_BODY = bytes(range(256)) * 4096


def write_files(folder: Path, count: int, size: int) -> float:
    """Each hashed, written, synced and renamed, its folder synced; the seconds it took."""
    folder.mkdir(exist_ok=True)
    names = os.open(folder, os.O_RDONLY)
    start = perf_counter()
    for n in range(count):
        body = n.to_bytes(8, "big") + _BODY[: size - 8]
        path = folder / hashlib.sha256(body).hexdigest()
        with path.with_suffix(".part").open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        path.with_suffix(".part").rename(path)
        os.fsync(names)
    taken = perf_counter() - start
    os.close(names)
    return taken


def copy_and_sum(source: Path, target: Path) -> float:
    """``cp``, ``sha256sum`` and ``sync`` of the copy; the seconds they took."""
    start = perf_counter()
    for command in (("cp", source, target), ("sha256sum", target), ("sync", target)):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - start


def write_large(path: Path, size: int) -> None:
    """A file of that size."""
    with path.open("wb") as file:
        for start in range(0, size, len(_BODY)):
            file.write(_BODY[: min(len(_BODY), size - start)])
