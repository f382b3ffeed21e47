"""A wire between the service and PostgreSQL that is cut at a COMMIT."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

BEFORE = "before PostgreSQL hears of the commit"
AFTER = "once PostgreSQL committed, before it says so"

_COMMIT = b"COMMIT\x00"  # as a simple query, and as the tag of its answer


class CommitWire:
    """Passes TCP on to PostgreSQL's socket. ``cut`` breaks at the next commit of a write."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._how = ""
        self.struck = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def cut(self, how: str) -> None:
        self._how, self.struck = how, 0

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(10)

    def take(self, how: str) -> bool:
        """Whether this is the moment that was asked for; it comes once."""
        if self._how != how:
            return False
        self._how, self.struck = "", self.struck + 1
        return True

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._path)
                _Line(self, client, server)


class _Line:
    """One connection: two threads, one each way."""

    def __init__(self, wire: CommitWire, client: socket.socket, server: socket.socket) -> None:
        self._wire, self._client, self._server = wire, client, server
        self._writes = self._committing = False
        for each in (self._ask, self._answer):
            threading.Thread(target=each, daemon=True).start()

    def _ask(self) -> None:
        with suppress(OSError):
            while asked := self._client.recv(65536):
                if b"BEGIN" in asked:
                    self._writes = b"READ ONLY" not in asked
                if _COMMIT in asked and self._writes:
                    if self._wire.take(BEFORE):
                        break
                    self._committing = self._wire.take(AFTER)
                self._server.sendall(asked)
        self._end()

    def _answer(self) -> None:
        with suppress(OSError):
            while answered := self._server.recv(65536):
                if self._committing and _COMMIT in answered:
                    break
                self._client.sendall(answered)
        self._end()

    def _end(self) -> None:
        for each in (self._client, self._server):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
