"""Receipts are printed right after their deposit, so that they are there when asked for."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future

from anyio import to_thread
from sqlalchemy import func, select

from app import models as m
from app.db import Database
from app.papers.press import Press
from app.services.papers import receipt_papers

_LOG = logging.getLogger("bordereau.papers")
EVERY_SECONDS = 2.0
HEADS_AT_ONCE = 8


async def print_always(database: Database, press: Press, verify_url: str) -> None:
    """Look for new deposits every few seconds, until cancelled.

    What was deposited before is printed when somebody asks for it.
    """
    seen: int | None = None
    while True:
        try:
            if seen is None:
                seen = await to_thread.run_sync(latest, database)
            seen = await to_thread.run_sync(print_new, database, press, verify_url, seen)
        except Exception:
            _LOG.exception("printing failed; it is tried again")
        await asyncio.sleep(EVERY_SECONDS)


def latest(database: Database) -> int:
    """The size of the newest head; 0 when there is none."""
    with database.reading() as session:
        return session.scalar(select(func.max(m.LogHead.size))) or 0


def print_new(database: Database, press: Press, verify_url: str, seen: int) -> int:
    """Have the receipts made of the deposits since the head of size ``seen``; the last size.

    It waits for none of them; what fails is told, and made again when asked for.
    """
    with database.reading() as session:
        sizes = session.scalars(
            select(m.LogHead.size)
            .where(m.LogHead.size > seen)
            .order_by(m.LogHead.size)
            .limit(HEADS_AT_ONCE)
        ).all()
        papers = [p for size in sizes for p in receipt_papers(session, size, verify_url)]
    for paper in papers:
        if paper.shelf is not None:
            press.print_later(paper.make, paper.shelf).add_done_callback(_tell)
    return max(sizes, default=seen)


def _tell(done: Future[bytes]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        _LOG.error("a receipt could not be printed", exc_info=error)
