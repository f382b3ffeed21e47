"""The bell that wakes whoever looks into files, and how looking ends."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime
from pathlib import Path

import pytest

from app.db import Database
from app.storage.inspection.runner import InspectionUnavailable
from app.worker.inspections import Bell, inspect_soon
from tests.services.test_inspections import Draft, Says


async def _rung(bell: Bell, seconds: float) -> float:
    started = time.monotonic()
    await bell.wait(seconds)
    return time.monotonic() - started


def test_a_ring_from_another_thread_wakes_at_once_and_only_once() -> None:
    async def play() -> tuple[float, float]:
        bell = Bell()
        bell.listen()
        await asyncio.to_thread(bell.ring)
        return await _rung(bell, 5), await _rung(bell, 0.2)

    first, second = asyncio.run(play())
    assert first < 1
    assert second >= 0.2


def test_while_it_rings_again_and_again_one_waits_for_a_pause_but_not_for_ever() -> None:
    async def play(at_most: float) -> float:
        bell = Bell()
        bell.listen()

        async def ring() -> None:
            for _ in range(20):
                bell.ring()
                await asyncio.sleep(0.02)

        ringing = asyncio.create_task(ring())
        await asyncio.sleep(0)
        started = time.monotonic()
        await bell.pause(0.2, at_most)
        taken = time.monotonic() - started
        await ringing
        return taken

    assert asyncio.run(play(30)) >= 0.4
    assert 0.1 <= asyncio.run(play(0.1)) < 0.4


def test_where_nothing_rang_lately_nobody_waits() -> None:
    started = time.monotonic()
    asyncio.run(Bell().pause(5, 5))
    assert time.monotonic() - started < 1


def test_a_bell_that_nobody_hears_may_be_rung() -> None:
    Bell().ring()
    Bell().close()


async def _play(draft: Draft, looks: Says, bell: Bell, until: int) -> None:
    """Look until so many files were looked into, then close."""
    task = asyncio.create_task(
        inspect_soon(draft.database, draft.store, looks, lambda: draft.now, bell)
    )
    for _ in range(500):
        if looks.looked >= until:
            break
        await asyncio.sleep(0.01)
    bell.close()
    await asyncio.wait_for(task, 10)


def test_what_waited_at_the_start_is_looked_into_and_kept_before_the_end(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    draft = Draft(database, tmp_path, now)
    for n in range(3):
        draft.add(b"%d" % n)
    asyncio.run(_play(draft, Says(), Bell(), 3))
    assert draft.waits() == []
    draft.store.close()


def test_what_fails_is_told_and_ends_nothing(
    database: Database, tmp_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    draft = Draft(database, tmp_path, now)
    draft.add(b"text")
    bell = Bell()

    class Fails(Says):
        """No child at first; then somebody rings."""

        def first(self) -> None:
            if self.looked == 1:
                bell.ring()
                raise InspectionUnavailable

    with caplog.at_level(logging.ERROR):
        asyncio.run(_play(draft, Fails(), bell, 2))
    assert "could not be looked into" in caplog.text
    assert draft.waits() == []
    draft.store.close()
