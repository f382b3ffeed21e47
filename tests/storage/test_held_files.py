"""Who may touch a file when: temporary files by one thread, names by no sweep in between."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import io
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from app.errors import UploadRefused
from app.storage import disk
from app.storage.incoming import Incoming
from app.storage.store import BLOCK_BYTES

LIMIT = 2**30
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def test_a_temporary_file_is_new_ours_alone_and_never_a_link(tmp_path):
    path = tmp_path / "new"
    os.close(disk.create_exclusively(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for taken in (path, tmp_path / "link"):
        with pytest.raises(FileExistsError):
            disk.create_exclusively(taken)
    assert not (tmp_path / "elsewhere").exists()


def test_a_stored_name_that_became_a_link_is_not_followed(store, matter, tmp_path):
    path = store.path_of(matter, store.put(matter, io.BytesIO(b"x"), size_max_bytes=9).sha256)
    path.rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    with pytest.raises(OSError, match="symbolic link"):
        store.open(matter, path.name)


def test_a_discarded_file_is_not_written_again(tmp_path):
    incoming = Incoming(tmp_path)
    with incoming.in_use():
        incoming.write(b"begun")
    incoming.discard()
    with pytest.raises(UploadRefused), incoming.in_use():
        pass
    incoming.discard()
    assert list(tmp_path.iterdir()) == []


def test_the_last_piece_never_overtakes_the_block_before_it(store, matter, sent, monkeypatch):
    write = store._write

    def slow(incoming, block):
        time.sleep(0.05)
        write(incoming, block)

    monkeypatch.setattr(store, "_write", slow)
    body = os.urandom(2 * BLOCK_BYTES + 1)
    stored = asyncio.run(store.receive(matter, sent(body, len(body)), size_max_bytes=LIMIT))
    assert stored.sha256 == hashlib.sha256(body).hexdigest()


def test_an_upload_waits_while_a_sweep_takes_a_name_away(store, matter):
    store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    with ThreadPoolExecutor(1) as other:
        with store.names_held(fcntl.LOCK_EX):
            upload = other.submit(store.put, matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
            with pytest.raises(TimeoutError):
                upload.result(0.2)
        assert not upload.result(10).newly_stored


def test_a_sweep_waits_while_an_upload_takes_up_a_name(store, matter):
    store.put(matter, io.BytesIO(b"exhibit"), size_max_bytes=LIMIT)
    with ThreadPoolExecutor(1) as other:
        with store.names_held(fcntl.LOCK_SH):
            sweep = other.submit(store.sweep, LATER, lambda _matter, _among: ())
            with pytest.raises(TimeoutError):
                sweep.result(0.2)
        assert len(sweep.result(10).quarantined) == 1
