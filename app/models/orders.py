"""Orders: the operative part, its categories and elements, and the obligations they make."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.record import CategoryKind
from app.models.base import Base, Identified, Json, Logged, Versioned, Word
from app.models.matters import Matter, Party


class Order(Logged, Identified, Versioned, Base):
    """A decision that orders production, with the law it is computed by, pinned."""

    __tablename__ = "orders"

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), index=True)
    court_id: Mapped[UUID] = mapped_column(ForeignKey("courts.id"))
    title: Mapped[str]
    made_on: Mapped[date]
    legal_basis: Mapped[str]
    operative_part: Mapped[str]
    language: Mapped[str] = mapped_column(String(2))
    note: Mapped[str]
    rule_pack: Mapped[str] = mapped_column(String(60))
    rule_pack_version: Mapped[str] = mapped_column(String(60))
    calendar: Mapped[str] = mapped_column(String(60))
    calendar_version: Mapped[str] = mapped_column(String(60))
    time_zone: Mapped[str] = mapped_column(String(60))
    events_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    source_sha256: Mapped[str | None] = mapped_column(String(64))
    source_name: Mapped[str | None]

    matter: Mapped[Matter] = relationship(lazy="raise_on_sql")
    references: Mapped[list[OrderReference]] = relationship(
        lazy="raise_on_sql", order_by="OrderReference.position"
    )
    categories: Mapped[list[Category]] = relationship(
        lazy="raise_on_sql", order_by="Category.position", back_populates="order"
    )

    __mapper_args__ = {"version_id_col": Versioned.version}


class OrderReference(Logged, Identified, Base):
    """A reference the decision bears (RG, Portalis, ECLI, pourvoi)."""

    __tablename__ = "order_references"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(120))


class Category(Logged, Identified, Base):
    """One numbered limb of the operative part (*chef de demande*)."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("order_id", "number"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))
    kind: Mapped[CategoryKind] = mapped_column(Word(CategoryKind))
    text: Mapped[str]
    period_from_on: Mapped[date | None]
    period_to_on: Mapped[date | None]
    period_note: Mapped[str]
    redaction: Mapped[str]
    term: Mapped[Json]
    penalty_terms: Mapped[Json | None]

    order: Mapped[Order] = relationship(lazy="raise_on_sql", back_populates="categories")
    elements: Mapped[list[Element]] = relationship(lazy="raise_on_sql", order_by="Element.position")
    beneficiaries: Mapped[list[CategoryBeneficiary]] = relationship(lazy="raise_on_sql")
    milestones: Mapped[list[Milestone]] = relationship(
        lazy="raise_on_sql", order_by="Milestone.position"
    )
    obligations: Mapped[list[Obligation]] = relationship(
        lazy="raise_on_sql", back_populates="category", order_by="Obligation.position"
    )


class Element(Logged, Identified, Base):
    """Something the category asks for, to tick off."""

    __tablename__ = "elements"

    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"), index=True)
    position: Mapped[int]
    text: Mapped[str]


class Milestone(Logged, Identified, Base):
    """An interim date of the category; ``documents`` is how many are due by it, at least."""

    __tablename__ = "milestones"
    __table_args__ = (UniqueConstraint("category_id", "name"),)

    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    position: Mapped[int]
    name: Mapped[str]
    term: Mapped[Json]
    documents: Mapped[int | None]

    links: Mapped[list[MilestoneElement]] = relationship(lazy="raise_on_sql")
    elements: Mapped[list[Element]] = relationship(
        lazy="raise_on_sql",
        secondary="milestone_elements",
        order_by="Element.position",
        viewonly=True,
    )


class MilestoneElement(Logged, Base):
    """An element that is due by the milestone."""

    __tablename__ = "milestone_elements"

    milestone_id: Mapped[UUID] = mapped_column(ForeignKey("milestones.id"), primary_key=True)
    element_id: Mapped[UUID] = mapped_column(ForeignKey("elements.id"), primary_key=True)

    element: Mapped[Element] = relationship(lazy="raise_on_sql")


class CategoryBeneficiary(Logged, Base):
    """A party to whom the category is owed."""

    __tablename__ = "category_beneficiaries"

    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"), primary_key=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), primary_key=True)


class Obligation(Logged, Identified, Base):
    """A category owed by an obligor: the thing that has a clock and a status."""

    __tablename__ = "obligations"
    __table_args__ = (UniqueConstraint("category_id", "obligor_id"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    obligor_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    position: Mapped[int]

    category: Mapped[Category] = relationship(lazy="raise_on_sql", back_populates="obligations")
    obligor: Mapped[Party] = relationship(lazy="raise_on_sql")
