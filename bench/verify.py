"""(i) Every stored byte read back and hashed, beside ``sha256sum`` over the same files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path
from uuid import UUID, uuid4

from app.services.verify import Verified, verify_files
from app.storage.local import LocalStore
from bench.measure import Report, alternate

KIB, MIB = 1024, 1024 * 1024
SHARE_MIN = 0.8


def run(report: Report, *, total_bytes: int = 2048 * MIB, rounds: int = 5) -> None:
    """A store of mixed sizes, in the page cache: what is measured is reading and hashing."""
    report.title(f"verify: {total_bytes / MIB:,.0f} MiB of files, mixed sizes, in the page cache")
    with tempfile.TemporaryDirectory(prefix="bordereau-bench-") as folder:
        store = LocalStore(Path(folder) / "data")
        files = _fill(store, total_bytes)
        paths = [str(store.path_of(matter, sha256)) for matter, sha256, _ in files]

        def ours(threads: int) -> None:
            wrong = list(verify_files(files, store, Verified(), threads=threads))
            assert not wrong, wrong[:3]

        found = alternate(
            {
                "verify_files(), 2 threads": lambda: ours(2),
                "verify_files(), 1 thread": lambda: ours(1),
                "sha256sum, one process": lambda: _sha256sum(paths, 1),
                "sha256sum, two processes": lambda: _sha256sum(paths, 2),
            },
            rounds=rounds,
        )
        store.close()
    report.note(f"  {len(files):,} files: half of the bytes in large ones, a quarter in 40 KiB")
    for what, samples in found.items():
        report.rate(what, samples, total_bytes / MIB, "MiB")
    share = found["sha256sum, one process"].median / found["verify_files(), 2 threads"].median
    report.goal(
        f"verify: at least {SHARE_MIN} of sha256sum", met=share >= SHARE_MIN, figure=f"{share:.2f}"
    )


def _fill(store: LocalStore, total: int) -> list[tuple[UUID, str, int]]:
    """Half of it in four large files, a quarter in files of 1 MiB, the rest in small ones."""
    matter = uuid4()
    sizes = [total // 8] * 4
    sizes += [MIB] * (total // 4 // MIB)
    sizes += [40 * KIB] * ((total - sum(sizes)) // (40 * KIB))
    return [_put(store, matter, size) for size in sizes]


def _put(store: LocalStore, matter: UUID, size: int) -> tuple[UUID, str, int]:
    """A file of random bytes where the store keeps it; not synced, for nothing here is kept."""
    body = os.urandom(size)
    sha256 = hashlib.sha256(body).hexdigest()
    path = store.path_of(matter, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return matter, sha256, size


def _sha256sum(paths: list[str], processes: int) -> None:
    asked = "\0".join(paths).encode()
    command = ["xargs", "-0", "-n", "200" if processes > 1 else str(len(paths)), "-P",
               str(processes), "sha256sum"]  # fmt: skip
    subprocess.run(command, input=asked, stdout=subprocess.DEVNULL, check=True)
