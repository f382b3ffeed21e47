"""What one party owes under an order, beside what a production of it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app import models as m
from app.deps import PageDoor
from app.domain.access import Actor
from app.domain.lateness import Lateness, lateness
from app.domain.record import CategoryKind, Declaration
from app.domain.status import Status
from app.phrases import Phrase, phrase
from app.schemas.compliance import ElementState, ObligationOut
from app.services import compliance, inventory, productions
from app.services.inventory import Inventory

_STOPPED = (Status.suspended, Status.ended)


@dataclass(frozen=True, slots=True)
class Owed:
    """A category as this party owes it, and what the production says and holds of it."""

    obligation: ObligationOut
    exhibits: int
    answer: m.Answer | None
    stated: frozenset[UUID]

    @property
    def elements(self) -> Sequence[ElementState]:
        """The category's elements, each answered by this production or not."""
        return [
            e.model_copy(update={"answered": e.id in self.stated}) for e in self.obligation.elements
        ]

    @property
    def unanswered(self) -> Sequence[ElementState]:
        """Elements that neither this production nor an earlier one answers."""
        return [e for e in self.obligation.elements if not e.answered and e.id not in self.stated]

    @property
    def touched(self) -> bool:
        """Whether the production says or holds anything of it."""
        return bool(self.exhibits or self.answer)


@dataclass(frozen=True, slots=True)
class Sight:
    """A production as its page shows it: the order, what is owed, what is in it."""

    production: m.Production
    order: m.Order
    held: Inventory
    owed: Sequence[Owed]
    seen_at: datetime

    @property
    def zone(self) -> str:
        """The court's zone, by which every hour is told."""
        return self.order.time_zone

    @property
    def numbers(self) -> Mapping[UUID, str]:
        """What the order's categories are numbered."""
        return {c.id: c.number for c in self.order.categories}

    @property
    def names(self) -> Mapping[UUID, str]:
        """What the identifiers in it are called: categories by number, elements by text."""
        elements = {e.id: e.text for c in self.order.categories for e in c.elements}
        return {**self.numbers, **elements}

    @property
    def next_due(self) -> ObligationOut | None:
        """What is due next, of what is not yet met; else what was due last."""
        dated = [o.obligation for o in self.owed if o.obligation.due_at is not None]
        ahead = [o for o in dated if o.due_at is not None and o.due_at > self.seen_at]
        if ahead:
            return min(ahead, key=lambda o: o.due_at or self.seen_at)
        return max(dated, key=lambda o: o.due_at or self.seen_at, default=None)

    @property
    def stopped(self) -> Status | None:
        """``suspended`` or ``ended`` where that is so of all that the party owes."""
        found = [o.obligation.status for o in self.owed]
        if not found or not all(s in _STOPPED for s in found):
            return None
        return Status.ended if all(s is Status.ended for s in found) else Status.suspended

    def lateness(self, one: Owed) -> Lateness | None:
        """How the deposit stands to the last legal day; None while there is none of either."""
        if self.production.deposited_at is None:
            return None
        due = one.obligation
        zone = ZoneInfo(self.zone)
        return lateness(self.production.deposited_at, due.due_on, due.due_at, zone)


def sight(door: PageDoor, session: Session, actor: Actor, production_id: UUID) -> Sight:
    """The production, if it exists for the reader; ``NotFound`` if not."""
    production = productions.production_of(session, actor, production_id, whole=False)
    found = compliance.assess_order(session, actor, production.order_id, now=door.now)
    return Sight(
        production=production,
        order=found.order,
        held=(held := inventory.inventory(session, actor, production)),
        owed=_owed(compliance.assessment_out(found, door.language).obligations, production, held),
        seen_at=door.now,
    )


def _owed(
    obligations: Sequence[ObligationOut], production: m.Production, held: Inventory
) -> Sequence[Owed]:
    return [
        Owed(
            obligation=o,
            exhibits=held.in_category.get(o.category_id, 0),
            answer=(answer := held.answers.get(o.category_id)),
            stated=held.ticked | _stated(answer),
        )
        for o in obligations
        if o.obligor_id == production.party_id
    ]


def _stated(answer: m.Answer | None) -> frozenset[UUID]:
    return frozenset(UUID(k) for k, v in answer.values.items() if v) if answer else frozenset()


def lacking(found: Sight) -> list[tuple[str, Phrase]]:
    """What is still missing or strange, by category number; "" for the production as a whole.

    None of it stops a deposit: near the last moment a part is better than nothing.
    """
    told: list[tuple[str, Phrase]] = []
    if found.held.unsorted:
        told.append(
            ("", phrase("Exhibits in no category: {n}. They are deposited, and count for no "
                        "category.", n=Decimal(found.held.unsorted)))
        )  # fmt: skip
    for one in found.owed:
        told += [(one.obligation.category_number, said) for said in _lacking(one)]
    return told


def _lacking(one: Owed) -> list[Phrase]:
    if not one.touched:
        return [phrase("Nothing is said and nothing is given of it in this production.")]
    told: list[Phrase] = []
    if one.answer is None:
        told.append(phrase("No answer is given: it will count as partial, more to come."))
    declared = one.answer.declaration if one.answer else Declaration.partial
    if one.unanswered and declared in (Declaration.complete, Declaration.partial):
        told.append(phrase("Elements not answered yet: {n}.", n=Decimal(len(one.unanswered))))
    given = one.exhibits or one.obligation.shares.on_time or one.obligation.shares.late
    if (
        declared is Declaration.complete
        and one.obligation.category_kind is CategoryKind.documents
        and not given
    ):
        told.append(phrase("Declared complete, and no document is in it."))
    return told
