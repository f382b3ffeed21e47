"""Inspections: files of drafts are looked into soon after they came, so that counsel need not
wait. Losing this loses nothing: what waits is derived from the record.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from anyio import CapacityLimiter, to_thread

from app.db import Database
from app.services.inspections import Looks, inspect_waiting
from app.storage.inspection.runner import InspectionEnded
from app.storage.store import FileStore

_LOG = logging.getLogger("bordereau.inspections")
PAUSE_SECONDS = 0.5
LATEST_SECONDS = 10.0
"""While files keep coming they have the machine: a batch is looked into when they pause, and
after this at the latest."""
LOOK_AGAIN_SECONDS = 60.0
"""What came by another process, or while nobody rang, is found after this at the latest."""


class Bell:
    """Rung after each upload, from any thread; nothing happens where nobody listens."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung = asyncio.Event()
        self._over = asyncio.Event()
        self._rung_at = -math.inf
        self.closed = False

    def ring(self) -> None:
        """Wake whoever waits."""
        self._rung_at = time.monotonic()
        # Waking the loop costs more than all else here. A ring not yet heard stands for this one
        # too: whoever hears it looks after this.
        if not self._rung.is_set():
            self._wake(self._rung)

    def close(self) -> None:
        """Let whoever waits go home."""
        self.closed = True
        self.ring()
        self._wake(self._over)

    def _wake(self, event: asyncio.Event) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(event.set)

    def listen(self) -> None:
        """From now on no ring is missed; call it where ``wait`` will be called."""
        self._loop = asyncio.get_running_loop()

    async def wait(self, seconds: float) -> None:
        """Wait until it is rung, or this long; not at all where it rang since the last time."""
        try:
            await asyncio.wait_for(self._rung.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._rung.clear()

    async def pause(self, seconds: float, at_most: float) -> None:
        """Wait until it was not rung for so long; not at all where it was not rung lately."""
        until = time.monotonic() + at_most
        while not self.closed:
            left = min(self._rung_at + seconds, until) - time.monotonic()
            if left <= 0:
                break
            # Not woken by each ring: the last one counts, and when it was is known.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), left)
        self._rung.clear()


async def inspect_soon(
    database: Database,
    store: FileStore,
    looks: Looks,
    clock: Callable[[], datetime],
    bell: Bell,
) -> None:
    """Look into waiting files, a batch at a time, until the bell is closed.

    Its thread is its own: it takes none from those who serve requests.
    """
    own = CapacityLimiter(1)
    bell.listen()
    while not bell.closed:
        await bell.pause(PAUSE_SECONDS, LATEST_SECONDS)
        found = 0
        try:
            found = await to_thread.run_sync(
                lambda: inspect_waiting(database, store, looks, clock),
                limiter=own,
            )
        except InspectionEnded:
            return
        except Exception:
            _LOG.exception("files could not be looked into; it is tried again in a minute")
        if not found and not bell.closed:
            await bell.wait(LOOK_AGAIN_SECONDS)
