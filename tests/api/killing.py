"""``kill -9`` at each call of a flow, one child process a call; what is left must be whole.

The flow is a script (``CHILD`` of a test) in a process of its own, where no thread of pytest
runs. It defines ``act(folder, last)``, which dies at its ``last``-th call and exits 0 when it
made fewer, and ``resume(folder)``, which does what a client would then do.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy.orm import Session

from tests.api.conftest import Api
from tests.databases import ROOT

STEP = int(os.environ.get("BORDEREAU_TEST_KILL_STEP", "3"))
"""How many calls lie between two kills."""

CALLS_MAX = 2_000
CALLS = ("open", "write", "fchmod", "fsync", "close", "mkdir", "link", "unlink", "ftruncate",
         "lseek")  # fmt: skip


class Doom:
    """Kills this process at its ``last``-th call."""

    def __init__(self, last: int) -> None:
        self._last = last
        self._calls = 0

    def strike(self, *_: Any) -> None:
        self._calls += 1
        if self._calls == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_calls(self) -> None:
        """Count each call of the operating system that writes, and each commit."""
        for name in CALLS:
            self._watch(os, name)
        self._watch(Session, "commit")

    def _watch(self, owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.strike()
            answer = real(*arguments, **named)
            if owner is Session:
                self.strike()  # committed, and dead before anybody is told
            return answer

        setattr(owner, name, call)


def kill_at_each_call(
    template: Path,
    work: Path,
    act: Callable[[Path, int], None],
    resume: Callable[[Path], None],
) -> None:
    """Run ``act`` in a copy of ``template``, killed ever later, each followed by ``resume``.

    Prints how many kills there were; exits with a text where ``resume`` failed.
    """
    for points, last in enumerate(range(1, CALLS_MAX, STEP)):
        folder = work / str(last)
        shutil.copytree(template, folder)
        ended = _forked(act, folder, last)
        if _forked(resume, folder) != 0:
            sys.exit(f"after a kill at call {last}")
        shutil.rmtree(folder, ignore_errors=True)
        if ended == 0:
            print(points)
            return
        assert ended == -signal.SIGKILL, ended
    sys.exit(f"the flow does not end within {CALLS_MAX} calls")


def _forked(act: Callable[..., None], *arguments: Any) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            act(*arguments)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kills_survived(
    child: str, service: FastAPI, api: Api, draft: dict[str, Any], database_url: str, folder: Path
) -> int:
    """Run the script over a copy of the (SQLite) database; how many kills it survived."""
    service.state.database.close()
    template, work = folder / "template", folder / "work"
    template.mkdir()
    work.mkdir()
    shutil.copy(database_url.removeprefix("sqlite:///"), template / "bordereau.db")
    token = api.cast.tokens["producing_counsel"]
    ran = subprocess.run(
        [sys.executable, "-c", child, *map(str, (template, work, draft["id"], token))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return int(ran.stdout)
