"""Uploads that arrive over several requests: how far each is, and who is sending to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Json


class Upload(Identified, Base):
    """A file on its way into a draft.

    ``offset_bytes`` is the truth: what the part file holds beyond it does not count.
    ``holder`` is the request that may write until ``held_until``, and longer while nobody
    else asks. ``outcome`` says what an archive came to once it was unpacked.
    """

    __tablename__ = "uploads"

    production_id: Mapped[UUID] = mapped_column(ForeignKey("productions.id"), index=True)
    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    metadata_sent: Mapped[str]
    said: Mapped[Json]
    length_bytes: Mapped[int | None] = mapped_column(BigInteger)
    offset_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    part_id: Mapped[UUID]
    holder: Mapped[UUID | None]
    held_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    exhibit_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("exhibits.id", ondelete="SET NULL"), index=True
    )
    outcome: Mapped[Json | None]
