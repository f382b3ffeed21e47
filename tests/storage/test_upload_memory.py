"""A large upload costs time and disk, not memory."""

from __future__ import annotations

import os
import shutil

import pytest

MIB = 2**20
SIZE_BYTES = int(os.environ.get("BORDEREAU_TEST_UPLOAD_BYTES", 2048 * MIB))

CHILD = """
import asyncio, os, sys
from pathlib import Path
from uuid import UUID
from app.storage.local import LocalStore

root, matter, size = Path(sys.argv[1]), UUID(sys.argv[2]), int(sys.argv[3])
page = os.sysconf("SC_PAGE_SIZE")
peak = 0

def sample():
    global peak
    with open("/proc/self/statm") as statm:
        now = int(statm.read().split()[1]) * page
    peak = max(peak, now)
    return now

async def chunks():
    left = size
    while left:
        chunk = bytes(min(65536, left))
        left -= len(chunk)
        if left % (1 << 20) == 0:
            sample()
            await asyncio.sleep(0)
        yield chunk

async def main():
    store = LocalStore(root)
    async def small():
        yield b"warm up"
    await store.receive(matter, small(), size_max_bytes=size)
    before = sample()
    stored = await store.receive(matter, chunks(), size_max_bytes=size, expected_size=size)
    sample()
    assert stored.size_bytes == size
    print(peak - before)

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_gibibytes_raise_memory_by_64_mib_at_most(tmp_path, matter, run_child):
    if shutil.disk_usage(tmp_path).free < 2 * SIZE_BYTES:
        pytest.skip("not enough room on this disk")
    child = run_child(CHILD, tmp_path / "data", matter, SIZE_BYTES)
    shutil.rmtree(tmp_path / "data")
    assert child.returncode == 0, child.stderr
    assert int(child.stdout) <= 64 * MIB
