"""A TCP wire between a client and a server that breaks when it is told to."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress

CUT_BEFORE = "cut before the server hears of it"
CUT_DURING = "cut in the middle of the request"
CUT_AFTER = "cut once the server did it, before it says so"
STALL = "silence instead of an answer"
CUT_ANSWER = "cut in the middle of the answer"

WRITE_FAULTS = (CUT_BEFORE, CUT_DURING, CUT_AFTER, STALL)
DURING_BYTES = 100_000


class Wire:
    """Passes HTTP/1.1 on to ``port``; ``fail`` breaks the next requests of one method."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._open: set[socket.socket] = set()
        self._method, self._how, self._times = b"", "", 0
        self._passing = self.struck = 0
        self._listener: socket.socket | None = None
        self.port = 0
        self.up()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(self, method: str, how: str, times: int = 1, *, passing: int = 0) -> None:
        """Let ``passing`` requests of the method through, then break ``times`` of them."""
        self._method, self._how, self._times, self.struck = method.encode(), how, times, 0
        self._passing = passing

    def heal(self) -> None:
        self._times = 0

    def up(self) -> None:
        """Listen, on the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def down(self) -> None:
        """Refuse connections, and cut those that are open."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            self._open |= {client, server}
            with suppress(OSError):
                self._pass(client, server)
            self._open -= {client, server}

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        how, answered, passed = "", True, 0
        while True:
            for side in select.select([client, server], [], [])[0]:
                data = side.recv(65_536)
                if not data:
                    return
                if side is client:
                    if answered:
                        how, answered, passed = self._strike(data), False, 0
                    passed += len(data)
                    if how == CUT_BEFORE or (how == CUT_DURING and passed > DURING_BYTES):
                        return
                    server.sendall(data)
                elif data.startswith(b"HTTP/1.1 100 "):
                    client.sendall(data)
                elif how == CUT_AFTER:
                    return
                elif how != STALL:
                    passed = passed + len(data) if answered else len(data)
                    if how == CUT_ANSWER and passed > DURING_BYTES:
                        client.sendall(data[:1000])
                        return
                    client.sendall(data)
                    answered = True

    def _strike(self, request: bytes) -> str:
        if self._times and request.startswith(self._method):
            if self._passing:
                self._passing -= 1
                return ""
            self._times -= 1
            self.struck += 1
            return self._how
        return ""
