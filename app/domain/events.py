"""Dated facts on an order: append-only, in two times.

``effective_at`` is when a fact counts in law; ``recorded_at`` is when the system learnt
it. A mistake is corrected by a new event that names the old one, so every question can
be asked twice: what was true on day X, and what did the record show on day X.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.domain.details import (
    Appeal,
    AppealDecided,
    AppealOutcome,
    CategoryAnswer,
    Consequence,
    ConsequenceKind,
    Correction,
    Details,
    Dispute,
    Ended,
    EventKind,
    ExhibitReplaced,
    ExhibitWithdrawn,
    Extended,
    ExtensionBy,
    Finding,
    FindingOutcome,
    Modification,
    Objection,
    Outage,
    PenaltyLiquidated,
    PenaltySet,
    ProductionDeposited,
    Ruling,
    RulingOutcome,
    Service,
    Stay,
    StayLifted,
    Triggered,
)

__all__ = [
    "Appeal",
    "AppealDecided",
    "AppealOutcome",
    "CategoryAnswer",
    "Consequence",
    "ConsequenceKind",
    "Correction",
    "Details",
    "Dispute",
    "Ended",
    "Event",
    "EventKind",
    "ExhibitReplaced",
    "ExhibitWithdrawn",
    "Extended",
    "ExtensionBy",
    "Finding",
    "FindingOutcome",
    "Modification",
    "Objection",
    "Outage",
    "PenaltyLiquidated",
    "PenaltySet",
    "ProductionDeposited",
    "Ruling",
    "RulingOutcome",
    "Service",
    "Stay",
    "StayLifted",
    "Triggered",
    "first_service",
    "standing_record",
]


@dataclass(frozen=True, slots=True)
class Event:
    """One dated fact on an order.

    ``obligor_id`` None means every obligor; no ``category_ids`` means every category.
    ``corrects`` names the event that this one makes void, and replaces unless its kind
    is ``correction``.
    """

    id: UUID
    seq: int
    kind: EventKind
    effective_at: datetime
    recorded_at: datetime
    details: Details
    obligor_id: UUID | None = None
    category_ids: frozenset[UUID] = field(default_factory=frozenset)
    corrects: UUID | None = None

    def concerns(self, obligor_id: UUID, category_id: UUID) -> bool:
        """Whether it bears on the obligation of this obligor for this category."""
        return self.obligor_id in (None, obligor_id) and (
            not self.category_ids or category_id in self.category_ids
        )


def standing_record(events: Iterable[Event], known_at: datetime | None = None) -> list[Event]:
    """The events that the record showed at ``known_at`` and that no later one had voided.

    In the order in which they count: by effect, then as recorded.
    """
    known = [e for e in events if known_at is None or e.recorded_at <= known_at]
    void: set[UUID] = set()
    for event in sorted(known, key=lambda e: e.seq, reverse=True):
        # Newest first: a correction that was itself corrected makes nothing void.
        if event.corrects is not None and event.id not in void:
            void.add(event.corrects)
    kept = (e for e in known if e.id not in void and e.kind is not EventKind.correction)
    return sorted(kept, key=lambda e: (e.effective_at, e.seq))


def first_service(events: Sequence[Event], obligor_id: UUID) -> Event | None:
    """The service from which the obligor's clock runs: the first regular one.

    Civ. 2e, 13 Jan 2022, 20-12.914: a second service does not restart time.
    """
    for event in events:
        if (
            isinstance(event.details, Service)
            and not event.details.further
            and event.obligor_id in (None, obligor_id)
        ):
            return event
    return None
