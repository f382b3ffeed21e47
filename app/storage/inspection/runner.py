"""The parent of the processes that parse: gives them files, time, and an end.

Whatever a child does (hangs, crashes, is killed, answers nonsense) is a finding about the
file, "could not be checked", and a new child for the next one.
"""

from __future__ import annotations

import array
import io
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from app.domain.content import ContentFacts, Trouble, content_from_json

_ROOT = Path(__file__).resolve().parents[3]
_CHILD = "app.storage.inspection.child"
_START_SECONDS = 30.0
_GRACE_SECONDS = 1.0
_FILES_A_CHILD = 500
"""What parsers leak goes with the child."""
_ANSWER_BYTES_MAX = 65_536


class InspectionUnavailable(Exception):
    """No child can be started: nothing is known of the file, and nothing is to be kept."""


class InspectionEnded(InspectionUnavailable):
    """The service is closing."""


class _Nonsense(Exception):
    """What came is no answer."""


class Inspector:
    """One child at a time, started at its first file. Safe to use from many threads.

    ``seconds``: wall clock for a file, and CPU. ``memory_bytes``: the child's address space.
    """

    def __init__(self, *, seconds: float, memory_bytes: int) -> None:
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._served = 0
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's, while there is one."""
        process = self._process
        return process.pid if process is not None else None

    def inspect(self, file: BinaryIO) -> ContentFacts:
        """The facts of a file's content. Raises ``InspectionUnavailable``.

        A file that is no file of the system (an object of a remote store) is copied to a
        temporary one first.
        """
        with self._lock, of_the_system(file) as descriptor:
            if self._closed:
                raise InspectionEnded
            line = self._line or self._start()
            try:
                facts = self._ask(line, descriptor)
            except TimeoutError:
                facts = ContentFacts(trouble=Trouble.time)
            except (OSError, ValueError, _Nonsense):
                facts = ContentFacts(trouble=self._why_it_ended())
            if self._closed:
                raise InspectionEnded
            if facts.trouble is not None or self._served >= _FILES_A_CHILD:
                self._end()
            return facts

    def close(self) -> None:
        """End the child, even while it works."""
        self._closed = True
        process = self._process
        if process is not None:
            with suppress(OSError):
                process.kill()
        with self._lock:
            self._end()

    def _ask(self, line: socket.socket, descriptor: int) -> ContentFacts:
        self._served += 1
        sent = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        line.settimeout(self._seconds + _GRACE_SECONDS)
        line.sendmsg([b"{}\n"], sent)
        return content_from_json(json.loads(_answer(line, self._seconds + _GRACE_SECONDS)))

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        self._line = ours
        self._served = 0
        try:
            with theirs:
                self._process = self._launch(theirs)
            if _answer(ours, _START_SECONDS) != b"ready\n":
                raise _Nonsense
        except (OSError, _Nonsense) as error:
            self._end()
            raise (InspectionEnded if self._closed else InspectionUnavailable) from error
        return ours

    def _launch(self, line: socket.socket) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-s", "-m", _CHILD]
        return subprocess.Popen(  # noqa: S603  our own module, no shell
            [*command, str(self._memory_bytes), str(self._seconds)],
            stdin=line.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )

    def _why_it_ended(self) -> Trouble:
        """CPU spent is time; anything else broke off."""
        process = self._process
        status = None
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                status = process.wait(_GRACE_SECONDS)
        return Trouble.time if status == -signal.SIGXCPU else Trouble.broke_off

    def _end(self) -> None:
        process, self._process = self._process, None
        line, self._line = self._line, None
        if line is not None:
            line.close()
        if process is not None:
            with suppress(OSError):
                process.kill()
            process.wait()


class Inspectors:
    """As many inspectors as files may be looked into at a time."""

    def __init__(self, count: int, *, seconds: float, memory_bytes: int) -> None:
        self._all = [Inspector(seconds=seconds, memory_bytes=memory_bytes) for _ in range(count)]
        self._free: queue.LifoQueue[Inspector] = queue.LifoQueue()
        for inspector in self._all:
            self._free.put(inspector)

    def inspect(self, file: BinaryIO) -> ContentFacts:
        """As ``Inspector.inspect``, by whichever is free."""
        inspector = self._free.get()
        try:
            return inspector.inspect(file)
        finally:
            self._free.put(inspector)

    def close(self) -> None:
        """End every child."""
        for inspector in self._all:
            inspector.close()


def _answer(line: socket.socket, seconds: float) -> bytes:
    """One line, within the time and the size; raises ``TimeoutError`` or ``_Nonsense``."""
    until = time.monotonic() + seconds
    read = bytearray()
    while not read.endswith(b"\n"):
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        block = line.recv(_ANSWER_BYTES_MAX)
        if not block or len(read) > _ANSWER_BYTES_MAX:
            raise _Nonsense
        read += block
    return bytes(read)


@contextmanager
def of_the_system(file: BinaryIO) -> Iterator[int]:
    """A descriptor of the file, from its start."""
    try:
        descriptor = file.fileno()
    except (OSError, AttributeError, io.UnsupportedOperation):
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.lseek(copy.fileno(), 0, os.SEEK_SET)
            yield copy.fileno()
    else:
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
