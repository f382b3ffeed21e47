"""The real service, forked from a process that has imported it: a start costs a fraction.

The nursery imports the application once and then forks, for each ``start``, a process that runs
``bordereau serve`` (the same uvicorn, on a real port), and for each ``run`` one that runs
another command to its end. Run as a script it reads one JSON request a line and answers so.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from fastapi import FastAPI
from sqlalchemy.pool import ConnectionPoolEntry
from starlette.datastructures import State

from app.db import _sqlite_connect
from app.deps import clock
from app.settings import Settings
from tests.api.running import answers
from tests.databases import ROOT

READY_SECONDS = 60.0
COMMAND_SECONDS = 120.0
_ONE_THREAD = {"BORDEREAU_PAGE_THREADS": "1", "BORDEREAU_UPLOADS_AT_ONCE": "1"}
ANSWER_SECONDS = COMMAND_SECONDS + 30.0  # and the time to load the application, the first time


def _began(pid: int) -> str | None:
    """When a process began, in ticks since the machine did; None once it ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if stat[0] in "ZX" else stat[19]


@dataclass
class Served:
    """A service that runs in a process of its own."""

    pid: int
    port: int
    log: Path

    def __post_init__(self) -> None:
        # A number is given to another process once this one was buried: that is never struck.
        self._began = _began(self.pid)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        return self._began is not None and _began(self.pid) == self._began

    def await_end(self, seconds: float = 15.0) -> None:
        until = time.monotonic() + seconds
        while self.alive:
            assert time.monotonic() < until, self.log.read_text()[-2000:]
            time.sleep(0.01)

    def kill(self) -> None:
        """kill -9, if it still lives."""
        self.send(signal.SIGKILL)
        self.await_end()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.send(signal.SIGTERM)
        self.await_end()

    def send(self, which: signal.Signals) -> None:
        """Send a signal, if it still lives."""
        if self.alive:
            os.kill(self.pid, which)

    def await_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while not answers(self.port):
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
        self,
        url: str,
        folder: Path,
        *,
        hours_ahead: int = 0,
        unsynced: bool = False,
        one_thread: bool = False,
    ) -> Served:
        """A service over the database ``url`` and the files in ``folder``, ready to answer.

        Leases run by a clock that is ``hours_ahead``; ``unsynced`` lets SQLite sync nothing;
        with ``one_thread`` each kind of work has one, so that every run calls the system alike.
        """
        port, log = free_port(), folder / "service.log"
        said = self._ask(
            serve=port,
            env=_env(url, folder) | (_ONE_THREAD if one_thread else {}),
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
        answers, _, _ = select.select([back], [], [], ANSWER_SECONDS)
        assert answers, f"the nursery does not answer: {request}"
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
    """Fork what is asked for, until nobody asks any more; then end whatever still runs."""
    from app.__main__ import bordereau

    _read_once()
    running: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        serving = "serve" in request
        running -= {pid for pid in running if os.waitpid(pid, os.WNOHANG)[0]}  # those that ended
        pid = os.fork()
        if pid == 0:
            words = ["serve", "--port", str(request["serve"])] if serving else request["command"]
            _become(request)
            bordereau(words)  # exits
        if serving:
            running.add(pid)
        print(pid if serving else _exit_code(pid), flush=True)
    for pid in running:  # children of ours, not buried: the numbers are still theirs
        os.kill(pid, signal.SIGKILL)


def _read_once() -> None:
    """Load what every service and command would: once, here, and not in every fork."""
    from app import main
    from app.calendars import court_calendar
    from app.commands.schema import head
    from app.rulepacks import rule_packs
    from tests import serving

    assert rule_packs() and court_calendar("FR") and head()
    with tempfile.TemporaryDirectory() as folder:
        built = main.create_app(Settings(data_dir=Path(folder)))
        serving.close(built)

    lifespan = built.router.lifespan_context

    @asynccontextmanager
    async def with_its_thread(app: FastAPI) -> AsyncIterator[Any]:
        """asyncio's own thread, which finishes uploads, is there from the start."""
        await asyncio.to_thread(int)
        async with lifespan(app) as state:
            yield state

    built.router.lifespan_context = with_its_thread

    def create_app() -> FastAPI:
        """A third of a second is saved on its routes; what they work with is made anew."""
        built.state = State()
        main.wire(built, Settings())
        return built

    vars(main)["create_app"] = create_app
    gc.collect()
    gc.freeze()  # a collection in a fork would copy all that it looks at


def _become(request: dict[str, Any]) -> None:
    """In the fork: another environment, nothing to read, a log to write to."""
    from app import db
    from app.receiving import sending

    os.environ.update(request["env"])
    file = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if request.get("hours_ahead"):  # the lease of one who died is over
        vars(sending)["clock"] = partial(_ahead, timedelta(hours=request["hours_ahead"]))
    if request.get("unsynced"):
        db._sqlite_connect = _unsynced


def _exit_code(pid: int) -> int:
    """That of a command; one that does not end is killed, which its code says."""
    until = time.monotonic() + COMMAND_SECONDS
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)


if __name__ == "__main__":
    _attend()
