"""``EIO`` and ``ENOSPC`` in SQLite's writes and syncs of a deposit, in the real service.

strace lets one call fail, or that one and all of its name after it. The answer is a receipt that
is there after a restart, or 507 (full), or 503 (anything else), and never 500. After a failed
sync SQLite rolls back and would go on; the service does not: it takes no more writes and ends,
as it does for its files. One failed sync SQLite keeps to itself, that of the journal's folder as
the journal is made: what it then acknowledges is in the database, which was synced itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.killing import STEP
from tests.api.nursery import Nursery, Served
from tests.api.template import Template, Told, template
from tests.api.tracing import Point, need_strace, traced

SYNCS = ("fdatasync", "fsync")
WRITES_IN_SHORT = 8
REFUSED = {"EIO": (503, "database-unavailable"), "ENOSPC": (507, "storage-full")}
UNSURE = (503, "busy")  # a failed sync, for whatever reason: the service restarts


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

        A database that was written to in part cannot be read before it is rolled back, which is
        a write too: told by name, until the disk is well.
        """
        in_part = self.lasting and "bordereau.db>" in self.point.text
        return {200, self.answer[0]} if in_part else {200}

    @property
    def answer(self) -> tuple[int, str]:
        return UNSURE if self.of_sync else REFUSED[self.error]


@pytest.fixture
def prepared(service: FastAPI, api: Api, nursery: Nursery, tmp_path: Path) -> Iterator[Template]:
    need_strace()
    yield template(nursery, service, api, tmp_path)
    nursery.kill_all()


def faults_of(points: Sequence[Point]) -> list[Fault]:
    """Each write and each sync failing in each way."""
    syncs = [point for point in points if point.name in SYNCS]
    early_of_folder = [p for p in syncs[:-1] if "bordereau.db" not in p.text]
    return [
        Fault(point, error, lasting, point in early_of_folder and not lasting)
        for point in points
        if point.name in ("pwrite64", *SYNCS)
        for error in REFUSED
        for lasting in (False, True)
    ]


def strike(prepared: Template, fault: Fault) -> str | None:
    """Press Deposit while ``fault`` strikes; what came of it, or None where nothing was struck."""
    with prepared.copied() as folder:
        served, told, out = prepared.start(folder), Told(), folder / "trace"
        threads = fault.point.aim(served.pid)
        with prepared.client(served) as http:
            names = ("pwrite64", *SYNCS)
            with traced(served.pid, out, *fault.blow, names=names, threads=threads):
                prepared.tell_deposit(http, told)
                answered = told.status
                assert answered in (200, fault.answer[0]), told.body
                if answered != 200 and not fault.of_sync:
                    assert http.get(prepared.path).status_code in fault.reads_meanwhile
            struck = "(INJECTED)" in out.read_text()
            if answered == 200:
                assert fault.kept or not struck
            else:
                assert struck
                _refused(prepared, served, http, told, fault)
        served.kill()
        prepared.found_whole(folder, told, exhibits=1)
        return f"{fault.point.name} {fault.error}: {answered}" if struck else None


def _refused(
    prepared: Template, served: Served, http: httpx2.Client, told: Told, fault: Fault
) -> None:
    _, kind = fault.answer
    assert told.body["type"] == f"urn:bordereau:problem:{kind}"
    if fault.of_sync:
        with suppress(httpx2.HTTPError):  # it may have ended already
            assert prepared.put(http, "3").status_code == 503, "another write is taken"
        served.await_end()  # it does not pretend: whoever runs it starts it again
        return
    there = http.get(prepared.path)
    assert there.status_code == 200, "reading goes on"
    assert there.json()["deposited_at"] is None, "half a deposit"
    if fault.lasting:  # the disk is well again, and the same service takes it
        prepared.tell_deposit(http, told)
        assert told.status == 200, told.body


def short_form(faults: Sequence[Fault]) -> list[Fault]:
    """Every sync once, and writes here and there, each way in turn."""
    syncs = [f for f in faults if f.of_sync and f.error == "EIO" and not f.lasting]
    writes = [f for f in faults if not f.of_sync]
    points = len(writes) // 4
    return syncs + [
        writes[4 * (at * points // WRITES_IN_SHORT) + at % 4] for at in range(WRITES_IN_SHORT)
    ]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_that_fails_under_a_deposit_never_gives_a_receipt_that_is_not_there(
    prepared: Template,
) -> None:
    faults = faults_of(prepared.watched("deposit"))
    chosen = faults if STEP == 1 else short_form(faults)
    came = Counter(end for fault in chosen if (end := strike(prepared, fault)))
    print(f"{came.total()} of {len(faults)} faults: {dict(came)}")
    assert came.total() >= len(chosen) * 3 // 4
    assert came["pwrite64 ENOSPC: 507"] and came["pwrite64 EIO: 503"]
    assert came["fdatasync EIO: 503"]
