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

root, matter, size = Path(sys.argv[1]), UUID(sys.argv[2]), int(sys.argv[3])
STORE
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
    async def small():
        yield b"warm up"
    await store.receive(matter, small(), size_max_bytes=size)
    before = sample()
    stored = await store.receive(matter, chunks(), size_max_bytes=size, expected_size=size)
    sample()
    assert stored.size_bytes == size
    assert store.verify(matter, stored.sha256)
    sample()
    print(peak - before)

asyncio.run(main())
"""

FOLDER = """
from app.storage.local import LocalStore
store = LocalStore(root)
"""

BUCKET = """
from app.storage.s3 import S3Store
from app.storage.s3_bucket import Place
bucket, prefix, endpoint, access_key, secret_key = sys.argv[4:]
store = S3Store(root, Place(bucket, prefix, endpoint, "us-east-1", True, access_key, secret_key))
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_gibibytes_raise_memory_by_64_mib_at_most(tmp_path, matter, run_child):
    if shutil.disk_usage(tmp_path).free < 2 * SIZE_BYTES:
        pytest.skip("not enough room on this disk")
    child = run_child(CHILD.replace("STORE", FOLDER), tmp_path / "data", matter, SIZE_BYTES)
    shutil.rmtree(tmp_path / "data")
    assert child.returncode == 0, child.stderr
    assert int(child.stdout) <= 64 * MIB


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_large_file_through_a_bucket_raises_memory_by_64_mib_at_most(
    tmp_path, matter, run_child, place
):
    """In parts of the size that is used: up, and down again to be verified."""
    at = (place.bucket, place.prefix, place.endpoint, place.access_key, place.secret_key)
    script = CHILD.replace("STORE", BUCKET)
    child = run_child(script, tmp_path / "data", matter, 300 * MIB, *at)
    assert child.returncode == 0, child.stderr
    assert int(child.stdout) <= 64 * MIB
