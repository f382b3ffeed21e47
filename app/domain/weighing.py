"""Which deposits counted for an obligation, and which did not, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.details import ExhibitReplaced, ExhibitWithdrawn, ProductionDeposited
from app.domain.events import Event
from app.domain.record import Declaration


class Counted(StrEnum):
    """Whether a deposit counted for an obligation."""

    on_time = "on_time"
    late = "late"
    no_last_day = "no_last_day"
    other_category = "other_category"
    withdrawn = "withdrawn"


@dataclass(frozen=True, slots=True)
class WeighedDeposit:
    """A deposit of the obligor as one obligation sees it.

    ``documents`` is how many came with it for the category; ``withdrawn`` how many of them
    are no longer counted, ``replacing`` how many came in place of earlier ones.
    """

    event_id: UUID
    production_id: UUID
    at: datetime
    counted: Counted
    declaration: Declaration | None = None
    documents: int = 0
    withdrawn: int = 0
    replacing: int = 0


def weigh(
    events: Iterable[Event], obligor_id: UUID, category_id: UUID, due_at: datetime | None
) -> list[WeighedDeposit]:
    """Every deposit of the obligor among standing events, in their order.

    ``due_at`` is the exclusive instant at which the time is over; None where no last day is
    known. What comes at that instant is late.
    """
    standing = list(events)
    gone = _named(standing, category_id, ExhibitWithdrawn)
    anew = _named(standing, category_id, ExhibitReplaced)
    found = []
    for event in standing:
        said = event.details
        if isinstance(said, ProductionDeposited) and event.obligor_id in (None, obligor_id):
            found.append(
                _weighed(event, said, category_id, due_at, (gone, anew)),
            )
    return found


def _named(
    events: Iterable[Event],
    category_id: UUID,
    kind: type[ExhibitWithdrawn] | type[ExhibitReplaced],
) -> dict[UUID, set[UUID]]:
    """Exhibits of the category that events of the kind name, by production."""
    found: dict[UUID, set[UUID]] = {}
    for event in events:
        said = event.details
        if isinstance(said, kind) and category_id in said.counted_in:
            found.setdefault(said.production_id, set()).add(said.exhibit_id)
    return found


def _weighed(
    event: Event,
    said: ProductionDeposited,
    category_id: UUID,
    due_at: datetime | None,
    named: tuple[dict[UUID, set[UUID]], dict[UUID, set[UUID]]],
) -> WeighedDeposit:
    answer = next((a for a in said.answers if a.category_id == category_id), None)
    if answer is None:
        return WeighedDeposit(
            event.id, said.production_id, event.effective_at, Counted.other_category
        )
    withdrawn, replacing = (len(each.get(said.production_id, ())) for each in named)
    if answer.documents and withdrawn >= answer.documents:
        counted = Counted.withdrawn
    elif due_at is None:
        counted = Counted.no_last_day
    else:
        counted = Counted.on_time if event.effective_at < due_at else Counted.late
    return WeighedDeposit(
        event.id, said.production_id, event.effective_at, counted,
        answer.declaration, answer.documents, withdrawn, replacing,
    )  # fmt: skip
