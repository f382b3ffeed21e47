"""However the sending of a file ends, the file is closed."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import anyio
import pytest
from starlette.types import Message

from app.deps import DownloadResponse
from app.services.downloads import Download
from app.storage.store import BLOCK_BYTES

BYTES = bytes(256) * (3 * BLOCK_BYTES // 256)


@pytest.fixture
def opened(tmp_path: Path) -> BinaryIO:
    path = tmp_path / "file"
    path.write_bytes(BYTES)
    return path.open("rb")


def sent(file: BinaryIO, blocks_taken: int | None) -> bytes:
    """What a reader got who turned away after so many blocks; None: who stayed to the end."""
    got: list[bytes] = []
    left = anyio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if len(got) == blocks_taken:
            left.set()
            await anyio.sleep_forever()
        if message["type"] == "http.response.body" and message["body"]:
            got.append(message["body"])

    async def answer() -> None:
        scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
        await DownloadResponse(Download(file, {}, uuid4()), {})(scope, receive, send)

    anyio.run(answer)
    return b"".join(got)


def test_a_file_sent_whole_is_closed(opened: BinaryIO) -> None:
    assert sent(opened, None) == BYTES
    assert opened.closed


@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_a_file_whose_reader_turned_away_is_closed(opened: BinaryIO, blocks: int) -> None:
    assert len(sent(opened, blocks)) < len(BYTES)
    assert opened.closed
