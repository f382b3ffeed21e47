"""The projection: each obligation's standings, so that a list is one indexed query.

Rows are replaced in the same transaction as each event. They hold facts, never a status:
that is the comparison of a row with the clock, in ``domain.status`` and, for lists, in
SQL. ``bordereau check`` recomputes them all and fails on a difference.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.status import FindingStatus
from app.models.base import Base, Json, Word

# SQLite has no boolean: a query says "ended = 0" there, and the index must say the same.
_OPEN = "valid_until IS NULL AND completed_at IS NULL AND "
_OPEN_SQLITE = text(_OPEN + "ended = 0")
_OPEN_POSTGRESQL = text(_OPEN + "NOT ended")
_WAS_OVERDUE = "completed_at IS NULL AND sort_at < valid_until AND "
_WAS_OVERDUE_SQLITE = text(_WAS_OVERDUE + "ended = 0")
_WAS_OVERDUE_POSTGRESQL = text(_WAS_OVERDUE + "NOT ended")
_HOLDS_ON = text("valid_until IS NULL")


class StandingRow(Base):
    """The facts that hold of an obligation from ``valid_from`` until ``valid_until``.

    ``sort_at`` is ``due_at``, or the end of time where no last day is known, so that a
    page can be continued by key on either database.
    """

    __tablename__ = "standings"
    __table_args__ = (
        Index(
            "ix_standings_open",
            "court_id",
            "sort_at",
            "obligation_id",
            sqlite_where=_OPEN_SQLITE,
            postgresql_where=_OPEN_POSTGRESQL,
        ),
        # As of a past day: what was overdue once and no longer is.
        Index(
            "ix_standings_was_overdue",
            "court_id",
            "valid_until",
            "sort_at",
            "obligation_id",
            "valid_from",
            sqlite_where=_WAS_OVERDUE_SQLITE,
            postgresql_where=_WAS_OVERDUE_POSTGRESQL,
        ),
        # Counts by status are read from this index alone: all that a status depends on.
        Index(
            "ix_standings_counted",
            "court_id",
            "valid_until",
            "sort_at",
            "valid_from",
            "due_from_at",
            "due_at",
            "first_produced_at",
            "completed_at",
            "ended",
            "stayed",
            "awaiting",
            sqlite_where=_HOLDS_ON,
            postgresql_where=_HOLDS_ON,
        ),
        Index("ix_standings_court", "court_id", "valid_until", "sort_at", "obligation_id"),
        Index("ix_standings_matter", "matter_id", "sort_at", "obligation_id"),
    )

    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligations.id"), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(primary_key=True)
    valid_until: Mapped[datetime | None]
    court_id: Mapped[UUID] = mapped_column(ForeignKey("courts.id"))
    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    sort_at: Mapped[datetime]
    due_from_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    raw_on: Mapped[date | None]
    trigger_on: Mapped[date | None]
    provisional: Mapped[bool]
    undated: Mapped[bool]
    awaiting: Mapped[bool]
    stayed: Mapped[bool]
    ended: Mapped[bool]
    first_produced_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    stayed_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    answered_count: Mapped[int]
    elements_count: Mapped[int]
    finding: Mapped[FindingStatus] = mapped_column(Word(FindingStatus))
    clock: Mapped[Json]
    calendar_version: Mapped[str] = mapped_column(String(60))
