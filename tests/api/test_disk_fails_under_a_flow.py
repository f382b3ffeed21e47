"""``EIO`` and ``ENOSPC`` in the calls of an upload and a deposit, in the real service.

strace lets one call fail, or that one and all of its name after it: SQLite's own, and in an upload
by PUT or tus those that put the file into the store. The answer is an exhibit or a receipt that
is there after a restart, or 507 (full), or 503 (anything else), and never 500. After a failed
sync SQLite rolls back and would go on; the service does not: it takes no more writes and ends,
as it does for its files. One failed sync SQLite keeps to itself, that of the journal's folder as
the journal is made: what it then acknowledges is in the database, which was synced itself. And an
upload by PUT that could not be recorded together with others is recorded alone: what failed once
may succeed then. The parts of a file that is stored and recorded may stay: a sweep takes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.killing import STEP
from tests.api.nursery import Nursery, Served
from tests.api.template import Template, Told, template
from tests.api.tracing import Point, need_strace, traced

FLOWS = {"put": 2, "tus": 2, "deposit": 1}
"""Each flow, and how many exhibits the draft then has."""
DONE = {"put": 201, "tus": 204, "deposit": 200}
SYNCS = ("fdatasync", "fsync")
WRITES = ("pwrite64", "write")
OTHERS = ("openat", "mkdir", "link", "ftruncate", "unlink")
SYNCS_IN_SHORT, REST_IN_SHORT = 4, 6
REFUSED = {"EIO": 503, "ENOSPC": 507}
UNSURE = 503  # a failed sync, for whatever reason: the service restarts


@dataclass(frozen=True, slots=True)
class Fault:
    """A call that fails, and with what; ``lasting``: all of its name after it, too."""

    point: Point
    error: str
    lasting: bool
    kept: bool = False
    """Whether SQLite may keep it to itself."""

    @property
    def blow(self) -> tuple[str, str]:
        when = f"{self.point.nth}{'+' if self.lasting else ''}"
        return "-e", f"inject={self.point.name}:error={self.error}:when={when}"

    @property
    def of_sync(self) -> bool:
        return self.point.name in SYNCS

    @property
    def reads_meanwhile(self) -> set[int]:
        """What who reads is told while it lasts.

        A database that was written to in part, or whose journal could not be taken away, cannot
        be read before it is rolled back, which is a write too: told by name.
        """
        in_part = self.lasting and "bordereau.db>" in self.point.text
        in_part |= self.point.name == "unlink" and "bordereau.db" in self.point.text
        return {200, *self.answers} if in_part else {200}

    @property
    def answers(self) -> set[int]:
        """What who sent or pressed is told."""
        if self.point.name == "fdatasync":
            return {UNSURE}
        # Where a file cannot be made, SQLite does not say why. A disk that is found full only as
        # a file is synced harms no other file.
        return {REFUSED[self.error]} if self.point.name in WRITES else {UNSURE, REFUSED[self.error]}

    def name_of(self, status: int) -> str:
        """What such an answer is called."""
        if status == REFUSED["ENOSPC"]:
            return "storage-full"
        if self.of_sync:
            return "busy"
        of_file = "/data/files/" in self.point.text
        return "store-unavailable" if of_file else "database-unavailable"

    def may_pass(self, flow: str) -> bool:
        """Whether it may be done all the same."""
        of_record = "bordereau.db" in self.point.text
        tried_again = flow == "put" and of_record and not (self.of_sync or self.lasting)
        left_to_a_sweep = self.point.name == "unlink" and "/files/parts/" in self.point.text
        return self.kept or tried_again or left_to_a_sweep


@pytest.fixture
def prepared(service: FastAPI, api: Api, nursery: Nursery, tmp_path: Path) -> Iterator[Template]:
    need_strace()
    yield template(nursery, service, api, tmp_path)
    nursery.kill_all()


def faults_of(points: Sequence[Point]) -> list[Fault]:
    """Each write and sync failing in each way, and once each other call that makes something."""
    found = []
    for before, point in pairwise([points[0], *(p for p in points if writes(p))]):
        early = of_folder(point) and before.name != "unlink"
        for error in REFUSED:
            for lasting in (False, True)[: 2 if point.name in (*WRITES, *SYNCS) else 1]:
                found.append(Fault(point, error, lasting, early and not lasting))  # noqa: PERF401
    return found


def writes(point: Point) -> bool:
    """Whether something is written, synced, made or taken away; not a line of the log."""
    if "EEXIST" in point.text or "service.log>" in point.text:
        return False
    if point.name == "openat":
        return "O_CREAT" in point.text
    return point.name in (*WRITES, *SYNCS, *OTHERS)


def of_folder(point: Point) -> bool:
    """A sync of the folder of the database, by SQLite."""
    return point.name == "fdatasync" and "bordereau.db" not in point.text


def strike(prepared: Template, flow: str, fault: Fault) -> str | None:
    """Do the flow while ``fault`` strikes; what came of it, or None where nothing was struck."""
    with prepared.copied() as folder:
        served, told, out = prepared.start(folder), Told(), folder / "trace"
        threads, names = fault.point.aim(served.pid), (*WRITES, *SYNCS, *OTHERS)
        with traced(served.pid, out, *fault.blow, names=names, threads=threads):
            with prepared.client(served) as http:
                prepared.tell(flow, http, told)
            done = told.status == DONE[flow]
            if not done and not fault.of_sync:
                with prepared.client(served) as http:  # a body refused half-way ends its line
                    assert http.get(prepared.path).status_code in fault.reads_meanwhile
        answered, struck = told.status, "(INJECTED)" in out.read_text()
        if done:
            assert fault.may_pass(flow) or not struck, fault
        else:
            assert struck, told.body
            _refused(prepared, flow, served, told, fault)
        served.kill()
        prepared.found_whole(folder, told, exhibits=FLOWS[flow])
        return f"{fault.point.name} {fault.error}: {answered}" if struck else None


def _refused(prepared: Template, flow: str, served: Served, told: Told, fault: Fault) -> None:
    assert told.status is not None
    assert told.status in fault.answers, (fault, told.body)
    assert told.body["type"] == f"urn:bordereau:problem:{fault.name_of(told.status)}", fault
    with prepared.client(served) as http:
        if fault.of_sync and told.status == UNSURE:
            # Of a deposit that was not confirmed nobody knows: it may be one, which takes no file.
            refused = {503, 409} if flow == "deposit" else {503}
            with suppress(httpx2.HTTPError):  # it may have ended already
                assert prepared.put(http, "3").status_code in refused, "another write is taken"
            served.await_end()  # it does not pretend: whoever runs it starts it again
            return
        there = http.get(prepared.path)
        assert there.status_code == 200, "reading goes on"
        assert there.json()["deposited_at"] is None, "half a deposit"
        assert len(there.json()["exhibits"]) == 1, "half an upload"
        if fault.lasting:  # the disk is well again, and the same service takes it
            prepared.tell(flow, http, told)
            assert told.status == DONE[flow], told.body


def in_turn(faults: Sequence[Fault]) -> list[Fault]:
    """Each call once, and each way to fail in its turn."""
    calls = [list(ways) for _, ways in groupby(faults, key=lambda fault: fault.point)]
    return [ways[at % len(ways)] for at, ways in enumerate(calls)]


def spread(faults: Sequence[Fault], most: int) -> list[Fault]:
    """As many as there is time for, to the last."""
    few = min(len(faults), most)
    return [faults[at * len(faults) // few - 1] for at in range(1, few + 1)]


def short_form(faults: Sequence[Fault]) -> list[Fault]:
    """Some syncs and some other calls."""
    syncs = [fault for fault in faults if fault.of_sync and fault.error == "EIO"]
    rest = [fault for fault in faults if not fault.of_sync]
    return spread(in_turn(syncs), SYNCS_IN_SHORT) + spread(in_turn(rest), REST_IN_SHORT)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_that_fails_never_lets_something_be_told_that_is_not_there(
    prepared: Template, flow: str
) -> None:
    faults = faults_of(prepared.watched(flow))
    long_form = in_turn(faults) if flow == "tus" else faults
    chosen = long_form if STEP == 1 else short_form(faults)
    came = Counter(end for fault in chosen if (end := strike(prepared, flow, fault)))
    print(f"{flow}: {came.total()} of {len(faults)} faults: {dict(came)}")
    assert came.total() >= len(chosen) * 3 // 4
    assert {"503", "507"} <= {end.partition(": ")[2] for end in came}
    assert any(end.startswith(SYNCS) and end.endswith("503") for end in came)
