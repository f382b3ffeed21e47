"""strace at a running service: what it asks of the system, and a blow at one of its calls.

strace's counter (``when=N``) runs "per syscall and per tracee", that is per thread, as its manual
says. So a blow is aimed at a thread: each kind of work has one (``one_thread`` of the nursery),
known by its place among the threads of the process, and strace leaves alone those that do other
work. A thread's ``n``-th call of a name is then the same in every run. A call that is struck is
not made. Tracing starts once the service is up and warm, so that only the flow is counted.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import skip_or_fail

WRITES = (
    "write", "writev", "pwrite64", "fsync", "fdatasync", "ftruncate", "fchmod", "link", "linkat",
    "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "openat",
    "sendto", "sendmsg",
)  # fmt: skip
_ATTACH_SECONDS = 60.0
_END_SECONDS = 20.0
_LINE = re.compile(r"^(?P<tid>\d+) +(?:<\.\.\. )?(?P<name>\w+)(?P<rest>.*)$")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the system, in the order in which calls began."""

    tid: int
    name: str
    text: str
    began: int
    ended: int


def need_strace() -> None:
    """Skip, or fail in CI, where there is no strace; skip where it may trace nobody."""
    if shutil.which("strace") is None:
        skip_or_fail("strace, which strikes at calls of the system")
    tried = subprocess.run(
        ["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"strace may not trace here: {tried.stderr.strip()[-200:]}")


@contextmanager
def traced(
    pid: int,
    out: Path,
    *options: str,
    names: Sequence[str] = WRITES,
    threads: Sequence[int] = (),
) -> Iterator[None]:
    """Trace ``pid`` into ``out`` while the block runs: all its threads, or only ``threads``."""
    whom = ["-f", f"-p{pid}"] if not threads else [f"-p{tid}" for tid in threads]
    tracer = subprocess.Popen(
        ["strace", *whom, "-y", "-o", str(out), "-e", f"trace={known(names)}", *options],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    try:
        _await_attached(tracer, len(threads) or 1)
        yield
    finally:
        _end(tracer)


def _end(tracer: subprocess.Popen[bytes]) -> None:
    tracer.terminate()
    try:
        tracer.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:  # the kernel lets go of the threads it held
        tracer.kill()
        tracer.wait(_END_SECONDS)
    assert tracer.stderr is not None
    tracer.stderr.close()


def threads_of(pid: int) -> list[int]:
    """The threads of a process, as they began."""
    return sorted(int(task.name) for task in Path(f"/proc/{pid}/task").iterdir())


@dataclass(frozen=True, slots=True)
class Point:
    """One call of a flow, to strike at: the ``nth`` of its name in its thread."""

    name: str
    nth: int
    spared: frozenset[int]
    """The places, among the threads of the process, of those that did other work."""
    text: str

    def aim(self, pid: int) -> list[int]:
        """The threads of ``pid`` to trace so that only this call is struck."""
        return [tid for at, tid in enumerate(threads_of(pid)) if at not in self.spared]


def points_of(calls: Sequence[Call], threads: Sequence[int]) -> list[Point]:
    """The calls that the ``threads`` of a process made in a run that was only watched."""
    made: Counter[tuple[int, str]] = Counter()
    busy = {threads.index(call.tid) for call in calls if call.tid in threads}
    found = []
    for call in calls:
        if call.tid in threads:
            made[call.tid, call.name] += 1
            nth, others = made[call.tid, call.name], busy - {threads.index(call.tid)}
            found.append(Point(call.name, nth, frozenset(others), call.text))
    return found


def known(names: Sequence[str]) -> str:
    """A set of calls for strace. "?": a machine may lack one (arm64 knows no link)."""
    return ",".join(f"?{name}" for name in names)


def _await_attached(tracer: subprocess.Popen[bytes], times: int) -> None:
    assert tracer.stderr is not None
    until, said = time.monotonic() + _ATTACH_SECONDS, b""
    while said.count(b" attached") < times:
        if select.select([tracer.stderr], [], [], 0.1)[0]:
            piece = os.read(tracer.stderr.fileno(), 4096)
            said += piece
            assert piece, f"strace ended: {said.decode()}"
        assert time.monotonic() < until, said


def calls_in(out: Path) -> list[Call]:
    """What was traced. A call that another thread's cut in two is put together again."""
    found: list[Call] = []
    open_: dict[int, int] = {}
    for at, line in enumerate(out.read_text(errors="replace").splitlines()):
        match = _LINE.match(line)
        if match is None:
            continue
        tid, name, rest = int(match["tid"]), match["name"], match["rest"]
        if " resumed>" in rest:
            if tid in open_:
                began = found[open_.pop(tid)]
                whole = Call(tid, began.name, began.text + rest, began.began, at)
                found[found.index(began)] = whole
            continue
        if rest.endswith("<unfinished ...>"):
            open_[tid] = len(found)
            rest = rest.removesuffix("<unfinished ...>")
        found.append(Call(tid, name, rest, at, at))
    return found
