"""``EIO`` and ``ENOSPC`` in SQLite's writes and syncs of a deposit, in the real service.

strace lets one call fail, or that one and all after it. The answer is a receipt that is there
after a restart, or 507 (full), or 503 (anything else), and never 500. After a failed sync SQLite
rolls back and would go on; the service does not: it takes no more writes and ends, as it does
for its files. One failed sync SQLite keeps to itself, that of the journal's folder as the
journal is made: what it then acknowledges is in the database, which was synced itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.killing import STEP
from tests.api.nursery import Nursery, Served
from tests.api.template import Template, Told, template
from tests.api.tracing import calls_in, need_strace, traced

SYNCS = ("fdatasync", "fsync")
Fault = tuple[str, str, str]
"""The call that fails, with what, and when, as strace says it."""


@pytest.fixture
def prepared(service: FastAPI, api: Api, nursery: Nursery, tmp_path: Path) -> Iterator[Template]:
    need_strace()
    yield template(nursery, service, api, tmp_path)
    nursery.kill_all()


def faults_of(prepared: Template) -> list[Fault]:
    """Each of the deposit's writes and syncs, failing in each way."""
    with prepared.copied() as folder:
        served, out = prepared.start(folder), folder / "trace"
        with prepared.client(served) as http, traced(served.pid, out):
            prepared.tell_deposit(http, Told())
        served.kill()
        of_database = [c for c in calls_in(out) if str(folder) in c.text]
    counts = Counter(c.name for c in of_database if c.name in ("pwrite64", *SYNCS))
    return [
        (name, error, f"{nth}{lasting}")
        for name, times in counts.items()
        for nth in range(1, times + 1)
        for error in ("EIO", "ENOSPC")
        for lasting in ("", "+")
    ]


def strike(prepared: Template, fault: Fault) -> str | None:
    """Press Deposit while ``fault`` strikes; what came of it, or None where nothing was struck."""
    name, error, when = fault
    with prepared.copied() as folder:
        served, told, out = prepared.start(folder), Told(), folder / "trace"
        blow = ("-e", f"inject={name}:error={error}:when={when}")
        with prepared.client(served) as http:
            with traced(served.pid, out, *blow, names=("pwrite64", *SYNCS)):
                prepared.tell_deposit(http, told)
            struck, answered = "(INJECTED)" in out.read_text(), told.status
            if told.status != 200:
                assert struck
                _refused(prepared, served, http, told, fault)
        served.kill()
        prepared.found_whole(folder, told, exhibits=1)
        return f"{name} {error}: {answered}" if struck else None


def _refused(
    prepared: Template, served: Served, http: httpx2.Client, told: Told, fault: Fault
) -> None:
    name, error, _ = fault
    if name in SYNCS:
        assert told.status == 503, told.body
        served.await_end()  # it does not pretend: whoever runs it starts it again
        return
    assert told.status == (507 if error == "ENOSPC" else 503), told.body
    kind = "storage-full" if error == "ENOSPC" else "database-unavailable"
    assert told.body["type"] == f"urn:bordereau:problem:{kind}"
    there = http.get(prepared.path)
    assert there.status_code == 200, "reading goes on"
    assert there.json()["deposited_at"] is None
    told.status = None


def short_form(faults: list[Fault]) -> list[Fault]:
    """Every sync once, and writes here and there."""
    once = [fault for fault in faults if not fault[2].endswith("+")]
    syncs = [fault for fault in once if fault[0] in SYNCS and fault[1] == "EIO"]
    writes = [fault for fault in once if fault not in syncs and fault[0] == "pwrite64"]
    return syncs + writes[:: len(writes) // 6 | 1]  # odd: both errors come in turn


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_disk_that_fails_under_a_deposit_never_gives_a_receipt_that_is_not_there(
    prepared: Template,
) -> None:
    faults = faults_of(prepared)
    assert {name for name, _, _ in faults} >= {"pwrite64", "fdatasync"}
    chosen = faults if STEP == 1 else short_form(faults)
    came = Counter(end for fault in chosen if (end := strike(prepared, fault)))
    print(f"{sum(came.values())} of {len(faults)} faults: {dict(came)}")
    assert sum(came.values()) >= len(chosen) * 3 // 4
    assert came["pwrite64 ENOSPC: 507"] and came["pwrite64 EIO: 503"]
