"""What people are told by mail, and what they want to be told."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.notices import Frequency
from app.models.base import Base, Identified, Json, Logged, Word


class NoticeSettings(Base):
    """What somebody wants to be told, and up to when they have read. No evidence.

    ``since_at`` is up to when they were told, ``next_at`` when to look again whether to.
    """

    __tablename__ = "notice_settings"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    frequency: Mapped[Frequency] = mapped_column(Word(Frequency))
    hour: Mapped[int]
    every_court: Mapped[bool]
    court_ids: Mapped[Json]
    since_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]


class Notice(Logged, Identified, Base):
    """A mail that was written to somebody: its very words, and when a server took it.

    One a person, time zone and court day. It is written before it is sent, so that a crash
    can repeat it, with the same Message-ID, and never lose it.
    """

    not_logged = frozenset({"attempts", "next_try_at", "trouble"})

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "zone", "court_day"),
        Index(
            "ix_notices_waiting",
            "next_try_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    zone: Mapped[str] = mapped_column(String(60))
    court_day: Mapped[date]
    address: Mapped[str] = mapped_column(String(254))
    since_at: Mapped[datetime]
    until_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(String(10))
    message_id: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str]
    body: Mapped[str]
    lines_count: Mapped[int]
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(default="")
