"""Many files stored together: all or none, each synced before it has a name."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from app.errors import StorageFull, UploadRefused
from app.storage.store import StoredFile, SyncFailed

BODIES = [f"file {n}".encode() * 100 for n in range(150)]


def test_they_are_all_there_in_their_order(store, matter, files_in):
    stored = store.put_many(matter, ([body[:50], body[50:]] for body in BODIES))
    assert [s.sha256 for s in stored] == [hashlib.sha256(b).hexdigest() for b in BODIES]
    assert all(store.verify(matter, s.sha256) for s in stored)
    assert all(name.startswith("objects/") for name in files_in(store.root))


def test_an_empty_one_and_twice_the_same_are_files(store, matter):
    stored = store.put_many(matter, [[], [b"same"], [b"same"]])
    assert [s.newly_stored for s in stored] == [True, True, False]
    assert [s.size_bytes for s in stored] == [0, 4, 4]
    assert store.put_many(matter, []) == []


def test_one_that_is_refused_is_left_out_and_the_others_are_kept(store, matter, files_in):
    def refused():
        yield b"some"
        raise UploadRefused("Its bytes are damaged.")

    first, second, third = store.put_many(matter, [[b"1"], refused(), [b"3"]])
    assert isinstance(second, UploadRefused)
    assert isinstance(first, StoredFile) and isinstance(third, StoredFile)
    assert len(files_in(store.root)) == 2


def test_any_other_failure_abandons_all_of_them(store, matter, files_in):
    def broken():
        yield b"some"
        raise RuntimeError("attack")

    with pytest.raises(RuntimeError):
        store.put_many(matter, [*([b] for b in BODIES), broken()])
    assert files_in(store.root) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failed_sync_abandons_all_of_them(store, matter, files_in, monkeypatch, code):
    store.put(matter, io.BytesIO(b"to settle the folders"), size_max_bytes=100)
    real, calls = os.fsync, []

    def failing(descriptor):
        calls.append(1)
        if len(calls) == 100:
            raise OSError(code, os.strerror(code))
        return real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StorageFull if code == errno.ENOSPC else SyncFailed):
        store.put_many(matter, ([b] for b in BODIES))
    assert len(files_in(store.root)) == 1
    assert store.writable == (code == errno.ENOSPC)


def test_each_is_synced_before_it_is_linked_and_each_folder_once_after(store, matter, monkeypatch):
    calls = []
    for name in ("fsync", "link"):
        real = getattr(os, name)

        def recorded(target, *more, name=name, real=real, **named):
            by_number = isinstance(target, int)
            path = Path(f"/proc/self/fd/{target}").readlink() if by_number else target
            calls.append((name, str(path)))
            return real(target, *more, **named)

        monkeypatch.setattr(os, name, recorded)
    stored = store.put_many(matter, ([b] for b in BODIES))
    linked = [path for name, path in calls if name == "link"]
    first_link = next(n for n, (name, _) in enumerate(calls) if name == "link")
    assert set(linked) <= {path for name, path in calls[:first_link] if name == "fsync"}
    last_link = max(n for n, (name, _) in enumerate(calls) if name == "link")
    after = [path for name, path in calls[last_link + 1 :] if name == "fsync"]
    assert sorted(after) == sorted({str(store.path_of(matter, s.sha256).parent) for s in stored})
