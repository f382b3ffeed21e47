"""Time-stamps of signed heads: which still lack one, and keeping it. Fetched by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import models as m
from app.errors import Conflict


def heads_without_token(session: Session, limit: int) -> Sequence[m.LogHead]:
    """Heads that no authority has time-stamped yet, newest first."""
    query = select(m.LogHead).where(m.LogHead.token.is_(None)).order_by(m.LogHead.size.desc())
    return session.scalars(query.limit(limit)).all()


def keep_token(session: Session, size: int, token: bytes, now: datetime) -> None:
    """Keep a checked token with its head. ``Conflict`` when the head has one: it is kept."""
    kept = session.execute(
        update(m.LogHead)
        .where(m.LogHead.size == size, m.LogHead.token.is_(None))
        .values(token=token, token_at=now)
        .execution_options(synchronize_session=False)
    )
    if kept.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("This head is time-stamped already.")
