"""Matters: docket numbers, parties, who represents whom."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.record import PartySide
from app.models.base import Base, Identified, Logged, Versioned, Word
from app.models.courts import Court


class Matter(Logged, Identified, Versioned, Base):
    """A case before a court."""

    __tablename__ = "matters"

    court_id: Mapped[UUID] = mapped_column(ForeignKey("courts.id"), index=True)
    title: Mapped[str]
    created_at: Mapped[datetime]

    court: Mapped[Court] = relationship(lazy="raise_on_sql")
    docket_numbers: Mapped[list[DocketNumber]] = relationship(
        lazy="raise_on_sql", order_by="DocketNumber.position"
    )
    parties: Mapped[list[Party]] = relationship(lazy="raise_on_sql", order_by="Party.position")

    __mapper_args__ = {"version_id_col": Versioned.version}


class DocketNumber(Logged, Identified, Base):
    """A number by which the court knows the matter (RG, Portalis, docket). None is a key."""

    __tablename__ = "docket_numbers"
    __table_args__ = (UniqueConstraint("matter_id", "kind", "number"),)

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(120), index=True)


class Party(Logged, Identified, Base):
    """A party to the matter, or a third party ordered to produce."""

    __tablename__ = "parties"
    __table_args__ = (UniqueConstraint("matter_id", "name"),)

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(300))
    side: Mapped[PartySide] = mapped_column(Word(PartySide))
    seat: Mapped[str]

    representations: Mapped[list[Representation]] = relationship(
        lazy="raise_on_sql", order_by="Representation.since_on"
    )


class Representation(Logged, Identified, Base):
    """Who represents a party, since when, until when. Access is a membership, apart."""

    __tablename__ = "representations"

    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    counsel: Mapped[str]
    bar: Mapped[str]
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
