"""Digests: written into the record first, then sent, then marked as sent.

A crash between any two of these repeats a mail at most (with the same Message-ID); it never
loses one. What was written to whom, and when a server took it, stays known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, exists, select, update
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.notices import Frequency, Line, digest_day, digest_due, next_digest, next_try
from app.language import LANGUAGES, Language, language_of
from app.papers.digest import digest_subject, digest_text
from app.services.courts import courts
from app.services.log import say
from app.services.notice_settings import ensure_settings
from app.services.notifications import LINES_MAX, Span, happened
from app.services.people import actor_of

BATCH = 200
_LEASE = timedelta(minutes=10)
_TROUBLE_CHARS_MAX = 300


def welcome_new(session: Session, now: datetime) -> int:
    """Begin telling people who hold a role and never chose anything; how many there were."""
    known = exists().where(m.NoticeSettings.user_id == m.User.id)
    holds = exists().where(m.Membership.user_id == m.User.id, m.Membership.ended_at.is_(None))
    ids = session.scalars(
        select(m.User.id).where(m.User.disabled_at.is_(None), holds, ~known).limit(BATCH)
    ).all()
    ensure_settings(session, ids, now)
    return len(ids)


def candidates(session: Session, now: datetime) -> Sequence[UUID]:
    """Of whom it is time to see whether a digest is due; at most ``BATCH``."""
    return session.scalars(
        select(m.NoticeSettings.user_id)
        .where(
            m.NoticeSettings.frequency == Frequency.daily,
            m.NoticeSettings.next_at <= now,
        )
        .order_by(m.NoticeSettings.next_at, m.NoticeSettings.user_id)
        .limit(BATCH)
    ).all()


def write_digest(session: Session, user_id: UUID, now: datetime, *, url: str) -> m.Notice | None:
    """Write somebody's digest if it is due; None where it is not, or where nothing happened.

    Their settings' row is held meanwhile: of two processes, one writes it.
    """
    chosen = session.get(m.NoticeSettings, user_id, with_for_update=True, populate_existing=True)
    user = session.get_one(m.User, user_id)
    if chosen is None or chosen.frequency is Frequency.never or chosen.next_at > now:
        return None
    actor = actor_of(session, user)
    zone = _zone(session, actor, chosen)
    here = ZoneInfo(zone)
    chosen.next_at = next_digest(now, chosen.hour, here)
    day = digest_day(now, chosen.hour, here)
    due = digest_due(chosen.since_at, now, chosen.hour, here)
    if user.disabled_at is not None or not due or _written(session, user_id, zone, day):
        session.flush()
        return None
    since, chosen.since_at = chosen.since_at, now
    wanted = None if chosen.every_court else [UUID(x) for x in chosen.court_ids]
    span = Span(since, now, wanted, others_alone=True)
    lines = happened(session, actor, span, limit=LINES_MAX + 1)
    if not lines:
        session.flush()
        return None
    notice = _notice(user, zone, day, since, now, lines[:LINES_MAX], url, len(lines) > LINES_MAX)
    session.add(notice)
    say(session, Act.notice_written, None, now)
    return notice


def _notice(
    user: m.User,
    zone: str,
    day: date,
    since: datetime,
    now: datetime,
    lines: Sequence[Line],
    url: str,
    more: bool,
) -> m.Notice:
    own = language_of(user.language)
    languages: tuple[Language, ...] = (own,) if own else LANGUAGES
    return m.Notice(
        user_id=user.id,
        zone=zone,
        court_day=day,
        address=user.email,
        since_at=since,
        until_at=now,
        language=", ".join(languages),
        message_id=f"{uuid4().hex}@{_host(url)}",
        subject=" / ".join(digest_subject(len(lines), each) for each in languages),
        body=digest_text(lines, languages, zone, url, since, now, more=more),
        lines_count=len(lines),
        written_at=now,
        next_try_at=now,
    )


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"


def _zone(session: Session, actor: Actor, chosen: m.NoticeSettings) -> str:
    """The zone of their courts, if it is one; else UTC."""
    zones = {
        c.time_zone
        for c in courts(session, actor)
        if chosen.every_court or str(c.id) in chosen.court_ids
    }
    return next(iter(zones)) if len(zones) == 1 else "UTC"


def _written(session: Session, user_id: UUID, zone: str, day: date) -> bool:
    found = session.scalar(
        select(m.Notice.id).where(
            m.Notice.user_id == user_id, m.Notice.zone == zone, m.Notice.court_day == day
        )
    )
    return found is not None


def waiting(session: Session, now: datetime) -> Sequence[UUID]:
    """Notices to be sent now, oldest first."""
    return session.scalars(
        select(m.Notice.id)
        .where(m.Notice.sent_at.is_(None), m.Notice.next_try_at <= now)
        .order_by(m.Notice.next_try_at, m.Notice.id)
        .limit(BATCH)
    ).all()


def take(session: Session, notice_id: UUID, now: datetime) -> m.Notice | None:
    """Take a notice to send it: nobody else does within some minutes. None if another did."""
    taken = session.execute(
        update(m.Notice)
        .where(m.Notice.id == notice_id, m.Notice.sent_at.is_(None), m.Notice.next_try_at <= now)
        .values(attempts=m.Notice.attempts + 1, next_try_at=now + _LEASE)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", taken).rowcount != 1:
        return None
    return session.get(m.Notice, notice_id, populate_existing=True)


def mark_sent(session: Session, notice_id: UUID, now: datetime) -> None:
    """A server took the mail: from now on that is evidence."""
    row = session.get_one(m.Notice, notice_id, with_for_update=True)
    if row.sent_at is not None:
        return
    row.sent_at = now
    row.next_try_at = None
    row.trouble = ""
    say(session, Act.notice_sent, None, now)


def mark_failed(session: Session, notice_id: UUID, trouble: str, now: datetime) -> None:
    """It was not taken: it is tried again later and later, and given up after many times."""
    row = session.get_one(m.Notice, notice_id, with_for_update=True)
    row.next_try_at = next_try(row.attempts, now)
    row.trouble = trouble[:_TROUBLE_CHARS_MAX]
    session.flush()
