"""What goes with numbers: those that a party says it skips, and stamped copies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.record import NumberScheme, StampStyle
from app.models.base import Base, Identified, Logged, Word


class SkippedNumbers(Logged, Identified, Base):
    """Numbers that no exhibit bears, from ``first`` to ``last``, and why."""

    __tablename__ = "skipped_numbers"

    production_id: Mapped[UUID] = mapped_column(ForeignKey("productions.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    position: Mapped[int]
    scheme: Mapped[NumberScheme] = mapped_column(Word(NumberScheme))
    first: Mapped[str] = mapped_column(String(60))
    last: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str]


class StampedCopy(Logged, Identified, Base):
    """A copy of an exhibit that bears its number: made once, stored, hashed.

    ``source_sha256`` and ``label`` say of what it is a copy and what it bears; a draft's
    exhibit may be numbered anew, and its copy is then made anew.
    """

    __tablename__ = "stamped_copies"
    __table_args__ = (UniqueConstraint("exhibit_id", "style"),)

    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibits.id", ondelete="CASCADE"))
    style: Mapped[StampStyle] = mapped_column(Word(StampStyle))
    label: Mapped[str]
    source_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    breaks_signature: Mapped[bool]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
