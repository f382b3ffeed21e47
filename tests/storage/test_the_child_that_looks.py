"""The child process: its limits, its deaths, and that none of them is the service's."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.domain.content import ContentFacts, Trouble
from app.storage.inspection.runner import (
    InspectionEnded,
    InspectionUnavailable,
    Inspector,
    Inspectors,
)
from tests.storage.contents import PLAIN_PDF, bomb, docx, nested_forms, page_of, stream

MIB = 1 << 20


@pytest.fixture
def made() -> Iterator[Callable[..., Inspector]]:
    """Inspectors, closed at the end."""
    inspectors: list[Inspector] = []

    def make(*, seconds: float = 20, memory_bytes: int = 512 * MIB) -> Inspector:
        inspectors.append(Inspector(seconds=seconds, memory_bytes=memory_bytes))
        return inspectors[-1]

    yield make
    for inspector in inspectors:
        inspector.close()


def look(inspector: Inspector, content: bytes) -> ContentFacts:
    return inspector.inspect(io.BytesIO(content))


def works(inspector: Inspector) -> bool:
    return look(inspector, PLAIN_PDF).page_count == 1


def test_one_child_serves_many_files(made: Callable[..., Inspector]) -> None:
    inspector = made()
    assert works(inspector)
    pid = inspector.pid
    for content in (PLAIN_PDF, b"text", b"", docx(), b"%PDF-1.4 broken"):
        look(inspector, content)
    assert inspector.pid == pid


def test_the_child_is_limited(made: Callable[..., Inspector]) -> None:
    inspector = made(memory_bytes=512 * MIB)
    assert works(inspector)
    limits = Path(f"/proc/{inspector.pid}/limits").read_text()
    rows = {line[:25].strip(): line[25:].split() for line in limits.splitlines()[1:]}
    assert rows["Max address space"][:2] == [str(512 * MIB)] * 2
    assert rows["Max file size"][:2] == ["0", "0"]
    assert rows["Max core file size"][:2] == ["0", "0"]
    assert rows["Max processes"][:2] == ["0", "0"]
    assert rows["Max open files"][:2] == ["32", "32"]
    assert 1 <= int(rows["Max cpu time"][0]) <= 30
    assert os.getpriority(os.PRIO_PROCESS, inspector.pid or 0) >= 10


def test_the_child_holds_no_file_but_its_line(made: Callable[..., Inspector]) -> None:
    inspector = made()
    with io.BytesIO(PLAIN_PDF) as file:
        inspector.inspect(file)
    opened = [p.readlink() for p in Path(f"/proc/{inspector.pid}/fd").iterdir()]
    assert sorted(str(p).partition(":")[0] for p in opened) == ["/dev/null", "/dev/null", "socket"]


def test_the_child_has_a_network_of_its_own_where_the_system_gives_one(
    made: Callable[..., Inspector],
) -> None:
    inspector = made()
    assert works(inspector)
    theirs = Path(f"/proc/{inspector.pid}/ns/net").readlink()
    if theirs == Path("/proc/self/ns/net").readlink():
        pytest.skip("this system gives an ordinary process no network of its own")
    routes = Path(f"/proc/{inspector.pid}/net/route").read_text().splitlines()
    assert len(routes) <= 1  # the heading, at most


@pytest.mark.slow
def test_a_file_that_never_ends_is_ended(made: Callable[..., Inspector]) -> None:
    inspector = made(seconds=1, memory_bytes=8192 * MIB)
    started = time.monotonic()
    assert look(inspector, nested_forms(9, 10)).trouble is Trouble.time
    assert time.monotonic() - started < 8
    assert works(inspector)


def test_a_child_that_hangs_is_killed_by_the_clock(made: Callable[..., Inspector]) -> None:
    inspector = made(seconds=0.5)
    assert works(inspector)
    os.kill(inspector.pid or 0, signal.SIGSTOP)
    assert look(inspector, PLAIN_PDF).trouble is Trouble.time
    assert works(inspector)


def test_a_child_that_is_killed_while_it_works_is_replaced(made: Callable[..., Inspector]) -> None:
    inspector = made(seconds=20)
    assert works(inspector)
    os.kill(inspector.pid or 0, signal.SIGSTOP)
    killer = threading.Timer(0.3, os.kill, (inspector.pid, signal.SIGKILL))
    killer.start()
    assert look(inspector, PLAIN_PDF).trouble is Trouble.broke_off
    killer.join()
    assert works(inspector)


def test_a_file_that_eats_memory_is_ended(made: Callable[..., Inspector]) -> None:
    inspector = made(memory_bytes=256 * MIB)
    out = io.BytesIO()
    Image.new("RGB", (7700, 7700)).save(out, "PNG", compress_level=1)
    assert look(inspector, out.getvalue()).trouble is Trouble.memory
    flood = page_of(b"", extra={4: stream(bomb(1 << 30), b"/Filter /FlateDecode")})
    found = look(inspector, flood)
    assert found.trouble in {Trouble.memory, Trouble.broke_off}
    assert found.page_count is None
    assert works(inspector)


def test_a_child_that_cannot_start_says_nothing_of_the_file(
    made: Callable[..., Inspector],
) -> None:
    inspector = made(memory_bytes=8 * MIB)
    for _ in range(2):
        with pytest.raises(InspectionUnavailable):
            look(inspector, PLAIN_PDF)
        assert inspector.pid is None


def test_an_answer_that_is_none_is_a_finding(
    made: Callable[..., Inspector], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child taken over by what it reads may say anything."""
    package = tmp_path / "app" / "storage" / "inspection"
    package.mkdir(parents=True)
    for folder in (package, package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    (package / "child.py").write_text(
        "import socket, sys\n"
        "line = socket.socket(fileno=0)\n"
        "line.sendall(b'ready\\n')\n"
        "line.recv(4096)\n"
        'line.sendall(b\'{"kind": "pdf", "page_count": -1}\\n\')\n'
        "line.recv(4096)\n"
    )
    monkeypatch.setattr("app.storage.inspection.runner._ROOT", tmp_path)
    assert look(made(), PLAIN_PDF) == ContentFacts(trouble=Trouble.broke_off)


def test_a_child_is_replaced_after_many_files(
    made: Callable[..., Inspector], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.inspection.runner._FILES_A_CHILD", 3)
    inspector = made()
    pids = set()
    for _ in range(7):
        assert works(inspector)
        pids.add(inspector.pid)
    assert len(pids - {None}) >= 2


def test_a_file_of_the_system_is_read_from_its_start(
    made: Callable[..., Inspector], tmp_path: Path
) -> None:
    path = tmp_path / "read-only"
    path.write_bytes(PLAIN_PDF)
    path.chmod(0o400)
    with path.open("rb") as file:
        file.seek(20)
        assert made().inspect(file).page_count == 1
    assert path.read_bytes() == PLAIN_PDF


def test_closing_ends_the_child_and_says_nothing_of_the_file(
    made: Callable[..., Inspector],
) -> None:
    inspector = made()
    assert works(inspector)
    pid = inspector.pid or 0
    os.kill(pid, signal.SIGSTOP)
    closer = threading.Timer(0.3, inspector.close)
    closer.start()
    with pytest.raises(InspectionEnded):
        look(inspector, PLAIN_PDF)
    closer.join()
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(InspectionEnded):
        look(inspector, PLAIN_PDF)


def test_several_inspectors_work_side_by_side() -> None:
    several = Inspectors(2, seconds=20, memory_bytes=512 * MIB)
    found: list[ContentFacts] = []
    threads = [
        threading.Thread(target=lambda: found.append(several.inspect(io.BytesIO(PLAIN_PDF))))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    several.close()
    assert [f.page_count for f in found] == [1] * 6


STARTS = st.sampled_from(
    [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"\xff\xd8\xff\xe0",
     b"GIF89a", b"RIFF\x00\x00\x00\x00WEBP", b"<svg>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"BM"]
)  # fmt: skip
QUICK = settings(max_examples=200, deadline=None)


@pytest.fixture(scope="module")
def steady() -> Iterator[Inspector]:
    """One inspector for all the examples."""
    inspector = Inspector(seconds=5, memory_bytes=512 * MIB)
    yield inspector
    inspector.close()


@QUICK
@given(start=STARTS, rest=st.binary(max_size=600))
def test_no_bytes_end_the_child(steady: Inspector, start: bytes, rest: bytes) -> None:
    found = look(steady, start + rest)
    assert found.trouble in {None, Trouble.inflates, Trouble.unreadable}


@QUICK
@given(data=st.data(), whole=st.sampled_from([PLAIN_PDF, docx()]))
def test_no_changed_bytes_end_the_child(
    steady: Inspector, data: st.DataObject, whole: bytes
) -> None:
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert look(steady, bytes(changed)).trouble in {None, Trouble.inflates, Trouble.unreadable}
