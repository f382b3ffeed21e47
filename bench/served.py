"""Servers in processes of their own, all by the same uvicorn settings, on 127.0.0.1."""

from __future__ import annotations

import multiprocessing
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import uvicorn
from fastapi import FastAPI

from bench.reference import Reference

_SPAWN = multiprocessing.get_context("spawn")
_READY_SECONDS = 30

_KEYS = Path(tempfile.gettempdir()) / "bordereau-bench-keys"

AppMaker = Callable[[Path], Any]


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    port: int
    pid: int

    def resident_bytes(self) -> int:
        """Memory it holds now (Linux)."""
        return self._status("VmRSS")

    def forget_peak(self) -> None:
        """Measure the peak from here on."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def peak_bytes(self) -> int:
        """The most it held since ``forget_peak``."""
        return self._status("VmHWM")

    def _status(self, name: str) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
        raise LookupError(name)


@contextmanager
def served(make: AppMaker, folder: Path) -> Iterator[Server]:
    """``make(folder)`` served by uvicorn: h11, one worker, no access log; ended after."""
    # asyncio turns Nagle's waiting off only where the socket says that it is TCP: without
    # it every kept-alive answer takes 40 ms.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)
        port = listening.getsockname()[1]
        process = _SPAWN.Process(target=_serve, args=(make, folder, listening), daemon=True)
        process.start()
    try:
        _await(port)
        assert process.pid is not None
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.join(20)
        if process.is_alive():
            process.kill()


def _serve(make: AppMaker, folder: Path, listening: socket.socket) -> None:
    config = uvicorn.Config(make(folder), http="h11", log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


def _await(port: int) -> None:
    """Until it answers anything at all."""
    end = monotonic() + _READY_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=_READY_SECONDS) as asking:
                asking.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                if asking.recv(1):
                    return
        except OSError:
            pass
        if monotonic() > end:
            raise TimeoutError("the server did not start")
        sleep(0.05)


def trivial(_folder: Path) -> FastAPI:
    """The smallest FastAPI endpoint: what the framework itself costs."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def read() -> dict[str, str]:
        return {"hello": "world"}

    return app


def product(folder: Path) -> FastAPI:
    """Bordereau itself, its database and files in ``folder``."""
    from app.main import create_app  # noqa: PLC0415  only the process that serves needs it
    from app.settings import Settings  # noqa: PLC0415

    return create_app(Settings(data_dir=folder, keys_dir=_KEYS, _env_file=None))


def reference(folder: Path) -> Reference:
    """The limit of an upload, its database and files in ``folder``."""
    return Reference(folder)
