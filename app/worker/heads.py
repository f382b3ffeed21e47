"""A head of the log is signed every day, so that there is always a young one to keep."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from anyio import to_thread

from app.db import Database
from app.services.heads import latest_head, sign_head
from app.storage.keys import KeyRing

_LOG = logging.getLogger("bordereau.heads")
DAILY = timedelta(days=1)
EVERY_SECONDS = 3600.0


async def sign_daily(database: Database, ring: KeyRing, clock: Callable[[], datetime]) -> None:
    """Sign a head when the newest is a day old and acts were done since; until cancelled."""
    while True:
        try:
            await to_thread.run_sync(sign_if_old, database, ring, clock())
        except Exception:
            _LOG.exception("the log could not be signed; it is tried again in an hour")
        await asyncio.sleep(EVERY_SECONDS)


def sign_if_old(database: Database, ring: KeyRing, now: datetime) -> bool:
    """Sign the log as it ends if its newest head is a day old; tell whether it was."""
    with database.reading() as session:
        newest = latest_head(session)
        if newest is not None and now - newest.at < DAILY:
            return False
    with database.writing() as session:
        return sign_head(session, ring, now).at == now
