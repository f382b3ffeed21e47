"""The service in a process of its own, as it is run for real; it can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.databases import ROOT

START_SECONDS = 120
"""A limit on a wait, on a machine however busy: no test says how fast a start is."""


def answers(port: int) -> bool:
    """Whether anybody answers there. Asked again and again: a client of its own costs more."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as line:
        try:
            line.request("GET", "/health")
            line.getresponse()
        except (OSError, HTTPException):
            return False
        return True


class Server:
    """The service in a process of its own, as it is run for real."""

    def __init__(self, url: str, data_dir: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._env = os.environ | {
            "BORDEREAU_DATABASE_URL": url,
            "BORDEREAU_DATA_DIR": str(data_dir),
            "BORDEREAU_SANDBOX": "true",
            "BORDEREAU_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
        }
        self._command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(self._command, cwd=ROOT, env=self._env)
        self._await()

    def _await(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if answers(self.port):
                return
            assert self.process.poll() is None, "the server ended"
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    def memory_bytes(self) -> int:
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def kill(self) -> None:
        """kill -9: nothing is tidied up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)

    def restart(self) -> None:
        """Start again on the same port, database and files."""
        self.process = subprocess.Popen(self._command, cwd=ROOT, env=self._env)
        self._await()
