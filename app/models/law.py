"""The law as the record rests on it: versions kept whole, and days a court was closed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.calendars import ClosureKind
from app.models.base import Base, Identified, Logged, Word


class KeptLaw(Logged, Base):
    """A rule pack or calendar, whole, by which some order is computed.

    Kept when an order is first registered under it, so that the order can be computed by
    it when the service has long come with another. Never changed or deleted.
    """

    __tablename__ = "kept_laws"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[str] = mapped_column(String(60), primary_key=True)
    content: Mapped[str]
    kept_at: Mapped[datetime]


_STANDS = text("withdrawn_at IS NULL")


class Closure(Logged, Identified, Base):
    """A day on which one court was closed, on top of its calendar; withdrawn, it stays read."""

    __tablename__ = "closures"
    __table_args__ = (
        Index(
            "uq_closures_court_id_closed_on",
            "court_id",
            "closed_on",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    court_id: Mapped[UUID] = mapped_column(ForeignKey("courts.id"))
    closed_on: Mapped[date]
    kind: Mapped[ClosureKind] = mapped_column(Word(ClosureKind))
    name: Mapped[str]
    source: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    withdrawal_reason: Mapped[str]
