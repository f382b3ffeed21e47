"""What counsel observe on a category or an exhibit; and which deposits somebody has taken."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Logged


class Observation(Logged, Identified, Base):
    """A dated remark of one side, or the answer to one. Append-only: the database refuses else.

    On a category or on an exhibit, never both; an answer (``answers_id``) bears those of what
    it answers.
    """

    __tablename__ = "observations"

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), index=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("categories.id"))
    exhibit_id: Mapped[UUID | None] = mapped_column(ForeignKey("exhibits.id"), index=True)
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("observations.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    text: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class ObservationWithdrawal(Logged, Base):
    """That an observation was taken back, when and why. The observation stays beside it."""

    __tablename__ = "observation_withdrawals"

    observation_id: Mapped[UUID] = mapped_column(ForeignKey("observations.id"), primary_key=True)
    reason: Mapped[str]
    withdrawn_at: Mapped[datetime]
    withdrawn_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class Taking(Base):
    """That somebody took all of a deposit, to the last byte: a help to them, no evidence.

    When a party first had an exhibit is evidence, and kept elsewhere (``FirstDownload``).
    """

    __tablename__ = "takings"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    production_id: Mapped[UUID] = mapped_column(ForeignKey("productions.id"), primary_key=True)
    taken_at: Mapped[datetime]
