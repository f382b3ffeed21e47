"""strace at a running service: what it asks of the system, and a blow between two calls.

strace's own counter (``when=N``) runs "per syscall and per tracee", that is per thread, as its
manual says: the third ``pwrite64`` of a service with six threads is six calls, and which thread
serves a request differs from run to run. So a kill is not left to that counter. Every call is
held for some milliseconds as it is entered (``delay_enter``), in whichever thread; the test
reads the trace as it is written and kills the process once ``n`` calls were made, while the next
one is held and not yet made. The order is that of the whole process. Tracing starts once the
service is up and warm, so that only the flow is counted.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
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


@contextmanager
def traced(
    pid: int,
    out: Path,
    *options: str,
    names: Sequence[str] = WRITES,
    seen: Callable[[int], None] | None = None,
) -> Iterator[None]:
    """Trace all threads of ``pid`` into ``out`` while the block runs.

    ``seen`` is told, from a thread of its own, how many calls were made so far, at each.
    """
    read, write = os.pipe()
    tracer = subprocess.Popen(
        [
            *("strace", "-f", "-y", "-p", str(pid), "-o", f"/dev/fd/{write}"),
            *("-e", f"trace={known(names)}", *options),
        ],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        pass_fds=(write,),
    )
    os.close(write)
    reader = threading.Thread(target=_copy, args=(read, out, seen or (lambda _: None)))
    reader.start()
    try:
        _await_attached(tracer)
        yield
    finally:
        _end(tracer)
        reader.join(20)
        assert tracer.stderr is not None
        tracer.stderr.close()


def _end(tracer: subprocess.Popen[bytes]) -> None:
    tracer.terminate()
    try:
        tracer.wait(3)
    except subprocess.TimeoutExpired:  # it waits for threads that were killed while it held them
        tracer.kill()
        tracer.wait(20)


def known(names: Sequence[str]) -> str:
    """A set of calls for strace. "?": a machine may lack one (arm64 knows no link)."""
    return ",".join(f"?{name}" for name in names)


def _copy(read: int, out: Path, seen: Callable[[int], None]) -> None:
    made = 0
    with os.fdopen(read, "rb", buffering=0) as trace, out.open("wb") as kept:
        rest = b""
        while piece := trace.read(65536):
            kept.write(piece)
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if b") = " in line or b")  " in line:  # a call that came back
                    made += 1
                    seen(made)


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
