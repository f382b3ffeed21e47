"""What somebody wants to be told by mail, and up to when they have read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.notices import Frequency
from app.errors import Invalid
from app.schemas.notices import NoticeSettingsIn
from app.services.courts import courts
from app.services.log import table_of

HOUR = 7
_SHOWN_MAX = 30


def default_settings(user_id: UUID, now: datetime) -> dict[str, Any]:
    """What holds for somebody who never chose: once a day, of all their courts."""
    return {
        "user_id": user_id,
        "frequency": Frequency.daily,
        "hour": HOUR,
        "every_court": True,
        "court_ids": [],
        "since_at": now,
        "next_at": now,
        "read_at": None,
    }


def settings_of(session: Session, actor: Actor, now: datetime) -> m.NoticeSettings:
    """What the actor chose, or what holds until they do; not added to the record."""
    found = session.get(m.NoticeSettings, actor.user_id)
    return found or m.NoticeSettings(**default_settings(actor.user_id, now))


def ensure_settings(session: Session, user_ids: Sequence[UUID], now: datetime) -> None:
    """Add the default for those who have no row; whoever is faster wins, and nothing breaks."""
    if not user_ids:
        return
    rows = [default_settings(user_id, now) for user_id in user_ids]
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(table_of(m.NoticeSettings)).on_conflict_do_nothing(), rows)


def change_settings(session: Session, actor: Actor, data: NoticeSettingsIn, now: datetime) -> None:
    """Keep what the actor chose. The courts named are theirs, or ``Invalid``."""
    own = {c.id for c in courts(session, actor)}
    if not set(data.court_ids) <= own:
        raise Invalid.field("court_ids", "There is no such court.")
    if data.frequency is Frequency.daily and not data.every_court and not data.court_ids:
        raise Invalid.field("court_ids", "Tick at least one court, or choose every court.")
    ensure_settings(session, [actor.user_id], now)
    row = session.get_one(m.NoticeSettings, actor.user_id, with_for_update=True)
    if row.frequency is Frequency.never:
        # What happened while no mail was wanted is not told now.
        row.since_at = now
    row.next_at = now
    row.frequency = data.frequency
    row.hour = data.hour
    row.every_court = data.every_court
    row.court_ids = [str(x) for x in data.court_ids]  # type: ignore[assignment]
    session.flush()


def mark_read(session: Session, actor: Actor, until: datetime, now: datetime) -> None:
    """All that happened up to ``until`` is read; never less than before."""
    ensure_settings(session, [actor.user_id], now)
    row = session.get_one(m.NoticeSettings, actor.user_id, with_for_update=True)
    row.read_at = max(row.read_at or until, until)
    session.flush()


def notices_to(session: Session, actor: Actor) -> Sequence[m.Notice]:
    """What was written to the actor, newest first."""
    return session.scalars(
        select(m.Notice)
        .where(m.Notice.user_id == actor.user_id)
        .order_by(m.Notice.written_at.desc(), m.Notice.id)
        .limit(_SHOWN_MAX)
    ).all()
