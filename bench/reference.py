"""The limit of an upload: bare ASGI, SHA-256 in a thread, fsync, a document and an audit row."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

_BLOCK = 1 << 20

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Reference:
    """PUT, and nothing else: no sign-in, no access, no limits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "reference"
        self._folder.mkdir(exist_ok=True)
        self._database = _open(folder / "reference.db")
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(8)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status = 201 if scope["method"] == "PUT" else 404
        body = b""
        if status == 201:
            body = (await self._take(scope["path"].strip("/"), receive)).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _take(self, name: str, receive: Receive) -> str:
        """Write and hash a block in a thread while the next one arrives."""
        loop, digest, block, more = asyncio.get_running_loop(), hashlib.sha256(), bytearray(), True
        writing: asyncio.Future[None] | None = None
        path = self._folder / name
        with path.with_suffix(".part").open("wb", buffering=0) as file:
            while more:
                message = await receive()
                block += message.get("body", b"")
                more = message.get("more_body", False)
                if more and len(block) >= _BLOCK:
                    if writing is not None:
                        await writing
                    writing = loop.run_in_executor(self._threads, _write, file, digest, block)
                    block = bytearray()
            if writing is not None:
                await writing
            await loop.run_in_executor(self._threads, self._keep, file, digest, block, path)
        return digest.hexdigest()

    def _keep(self, file: BinaryIO, digest: Any, block: bytearray, path: Path) -> None:
        _write(file, digest, block)
        os.fsync(file.fileno())
        path.with_suffix(".part").rename(path)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        with self._lock:
            found = self._database
            found.execute("BEGIN IMMEDIATE")
            row = found.execute(
                "INSERT INTO documents (name, sha256, size) VALUES (?, ?, ?)",
                (path.name, digest.hexdigest(), path.stat().st_size),
            )
            found.execute("INSERT INTO audit (document, said) VALUES (?, 'put')", (row.lastrowid,))
            found.execute("COMMIT")


def _write(file: BinaryIO, digest: Any, block: bytearray) -> None:
    digest.update(block)
    file.write(block)


def _open(path: Path) -> sqlite3.Connection:
    """As durable as the product's own database."""
    found = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    found.executescript(
        "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
        "CREATE TABLE IF NOT EXISTS documents"
        " (id INTEGER PRIMARY KEY, name TEXT, sha256 TEXT, size INTEGER);"
        "CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, document INTEGER, said TEXT)"
    )
    return found
