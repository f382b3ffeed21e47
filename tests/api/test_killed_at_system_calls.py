"""``kill -9`` at each call of the system that the real service makes, over real HTTP.

uvicorn runs as it is served, on SQLite and a folder. A run that is only watched tells which calls
a flow makes: an upload by PUT, one by tus, a deposit. Then strace kills the service as it enters
one of them, before the write, sync, link, unlink or answer is made; SQLite's own calls are among
them. One more kill comes right after the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.killing import STEP
from tests.api.nursery import Nursery
from tests.api.template import Template, Told, template
from tests.api.tracing import Point, need_strace, traced

FLOWS = {"put": 2, "tus": 2, "deposit": 1}
"""Each flow, and how many exhibits the draft then has."""
CALLS_MIN = {"put": 60, "tus": 150, "deposit": 60}
STRUCK_MIN = 13  # of each flow, and one more after its answer: more than forty together
SHORT_MIN = 14
OURS_MAX = 20
WITHIN_MIN = 2
LIKE_CALLS = 16


@pytest.fixture
def prepared(service: FastAPI, api: Api, nursery: Nursery, tmp_path: Path) -> Iterator[Template]:
    need_strace()
    yield template(nursery, service, api, tmp_path)
    nursery.kill_all()


def strike(prepared: Template, flow: str, point: Point | None) -> bool:
    """Kill the service at ``point``, or once all was told; whether it came. Then all must hold."""
    with prepared.copied() as folder:
        served, told, struck = prepared.start(folder), Told(), point is None
        blow = ("-e", f"inject={point.name}:signal=KILL:when={point.nth}") if point else ()
        names, threads = ([point.name], point.aim(served.pid)) if point else (["fsync"], [])
        with (
            prepared.client(served) as http,
            traced(served.pid, folder / "trace", *blow, names=names, threads=threads),
        ):
            try:
                prepared.tell(flow, http, told)
            except httpx2.HTTPError:
                served.await_end()
                struck = True
        served.kill()
        prepared.found_whole(folder, told, exhibits=FLOWS[flow])
    return struck


def changes_something(point: Point) -> bool:
    """Not a file opened to read, a folder that was there, a thread woken, a line of the log."""
    return not (
        (point.name == "openat" and "O_CREAT" not in point.text)
        or "EEXIST" in point.text
        or '"\\0", 1, 0, NULL' in point.text
        or "service.log>" in point.text
    )


def short_form(points: Sequence[Point]) -> list[Point]:
    """Our own calls and both sides of a commit first; then what SQLite does within it."""
    acts = [point for point in points if changes_something(point)]
    rows = groupby(acts, key=lambda point: (point.name, point.text.partition(",")[0]))
    few = [each for _, row in rows for each in one_in_sixteen(list(row))]
    ours: list[Point] = []
    within: list[Point] = []
    committed = False
    for point in few:
        removes_journal = point.name == "unlink" and "-journal" in point.text
        of_sqlite = "bordereau.db" in point.text or point.name == "fdatasync"
        (within if of_sqlite and not removes_journal and not committed else ours).append(point)
        committed = removes_journal
    first = spread(ours, OURS_MAX)
    return first + spread(within, max(WITHIN_MIN, SHORT_MIN - len(first)))


def one_in_sixteen(row: list[Point]) -> list[Point]:
    """Of like calls in a row, one from the middle of each sixteen."""
    return row[len(row) % LIKE_CALLS // 2 :: LIKE_CALLS]


def spread(points: Sequence[Point], most: int) -> list[Point]:
    """As many as there is time for, to the last."""
    few = min(len(points), most)
    return [points[at * len(points) // few - 1] for at in range(1, few + 1)]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_kill_at_any_call_of_the_system_loses_nothing_and_doubles_nothing(
    prepared: Template, flow: str
) -> None:
    made = prepared.watched(flow)
    assert len(made) >= CALLS_MIN[flow]
    chosen = made if STEP == 1 else short_form(made)
    struck = Counter(point.name for point in chosen if strike(prepared, flow, point))
    assert strike(prepared, flow, None)
    print(f"{flow}: killed at {struck.total()} of {len(made)} calls: {dict(struck)}")
    assert struck.total() >= max(STRUCK_MIN, len(chosen) * 3 // 4)
