"""Events: append-only. The database refuses to change or delete one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.events import EventKind
from app.models.base import Base, Identified, Json, Logged, Word


class Event(Logged, Identified, Base):
    """A dated fact on an order, with the time it counts and the time it was learnt.

    ``payload`` is the wire form of the kind's own fields (``schemas.events``).
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("order_id", "seq"),
        Index("ix_events_recorded_at", "recorded_at"),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    seq: Mapped[int]
    kind: Mapped[EventKind] = mapped_column(Word(EventKind))
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    obligor_id: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"))
    category_ids: Mapped[Json]
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("events.id"), unique=True)
    reason: Mapped[str]
    payload: Mapped[Json]


class EventFile(Logged, Identified, Base):
    """A file recorded with an event: the act itself, in the store of the order's matter.

    ``position`` counts from 1 in the order in which they were given. The database refuses to
    change or delete one; it comes in the act that records its event.
    """

    __tablename__ = "event_files"
    __table_args__ = (UniqueConstraint("event_id", "position"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    position: Mapped[int]
    filename: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
