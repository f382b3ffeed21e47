"""A disk that fails is never taken at its word, and a full one leaves nothing behind."""

from __future__ import annotations

import asyncio
import errno
import io
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from app.errors import StorageFull, StoreUnavailable
from app.storage.local import LocalStore
from app.storage.store import SyncFailed
from tests.conftest import skip_or_fail

LIMIT = 2**30
BODY = os.urandom(3 * 2**20)


def fail_at(monkeypatch, call: str, number: int, code: int) -> list[int]:
    """Let the ``number``-th ``call`` fail with ``code``; the list counts the calls."""
    real, calls = getattr(os, call), []

    def failing(*arguments, **named):
        calls.append(1)
        if len(calls) == number:
            raise OSError(code, os.strerror(code))
        return real(*arguments, **named)

    monkeypatch.setattr(os, call, failing)
    return calls


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7])
def test_a_failed_sync_is_never_acknowledged_nor_tried_again(
    store, matter, sent, files_in, monkeypatch, number
):
    calls = fail_at(monkeypatch, "fsync", number, errno.EIO)
    with pytest.raises(SyncFailed):
        asyncio.run(store.receive(matter, sent(BODY), size_max_bytes=LIMIT))
    assert len(calls) == number
    assert [name for name in files_in(store.root) if name.startswith("tmp")] == []
    assert (files_in(store.root) == []) == (number < 7)  # 7: linked already, and never taken back
    assert not store.writable

    with pytest.raises(SyncFailed):
        store.put(matter, io.BytesIO(b"next"), size_max_bytes=LIMIT)
    assert len(calls) == number


def test_seven_syncs_are_all_there_are(store, matter, monkeypatch):
    calls = fail_at(monkeypatch, "fsync", 0, errno.EIO)
    store.put(matter, io.BytesIO(BODY), size_max_bytes=LIMIT)
    assert len(calls) == 7


def test_after_a_failed_sync_files_are_still_given_out(store, matter, monkeypatch):
    kept = store.put(matter, io.BytesIO(BODY), size_max_bytes=LIMIT)
    fail_at(monkeypatch, "fsync", 1, errno.EIO)
    with pytest.raises(SyncFailed):
        store.put(matter, io.BytesIO(b"next"), size_max_bytes=LIMIT)
    assert store.verify(matter, kept.sha256)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize(("call", "number"), [("write", 2), ("mkdir", 3), ("link", 1)])
def test_a_full_disk_refuses_and_leaves_nothing(
    store, matter, sent, files_in, monkeypatch, call, number, code
):
    fail_at(monkeypatch, call, number, code)
    with pytest.raises(StorageFull):
        asyncio.run(store.receive(matter, sent(BODY), size_max_bytes=LIMIT))
    assert files_in(store.root) == []
    assert store.put(matter, io.BytesIO(BODY), size_max_bytes=LIMIT).newly_stored


def test_a_disk_found_full_only_at_the_sync_refuses_that_file_alone(
    store, matter, files_in, monkeypatch
):
    store.put(matter, io.BytesIO(b"first"), size_max_bytes=LIMIT)
    before = files_in(store.root)
    fail_at(monkeypatch, "fsync", 1, errno.ENOSPC)
    with pytest.raises(StorageFull):
        store.put(matter, io.BytesIO(BODY), size_max_bytes=LIMIT)
    assert files_in(store.root) == before
    assert store.writable


@pytest.mark.parametrize("code", [errno.EIO, errno.EROFS])
@pytest.mark.parametrize(
    ("call", "number"), [("open", 1), ("write", 2), ("fchmod", 1), ("mkdir", 3), ("link", 1)]
)
def test_a_disk_that_fails_refuses_that_file_by_name_and_leaves_nothing(
    store, matter, sent, files_in, monkeypatch, call, number, code
):
    fail_at(monkeypatch, call, number, code)
    with pytest.raises(StoreUnavailable):
        asyncio.run(store.receive(matter, sent(BODY), size_max_bytes=LIMIT))
    assert files_in(store.root) == []
    assert store.put(matter, io.BytesIO(BODY), size_max_bytes=LIMIT).newly_stored


def test_a_part_that_cannot_be_taken_away_is_left_to_a_sweep(store, monkeypatch):
    part_id = uuid4()
    store.parts.open(part_id, 0).close()

    def refuse(path, **named):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(Path, "unlink", refuse)
        store.parts.remove(part_id)
    assert store.parts.path_of(part_id).exists()
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    assert store.parts.sweep(tomorrow, lambda ids: ()) == 1


def test_an_error_of_another_kind_stays_what_it_is(store, matter, files_in, monkeypatch):
    fail_at(monkeypatch, "write", 1, errno.EBADF)
    with pytest.raises(OSError, match="Bad file descriptor"):
        store.put(matter, io.BytesIO(BODY), size_max_bytes=LIMIT)
    assert files_in(store.root) == []


LIMITED_CHILD = """
import io, resource, sys
from pathlib import Path
from uuid import UUID
from app.errors import StorageFull, StoreUnavailable
from app.storage.local import LocalStore

resource.setrlimit(resource.RLIMIT_FSIZE, (2**20 + 5, 2**20 + 5))
store = LocalStore(Path(sys.argv[1]))
try:
    store.put(UUID(sys.argv[2]), io.BytesIO(bytes(3 * 2**20)), size_max_bytes=2**30)
except StorageFull:
    stored = store.put(UUID(sys.argv[2]), io.BytesIO(b"small"), size_max_bytes=2**30)
    print("refused, then", stored.size_bytes)
"""


def test_a_real_limit_on_file_size_refuses_and_smaller_files_still_pass(
    tmp_path, matter, run_child, files_in
):
    child = run_child(LIMITED_CHILD, tmp_path / "data", matter)
    assert child.stdout.strip() == "refused, then 5", child.stderr
    assert len(files_in(tmp_path / "data")) == 1


def test_a_kernel_that_refuses_the_sync_is_not_acknowledged(tmp_path, matter, run_child, files_in):
    if shutil.which("strace") is None:
        skip_or_fail("strace, which injects the fault")
    script = """
import io, sys
from pathlib import Path
from uuid import UUID
from app.storage.local import LocalStore
from app.storage.store import SyncFailed
try:
    LocalStore(Path(sys.argv[1])).put(UUID(sys.argv[2]), io.BytesIO(b"x"), size_max_bytes=9)
except SyncFailed as failure:
    print("not acknowledged:", failure)
else:
    print("stored")
"""
    outcomes = []
    for number in range(1, 9):
        inject = ("strace", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync")
        root = tmp_path / str(number)
        child = run_child(
            script,
            root,
            matter,
            before=(*inject, "-e", f"inject=fsync,fdatasync:error=EIO:when={number}"),
        )
        if "ptrace" in child.stderr.lower():
            pytest.skip("strace may not trace here")
        outcomes.append(child.stdout.strip())
    assert outcomes == ["not acknowledged: Input/output error"] * 7 + ["stored"]


def test_two_stores_in_one_folder_race_for_one_name(tmp_path, matter, sent, files_in):
    """As two server processes do: apart but for the folder."""
    one, two = LocalStore(tmp_path / "data"), LocalStore(tmp_path / "data")

    async def race():
        return await asyncio.gather(
            *(s.receive(matter, sent(BODY), size_max_bytes=LIMIT) for s in (one, two) * 4)
        )

    assert sum(stored.newly_stored for stored in asyncio.run(race())) == 1
    assert len(files_in(tmp_path / "data")) == 1
    one.close()
    two.close()
