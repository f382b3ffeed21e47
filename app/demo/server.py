"""The demo's own server: the real service, on this machine alone, in a thread."""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from app.errors import Fault
from app.main import create_app
from app.settings import Settings

HOST = "127.0.0.1"
_START_SECONDS = 30
_CLOSE_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    url: str
    thread: threading.Thread

    def wait(self) -> None:
        """Return when the server ends; Ctrl-C is heard meanwhile."""
        while self.thread.is_alive():
            self.thread.join(0.2)


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """Take the port, or say in one sentence that somebody else has it."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, port))
            taken.listen()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Fault("Port {port}: {why}.", port=port, why=error.strerror) from None
            raise Fault(
                "Port {port} is taken: choose another, as in `PORT=8001 make demo`.", port=port
            ) from None
        yield taken


def url_of(taken: socket.socket) -> str:
    """The address of the server that will answer there."""
    return f"http://{HOST}:{taken.getsockname()[1]}"


@contextmanager
def serving(settings: Settings, taken: socket.socket) -> Iterator[Running]:
    """Serve until the block ends, then let running requests end."""
    config = uvicorn.Config(
        create_app(settings),
        http="h11",
        ws="none",
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=_CLOSE_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, name="demo server")
    thread.start()
    try:
        _await(server, thread)
        yield Running(url_of(taken), thread)
    finally:
        server.should_exit = True
        thread.join()


def _await(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise Fault("The demo's server did not start.")
        time.sleep(0.01)
