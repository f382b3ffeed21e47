"""A client in a process of its own: N keep-alive connections, a bounded count of requests."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count as counting
from pathlib import Path
from time import perf_counter

_SECONDS_MAX = 600


@dataclass(frozen=True)
class Request:
    """What each connection sends again and again. ``{n}`` in the target counts requests.

    ``body_bytes`` are sent as a body whose first bytes differ each time; or ``body_file`` is.
    """

    port: int
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body_bytes: int = 0
    expect: int = 200
    body_file: Path | None = None

    def head(self, n: int) -> bytes:
        lines = [f"{self.method} {self.target.replace('{n}', str(n))} HTTP/1.1",
                 f"Host: 127.0.0.1:{self.port}",
                 *(f"{k}: {v}" for k, v in self.headers)]  # fmt: skip
        if self.length_bytes:
            lines.append(f"Content-Length: {self.length_bytes}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    @property
    def length_bytes(self) -> int:
        """How long the body is."""
        return self.body_file.stat().st_size if self.body_file else self.body_bytes


@dataclass(frozen=True)
class Drive:
    """How hard to drive it: this many requests over this many connections."""

    request: Request
    requests: int
    connections: int
    first: int = 0


def drive(what: Drive) -> float:
    """Send them all; the seconds it took. Any other status than expected is an error."""
    return timed(what)[0]


def timed(what: Drive) -> tuple[float, list[float]]:
    """As ``drive``; also the seconds that each request took."""
    return asyncio.run(asyncio.wait_for(_drive(what), _SECONDS_MAX))


@contextmanager
def client() -> Iterator[ProcessPoolExecutor]:
    """One process that drives."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(int).result()
        yield pool


async def _drive(what: Drive) -> tuple[float, list[float]]:
    request = what.request
    numbers = counting(what.first)
    last = what.first + what.requests
    ends = [
        await asyncio.open_connection("127.0.0.1", request.port, limit=1 << 20)
        for _ in range(what.connections)
    ]

    each: list[float] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (n := next(numbers)) < last:
            begun = perf_counter()
            writer.write(request.head(n))
            await _body(writer, request, n)
            await _answer(reader, request.expect)
            each.append(perf_counter() - begun)

    start = perf_counter()
    await asyncio.gather(*(one(reader, writer) for reader, writer in ends))
    taken = perf_counter() - start
    for _, writer in ends:
        writer.close()
    return taken, each


_BLOCK = bytes(range(256)) * 4096


async def _body(writer: asyncio.StreamWriter, request: Request, n: int) -> None:
    if request.body_file is not None:
        with request.body_file.open("rb") as file:
            while block := file.read(len(_BLOCK)):
                writer.write(block)
                await writer.drain()
        return
    left = request.body_bytes
    start = n.to_bytes(8, "big")[: min(8, left)]
    if left:
        writer.write(start)
        left -= len(start)
    while left:
        block = _BLOCK[: min(len(_BLOCK), left)]
        writer.write(block)
        left -= len(block)
        await writer.drain()


async def _answer(reader: asyncio.StreamReader, expect: int) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lines = head.lower().split(b"\r\n")
    length = next((int(x[15:]) for x in lines if x.startswith(b"content-length:")), 0)
    body = await reader.readexactly(length)
    if status != expect:
        raise AssertionError(f"{status} instead of {expect}: {body[:500]!r}")
