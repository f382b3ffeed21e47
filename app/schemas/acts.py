"""Events that an act of its own records (a deposit, a withdrawal), never a hand."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from app.domain import events as law
from app.domain.record import Declaration
from app.schemas.event_kinds import EventBase
from app.schemas.fields import Wire


class CategoryAnswerFacts(Wire):
    """What a deposited production says of one category, as its event keeps it."""

    category_id: UUID
    declaration: Declaration
    element_ids: list[UUID] = []
    documents: int = 0
    declared_total: int | None = None


class ProductionDepositedIn(EventBase):
    """A production was deposited. Recorded by the deposit itself, never by hand."""

    kind: Literal["production_deposited"]
    production_id: UUID
    answers: list[CategoryAnswerFacts] = []

    def details(self) -> law.ProductionDeposited:
        return law.ProductionDeposited(
            self.production_id,
            tuple(
                law.CategoryAnswer(
                    a.category_id,
                    a.declaration,
                    frozenset(a.element_ids),
                    a.documents,
                    a.declared_total,
                )
                for a in self.answers
            ),
        )


class ExhibitReplacedIn(EventBase):
    """An exhibit is replaced by a later one. Recorded by the act itself."""

    kind: Literal["exhibit_replaced"]
    exhibit_id: UUID
    by_exhibit_id: UUID
    production_id: UUID
    counted_in: list[UUID] = []

    def details(self) -> law.ExhibitReplaced:
        return law.ExhibitReplaced(
            self.exhibit_id, self.by_exhibit_id, self.production_id, frozenset(self.counted_in)
        )


class ExhibitWithdrawnIn(EventBase):
    """An exhibit is withdrawn with a reason. Recorded by the act itself."""

    kind: Literal["exhibit_withdrawn"]
    exhibit_id: UUID
    production_id: UUID
    counted_in: list[UUID] = []
    element_ids: list[UUID] = []

    def details(self) -> law.ExhibitWithdrawn:
        return law.ExhibitWithdrawn(
            self.exhibit_id,
            self.production_id,
            frozenset(self.counted_in),
            frozenset(self.element_ids),
        )
