"""``kill -9`` at each call of the system that the real service makes, over real HTTP.

uvicorn runs as it is served, on SQLite and a folder. strace, attached once it is up, holds each
call as it is entered, and the process is killed there: before a write, sync, link, unlink or
answer of an upload by PUT, of one by tus, and of a deposit. SQLite's own calls are among them.
Why strace's counter is not used for that: see ``tests.api.tracing``.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.conftest import Api
from tests.api.killing import STEP
from tests.api.nursery import Nursery
from tests.api.template import Template, Told, template
from tests.api.tracing import WRITES, calls_in, known, need_strace, traced

HELD_MICROSECONDS = 12_000
HELD = ("-e", f"inject={known(WRITES)}:delay_enter={HELD_MICROSECONDS}")
CALLS_MIN = {"put": 30, "tus": 100, "deposit": 30}


@pytest.fixture
def prepared(service: FastAPI, api: Api, nursery: Nursery, tmp_path: Path) -> Iterator[Template]:
    need_strace()
    yield template(nursery, service, api, tmp_path)
    nursery.kill_all()


def calls_of(prepared: Template, flow: str) -> int:
    """How many calls the flow makes, from a run that is only watched."""
    with prepared.copied() as folder:
        served, out = prepared.start(folder), folder / "trace"
        with prepared.client(served) as http, traced(served.pid, out):
            getattr(prepared, f"tell_{flow}")(http, Told())
        served.kill()
        return len(calls_in(out))


def strike(prepared: Template, flow: str, after: int) -> str | None:
    """Kill the service ``after`` so many calls of the flow; the last it made, or None if it made
    fewer. Then all must hold.
    """
    with prepared.copied() as folder:
        served, told, out = prepared.start(folder), Told(), folder / "trace"

        def seen(made: int) -> None:
            if made == after:
                os.kill(served.pid, signal.SIGKILL)

        with (
            prepared.client(served) as http,
            traced(served.pid, out, *HELD, seen=seen),
            suppress(httpx2.HTTPError),
        ):
            getattr(prepared, f"tell_{flow}")(http, told)
        struck = "killed by SIGKILL" in out.read_text()
        served.kill()
        prepared.found_whole(folder, told, exhibits=1 if flow == "deposit" else 2)
        return calls_in(out)[after - 1].name if struck else None


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("flow", ["put", "tus", "deposit"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_kill_at_any_call_of_the_system_loses_nothing_and_doubles_nothing(
    prepared: Template, flow: str
) -> None:
    made = calls_of(prepared, flow)
    assert made >= CALLS_MIN[flow]
    chosen = range(1, made, STEP * 3 if STEP > 1 else 1)
    struck = [call for after in chosen if (call := strike(prepared, flow, after))]
    print(f"{flow}: killed after {len(struck)} of {made} calls: {dict(Counter(struck))}")
    assert len(struck) >= len(chosen) * 3 // 4
