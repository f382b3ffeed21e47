"""strace at a running service: what it asks of the system, and a blow at one of its calls.

strace counts per call *and per thread* (its manual: "accounting … is done per syscall and per
tracee"): ``when=3`` strikes the third call of that name by whichever thread gets there first. So
a flow is traced once with all threads, and then struck one thread at a time, which is found
again by its place among the threads of the process. Tracing starts once the service is up and
warm: only the flow is counted, and every thread that it needs is there.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import time
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
_ATTACH_SECONDS = 20.0
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


def threads_of(pid: int) -> list[int]:
    """The threads of a process, oldest first; the first is the one that began."""
    return sorted(int(each.name) for each in Path(f"/proc/{pid}/task").iterdir())


@contextmanager
def traced(
    pid: int, out: Path, *options: str, names: Sequence[str] = WRITES, thread: int | None = None
) -> Iterator[None]:
    """Trace all threads of ``pid``, or only ``thread``, into ``out`` while the block runs."""
    # "?": a machine that lacks a call (arm64 knows no link) is not asked for it.
    asked = ",".join(f"?{name}" for name in names)
    whom = ["-f", "-p", str(pid)] if thread is None else ["-p", str(thread)]
    tracer = subprocess.Popen(
        ["strace", *whom, "-o", str(out), "-e", f"trace={asked}", *options],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    try:
        _await_attached(tracer)
        yield
    finally:
        tracer.terminate()
        tracer.wait(20)
        assert tracer.stderr is not None
        tracer.stderr.close()


def _await_attached(tracer: subprocess.Popen[bytes]) -> None:
    assert tracer.stderr is not None
    until, said = time.monotonic() + _ATTACH_SECONDS, b""
    while b" attached" not in said:
        if select.select([tracer.stderr], [], [], 0.1)[0]:
            piece = os.read(tracer.stderr.fileno(), 4096)
            assert piece, f"strace ended: {said.decode()}"
            said += piece
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
