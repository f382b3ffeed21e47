"""What the clerk's list asks besides the standings: who is in charge, what is looked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.searching import WORD_CHARS_MAX
from app.models.base import Base, Identified, Logged

_IN_CHARGE = text("ended_at IS NULL")
# Compared sign by sign on both databases, so that a beginning is a range of the index.
_FOLDED = String(WORD_CHARS_MAX).with_variant(
    String(WORD_CHARS_MAX, collation="C"), "postgresql"
)  # fmt: skip


class Charge(Logged, Identified, Base):
    """A clerk took charge of an order; ended when it was given up or another took it."""

    __tablename__ = "charges"
    __table_args__ = (
        Index(
            "ix_charges_held",
            "order_id",
            unique=True,
            sqlite_where=_IN_CHARGE,
            postgresql_where=_IN_CHARGE,
        ),
        Index(
            "ix_charges_clerk",
            "clerk_id",
            "order_id",
            sqlite_where=_IN_CHARGE,
            postgresql_where=_IN_CHARGE,
        ),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    clerk_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    taken_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ListVisit(Base):
    """Up to when somebody saw what is new (``seen_at``), and when they last opened the list."""

    __tablename__ = "list_visits"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seen_at: Mapped[datetime]
    opened_at: Mapped[datetime]


class SearchWord(Base):
    """A word that some order bears, by each of its endings."""

    __tablename__ = "search_words"

    ending: Mapped[str] = mapped_column(_FOLDED, primary_key=True)
    word: Mapped[str] = mapped_column(_FOLDED, primary_key=True)


class SearchTerm(Base):
    """An order bears a word: in a docket number, a party's name, its own or its matter's title."""

    __tablename__ = "search_terms"
    __table_args__ = (Index("ix_search_terms_order", "order_id", "word"),)

    word: Mapped[str] = mapped_column(_FOLDED, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
