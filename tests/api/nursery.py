"""The real service, forked from a process that has imported it: a start costs a fraction.

The nursery imports the application once and then forks, for each ``start``, a process that runs
``bordereau serve`` (the same uvicorn, on a real port), and for each ``run`` one that runs
another command to its end. Run as a script it reads one JSON request a line and answers so.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

import httpx2
from sqlalchemy.pool import ConnectionPoolEntry

from app.db import _sqlite_connect
from app.deps import clock
from tests.databases import ROOT

READY_SECONDS = 30.0


@dataclass
class Served:
    """A service that runs in a process of its own."""

    pid: int
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return stat.rpartition(")")[2].split()[0] not in "ZX"  # ended, and not buried yet

    def await_end(self, seconds: float = 15.0) -> None:
        until = time.monotonic() + seconds
        while self.alive:
            assert time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.01)

    def kill(self) -> None:
        """kill -9, if it still lives."""
        if self.alive:
            os.kill(self.pid, signal.SIGKILL)
        self.await_end()

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        self.await_end()

    def await_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                httpx2.get(f"{self.url}/health", timeout=5)
                return
            except httpx2.HTTPError:
                assert self.alive and time.monotonic() < until, self.log.read_text()[-3000:]
                time.sleep(0.02)


class Nursery:
    """Starts services and runs commands, each in a fork."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.api.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._started: list[Served] = []

    def start(
        self, url: str, folder: Path, *, hours_ahead: int = 0, unsynced: bool = False
    ) -> Served:
        """A service over the database ``url`` and the files in ``folder``, ready to answer.

        Leases run by a clock that is ``hours_ahead``; ``unsynced`` lets SQLite sync nothing.
        """
        port, log = free_port(), folder / "service.log"
        said = self._ask(
            serve=port,
            env=_env(url, folder),
            log=str(log),
            hours_ahead=hours_ahead,
            unsynced=unsynced,
        )
        served = Served(said, port, log)
        self._started.append(served)
        served.await_ready()
        return served

    def run(self, url: str, folder: Path, *command: str) -> tuple[int, str]:
        """Run a command of ``bordereau``; its exit code and what it said."""
        log = folder / "command.log"
        code = self._ask(command=command, env=_env(url, folder), log=str(log))
        return code, log.read_text()

    def kill_all(self) -> None:
        """kill -9 for every service that still runs."""
        while self._started:
            self._started.pop().kill()

    def close(self) -> None:
        self.kill_all()
        cast("IO[str]", self._process.stdin).close()
        self._process.wait(20)
        cast("IO[str]", self._process.stdout).close()

    def _ask(self, **request: Any) -> int:
        to, back = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        to.write(json.dumps(request) + "\n")
        to.flush()
        return int(back.readline())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _env(url: str, folder: Path) -> dict[str, str]:
    return {"BORDEREAU_DATABASE_URL": url, "BORDEREAU_DATA_DIR": str(folder / "data")}


def _ahead(by: timedelta) -> datetime:
    return clock() + by


def _unsynced(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    """What a careless service would do: the negative of what is tested."""
    _sqlite_connect(connection, record)
    connection.execute("PRAGMA synchronous=OFF")


def _attend() -> None:
    """Fork what is asked for, until nobody asks any more."""
    from app import db
    from app.__main__ import bordereau
    from app.calendars import court_calendar
    from app.main import create_app
    from app.receiving import sending
    from app.rulepacks import rule_packs

    # What a first deposit would read: it is read once, here, and not in every fork.
    assert create_app.__doc__ and rule_packs() and court_calendar("FR")
    for line in sys.stdin:
        request = json.loads(line)
        serving = "serve" in request
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass  # services that ended
        pid = os.fork()
        if pid == 0:
            os.environ.update(request["env"])
            file = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(file, stream)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            if request.get("hours_ahead"):  # the lease of one who died is over
                vars(sending)["clock"] = partial(_ahead, timedelta(hours=request["hours_ahead"]))
            if request.get("unsynced"):
                db._sqlite_connect = _unsynced
            words = ["serve", "--port", str(request["serve"])] if serving else request["command"]
            bordereau(words)  # exits
        answer = pid if serving else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(answer, flush=True)


if __name__ == "__main__":
    _attend()
