"""kill -9 cannot reveal a missing fsync; so the order of the calls is checked too."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path

import pytest

from app.storage.local import LocalStore

LIMIT = 2**20


@pytest.fixture
def trace(monkeypatch, store):
    """What the store asks of the disk, in order: the call, and the path within the store."""
    calls: list[tuple[str, str]] = []

    def name(target) -> str:
        path = Path(
            Path(f"/proc/self/fd/{target}").readlink() if isinstance(target, int) else target
        )
        if path.parent.name == "tmp" and path.parent.parent == store.root:
            return "TEMPORARY"
        return str(path.relative_to(store.root.parent))

    def record(call: str) -> None:
        real = getattr(os, call)

        def recorded(target, *arguments, **named):
            calls.append((call, name(target)))
            return real(target, *arguments, **named)

        monkeypatch.setattr(os, call, recorded)

    for call in ("write", "fsync", "mkdir", "link", "unlink", "fchmod"):
        record(call)
    return calls


def made(folder: str) -> list[tuple[str, str]]:
    return [("mkdir", folder), ("fsync", str(Path(folder).parent))]


def taken(matter, sha256) -> list[tuple[str, str]]:
    return [
        ("link", "TEMPORARY"),
        ("unlink", "TEMPORARY"),
        ("fsync", f"data/objects/{matter}/{sha256[:2]}"),
    ]


WRITTEN = [("write", "TEMPORARY"), ("fchmod", "TEMPORARY"), ("fsync", "TEMPORARY")]


def without_idle_mkdir(calls):
    """Leave out the mkdir of folders known to be there, which change nothing."""
    return [
        (call, path)
        for n, (call, path) in enumerate(calls)
        if call != "mkdir" or calls[n + 1] == ("fsync", str(Path(path).parent))
    ]


@pytest.mark.parametrize("door", ["receive", "put"])
def test_a_first_file_is_synced_before_it_has_a_name_and_so_is_every_folder(
    store, matter, sent, trace, door
):
    if door == "put":
        stored = store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    else:
        stored = asyncio.run(store.receive(matter, sent(b"exhibit"), size_max_bytes=LIMIT))
    assert without_idle_mkdir(trace) == [
        *made("data"),
        *made("data/tmp"),
        *WRITTEN,
        *made("data/objects"),
        *made(f"data/objects/{matter}"),
        *made(f"data/objects/{matter}/{stored.sha256[:2]}"),
        *taken(matter, stored.sha256),
    ]


def test_a_second_file_in_the_same_folder_syncs_itself_and_that_folder(store, matter, trace):
    store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    trace.clear()
    stored = store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    folder = f"data/objects/{matter}/{stored.sha256[:2]}"
    assert without_idle_mkdir(trace) == [
        *WRITTEN,
        ("link", "TEMPORARY"),
        ("fsync", f"{folder}/{stored.sha256}"),  # the one that was there: its writer may have died
        ("unlink", "TEMPORARY"),
        ("fsync", folder),
    ]


def test_a_new_process_syncs_the_folders_an_earlier_one_may_have_left_unsynced(
    store, matter, trace
):
    LocalStore(store.root).put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    trace.clear()
    LocalStore(store.root).put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    synced = {path for call, path in trace if call == "fsync"}
    assert {".", "data", "data/objects", f"data/objects/{matter}"} <= synced


def test_the_folders_above_the_store_are_synced_too(store, matter, trace):
    LocalStore(store.root / "a" / "b").put(matter, io.BytesIO(b"x"), size_max_bytes=LIMIT)
    assert trace[:6] == [*made("data"), *made("data/a"), *made("data/a/b")]
