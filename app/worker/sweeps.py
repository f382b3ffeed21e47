"""Sweeps: dead temporary files go, files that nobody knows are put apart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from anyio import to_thread

from app.db import Database
from app.services.files import known_among, missing_files
from app.services.uploads import forget_expired, parts_known
from app.storage.store import FileStore

_LOG = logging.getLogger("bordereau.sweeps")
HOUR_SECONDS = 3600.0


async def sweep_hourly(database: Database, store: FileStore, clock: Callable[[], datetime]) -> None:
    """Sweep at once, then every hour, until cancelled. A failed sweep is told and tried again."""
    while True:
        try:
            await to_thread.run_sync(sweep, database, store, clock())
        except Exception:
            _LOG.exception("the sweep failed; it is tried again in an hour")
        await asyncio.sleep(HOUR_SECONDS)


def sweep(database: Database, store: FileStore, now: datetime) -> None:
    """One sweep. What the record knows is never touched; a missing file raises an alarm."""

    def known(matter_id: UUID, hashes: Collection[str]) -> Collection[str]:
        # A session of its own each time: the store asks again before a file goes.
        with database.reading() as session:
            return known_among(session, matter_id, hashes)

    sweep_uploads(database, store, now)
    swept = store.sweep(now, known)
    for matter_id, sha256 in swept.restorable:
        _LOG.error("file %s of matter %s is in quarantine but on the record", sha256, matter_id)
    for matter_id, sha256 in missing_files(database.reading, store):
        _LOG.error("file %s of matter %s is on the record but not stored", sha256, matter_id)


def sweep_uploads(database: Database, store: FileStore, now: datetime) -> None:
    """Uploads past their time go, then their parts, then parts that no upload knows."""
    with database.writing() as session:
        expired = forget_expired(session, now)
    for part_id in expired:
        store.parts.remove(part_id)

    def known(part_ids: Collection[UUID]) -> Collection[UUID]:
        with database.reading() as session:
            return parts_known(session, part_ids)

    store.parts.sweep(now, known)
