"""A kill cannot reveal a sync that is missing: so the order is read from a trace of the service.

Write, sync, link, sync of the folder, then SQLite's commit with its syncs, and only then the
answer leaves: over real HTTP, uvicorn as it is served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.nursery import Nursery
from tests.api.template import SHA256, Template, Told, template
from tests.api.tracing import Call, calls_in, need_strace, traced

Step = tuple[str, Callable[[Call], bool]]


@pytest.fixture
def prepared(service: FastAPI, api: Api, nursery: Nursery, tmp_path: Path) -> Iterator[Template]:
    need_strace()
    yield template(nursery, service, api, tmp_path)
    nursery.kill_all()


def names(*of: str, holds: str, ends: str = "") -> Callable[[Call], bool]:
    """Calls of these names that say ``holds``, on a file whose path ends so."""
    return lambda call: (
        call.name in of and holds in call.text and (not ends or f"{ends}>" in call.text)
    )


def file_steps(folder: Path) -> list[Step]:
    files = folder / "data" / "files"
    return [
        ("the bytes are written", names("write", holds=f"{files}/tmp/")),
        ("the file is synced", names("fsync", holds=f"{files}/tmp/")),
        ("it gets its name", names("link", "linkat", holds=SHA256)),
        ("its folder is synced", names("fsync", holds=f"{files}/objects/", ends=SHA256[:2])),
    ]


def commit_steps(folder: Path, calls: Sequence[Call]) -> list[Step]:
    """With a rollback journal the commit is the journal's removal; in WAL the sync of the log."""
    db, syncs = folder / "bordereau.db", ("fsync", "fdatasync")
    if any(f"{db}-wal" in call.text for call in calls):
        return [
            ("the log is written", names("pwrite64", holds=f"{db}-wal>")),
            ("the log is synced", names(*syncs, holds=f"{db}-wal>")),
        ]
    return [
        ("the journal is written", names("pwrite64", holds=f"{db}-journal>")),
        ("the journal is synced", names(*syncs, holds=f"{db}-journal>")),
        ("the database is written", names("pwrite64", holds=f"{db}>")),
        ("the database is synced", names(*syncs, holds=f"{db}>")),
        ("the journal goes", names("unlink", "unlinkat", holds=f"{db}-journal")),
        ("the folder is synced", names(*syncs, holds=f"<{folder}>")),
    ]


def answered(status: int) -> Step:
    return "the answer leaves", names("sendto", "sendmsg", holds=f'"HTTP/1.1 {status}')


def out_of_order(calls: Sequence[Call], steps: Sequence[Step]) -> list[str]:
    """What does not come before the answer, the last of ``steps``, in the order of ``steps``.

    The steps are looked for backwards: each is the last before the one that follows it, and had
    come back before that one began. So what was written last was synced, too.
    """
    missing, before = [], len(calls) + 10**9
    for what, is_it in reversed(steps):
        found = [call for call in calls if is_it(call) and call.ended < before]
        if found:
            before = found[-1].began
        else:
            missing.append(what)
    return missing


def watched(prepared: Template, folder: Path, flow: str, **how: bool) -> list[Call]:
    served, told = prepared.start(folder, **how), Told()
    with prepared.client(served) as http, traced(served.pid, folder / "trace"):
        prepared.tell(flow, http, told)
    assert told.status in (200, 201, 204)
    served.stop()
    return calls_in(folder / "trace")


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("flow", "status", "file"), [("put", 201, True), ("tus", 204, False), ("deposit", 200, False)]
)
def test_everything_is_synced_before_the_answer_leaves(
    prepared: Template, flow: str, status: int, file: bool
) -> None:
    with prepared.copied() as folder:
        calls = watched(prepared, folder, flow)
        steps = [
            *(file_steps(folder) if file else []),
            *commit_steps(folder, calls),
            answered(status),
        ]
        assert out_of_order(calls, steps) == []
        # Nothing is written to the record between its last sync and the answer.
        answer = max(c.began for c in calls if steps[-1][1](c))
        late = [
            c for c in calls if c.name == "pwrite64" and str(folder) in c.text and c.began < answer
        ]
        synced = [c for c in calls if c.name in ("fsync", "fdatasync") and c.ended < answer]
        assert late[-1].ended < synced[-1].began


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_service_that_let_sqlite_sync_nothing_would_be_found_out(prepared: Template) -> None:
    with prepared.copied() as folder:
        calls = watched(prepared, folder, "deposit", unsynced=True)
        missing = out_of_order(calls, [*commit_steps(folder, calls), answered(200)])
    assert {"the database is synced", "the folder is synced"} <= set(missing)
