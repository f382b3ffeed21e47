"""kill -9 at every call: no half file under a name, and a retry stores exactly one."""

from __future__ import annotations

import hashlib
import io
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.storage.local import LocalStore

BODY = bytes(range(256)) * 4096 * 2 + b"the end"  # three blocks
LATER = datetime(2100, 1, 1, tzinfo=UTC)

CHILD = """
import asyncio, io, os, signal, sys
from pathlib import Path
from uuid import UUID
from app.storage.local import LocalStore

root, matter, door, last = Path(sys.argv[1]), UUID(sys.argv[2]), sys.argv[3], int(sys.argv[4])
calls = 0

def struck(name):
    real = getattr(os, name)
    def call(*arguments, **named):
        global calls
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    setattr(os, name, call)

for name in ("open", "write", "fchmod", "fsync", "close", "mkdir", "link", "unlink"):
    struck(name)

body = bytes(range(256)) * 4096 * 2 + b"the end"

async def chunks():
    for start in range(0, len(body), 65536):
        yield body[start:start + 65536]

store = LocalStore(root)
if door == "put":
    stored = store.put(matter, io.BytesIO(body), size_max_bytes=2**30)
else:
    stored = asyncio.run(store.receive(matter, chunks(), size_max_bytes=2**30))
os.write(1, stored.sha256.encode())
"""


@pytest.mark.parametrize("door", ["put", "receive"])
def test_a_kill_at_any_call_leaves_whole_files_only(tmp_path, matter, run_child, files_in, door):
    sha256 = hashlib.sha256(BODY).hexdigest()
    struck = 0
    for point in range(1, 100):
        root = tmp_path / str(point)
        child = run_child(CHILD, root, matter, door, point)
        acknowledged = child.stdout == sha256
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL, child.stderr
        struck += 1
        assert not acknowledged
        _assert_sound(LocalStore(root), matter, sha256, files_in)
    else:
        pytest.fail("the child never came through")
    assert acknowledged
    assert struck >= 20


def _assert_sound(store: LocalStore, matter, sha256: str, files_in) -> None:
    objects = [Path(name) for name in files_in(store.root) if name.startswith("objects")]
    for path in objects:
        assert path.name == sha256
        assert store.verify(matter, sha256)

    retried = store.put(matter, io.BytesIO(BODY), size_max_bytes=2**30)
    assert retried.sha256 == sha256
    assert retried.newly_stored == (not objects)
    swept = store.sweep(LATER, lambda _, among: among)
    assert swept.quarantined == ()
    assert len(files_in(store.root)) == 1
    assert store.verify(matter, sha256)


def test_what_a_dead_process_left_is_swept_only_after_a_day(tmp_path, matter, run_child, files_in):
    root = tmp_path / "data"
    child = run_child(CHILD, root, matter, "put", 12)
    assert child.returncode == -signal.SIGKILL, child.stderr
    [left] = files_in(root)
    assert left.startswith("tmp/")
    store = LocalStore(root)
    began = datetime.fromtimestamp((root / left).stat().st_mtime, UTC)
    assert store.sweep(began + timedelta(hours=23), lambda _, among: among).temporary_removed == 0
    assert store.sweep(began + timedelta(hours=25), lambda _, among: among).temporary_removed == 1
    assert files_in(root) == []
