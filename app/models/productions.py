"""Productions: drafted by one party, deposited in one act, immutable from then on."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.record import Confidentiality, Declaration
from app.models.base import Base, Identified, Json, Versioned, Word
from app.models.matters import Party


class Production(Identified, Versioned, Base):
    """What a party hands over in one act. Nobody else sees it before the deposit."""

    __tablename__ = "productions"
    __table_args__ = (UniqueConstraint("order_id", "party_id", "number"),)

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), index=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    title: Mapped[str]
    number: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    deposited_at: Mapped[datetime | None]
    deposited_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    receipt: Mapped[Json | None]

    party: Mapped[Party] = relationship(lazy="raise_on_sql")
    exhibits: Mapped[list[Exhibit]] = relationship(lazy="raise_on_sql", order_by="Exhibit.position")
    answers: Mapped[list[Answer]] = relationship(lazy="raise_on_sql")
    withheld_items: Mapped[list[WithheldItem]] = relationship(
        lazy="raise_on_sql", order_by="WithheldItem.position"
    )

    __mapper_args__ = {"version_id_col": Versioned.version}


class Exhibit(Identified, Versioned, Base):
    """A numbered file (*pièce*). The number belongs to the party and is never reused."""

    __tablename__ = "exhibits"
    __table_args__ = (UniqueConstraint("party_id", "number"),)

    production_id: Mapped[UUID] = mapped_column(ForeignKey("productions.id"), index=True)
    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    dated_on: Mapped[date | None]
    filename: Mapped[str]
    folder: Mapped[str] = mapped_column(default="", server_default=text("''"))
    media_type: Mapped[str] = mapped_column(String(120))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    confidentiality: Mapped[Confidentiality] = mapped_column(Word(Confidentiality))
    bates_first: Mapped[str | None] = mapped_column(String(60))
    bates_last: Mapped[str | None] = mapped_column(String(60))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))

    categories: Mapped[list[ExhibitCategory]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    elements: Mapped[list[ExhibitElement]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": Versioned.version}


class ExhibitCategory(Base):
    """A category that an exhibit answers."""

    __tablename__ = "exhibit_categories"

    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibits.id"), primary_key=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"), primary_key=True)


class ExhibitElement(Base):
    """An element that an exhibit answers."""

    __tablename__ = "exhibit_elements"

    exhibit_id: Mapped[UUID] = mapped_column(ForeignKey("exhibits.id"), primary_key=True)
    element_id: Mapped[UUID] = mapped_column(ForeignKey("elements.id"), primary_key=True)


class Answer(Identified, Base):
    """What the party declares of a category, with a value per element where it states one."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("production_id", "category_id"),)

    production_id: Mapped[UUID] = mapped_column(ForeignKey("productions.id"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    declaration: Mapped[Declaration] = mapped_column(Word(Declaration))
    ground: Mapped[str]
    statement: Mapped[str]
    declared_total: Mapped[int | None]
    values: Mapped[Json]


class WithheldItem(Identified, Base):
    """A numbered placeholder for what is held back, with its ground."""

    __tablename__ = "withheld_items"
    __table_args__ = (UniqueConstraint("party_id", "number"),)

    production_id: Mapped[UUID] = mapped_column(ForeignKey("productions.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(40))
    ground: Mapped[str]
    legal_text: Mapped[str]
    description: Mapped[str]


class StoredFile(Base):
    """A file whose bytes are stored, per matter: the row comes last."""

    __tablename__ = "stored_files"

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[datetime]
