from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from app.storage.local import LocalStore
from tests.storage.kept import InBucket, InFolder, Kept, local_files

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def matter() -> UUID:
    return UUID("6b1c7d0e-0000-4000-8000-000000000001")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    store = LocalStore(tmp_path / "data", uploads_at_once=4)
    yield store
    store.close()


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """A store of each kind, and the hands to look behind its back."""
    if request.param == "folder":
        folder = InFolder(tmp_path / "data")
        yield folder
        folder.store.close()
        return
    server = request.getfixturevalue("object_store")
    bucket = InBucket(tmp_path / "data", request.getfixturevalue("place"), server.client)
    yield bucket
    bucket.store.close()


@pytest.fixture
def files_in() -> Callable[[Path], list[str]]:
    """Every file under the store's root, by its path from there."""
    return local_files


@pytest.fixture
def sent() -> Callable[..., AsyncIterator[bytes]]:
    """A body as a server hands it on, in chunks."""

    async def sent(body: bytes, chunk_bytes: int = 65_536) -> AsyncIterator[bytes]:
        for start in range(0, len(body), chunk_bytes):
            yield body[start : start + chunk_bytes]

    return sent


@pytest.fixture
def run_child() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a script in a process of its own, which may die."""

    def run_child(
        script: str, *arguments: object, before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*before, sys.executable, "-c", script, *map(str, arguments)],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run_child
