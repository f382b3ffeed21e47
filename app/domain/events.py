"""Dated facts on an order: append-only, in two times.

``effective_at`` is when a fact counts in law; ``recorded_at`` is when the system learnt
it. A mistake is corrected by a new event that names the old one, so every question can
be asked twice: what was true on day X, and what did the record show on day X.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    LawChange,
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
    "LawChange",
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
    "milestone_named",
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

    In the order in which they count: by effect, then as recorded. What names an event that
    was replaced (a lifting its stay, a ruling its objection) names its replacement.
    """
    known = [e for e in events if known_at is None or e.recorded_at <= known_at]
    void, heirs = _voided(known)
    kept = [e for e in known if e.id not in void and e.kind is not EventKind.correction]
    objections = {e.id: e for e in kept if e.kind is EventKind.objection}
    return sorted(
        (_pointed(e, heirs, objections) for e in kept), key=lambda e: (e.effective_at, e.seq)
    )


def _voided(known: Iterable[Event]) -> tuple[set[UUID], dict[UUID, UUID]]:
    """What is void, and for each event that was replaced, the one now in its place.

    Newest first. A correction that was undone makes nothing void; one that was replaced
    still does, by its replacement.
    """
    void: set[UUID] = set()
    heirs: dict[UUID, UUID] = {}
    for event in sorted(known, key=lambda e: e.seq, reverse=True):
        if event.corrects is None or (event.id in void and event.id not in heirs):
            continue
        void.add(event.corrects)
        if event.kind is not EventKind.correction:
            heirs[event.corrects] = heirs.get(event.id, event.id)
    return void, heirs


def _pointed(event: Event, heirs: Mapping[UUID, UUID], objections: Mapping[UUID, Event]) -> Event:
    match event.details:
        case StayLifted(stay_id=named) if named in heirs:
            return replace(event, details=StayLifted(heirs[named]))
        case Ruling(objection_id=UUID() as named):
            objection = objections.get(heirs.get(named, named))
            if objection is None:
                return event
            # Where a ruling states no scope of its own, it reaches as far as the objection.
            return replace(
                event,
                details=replace(event.details, objection_id=objection.id),
                obligor_id=event.obligor_id or objection.obligor_id,
                category_ids=event.category_ids or objection.category_ids,
            )
    return event


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


def milestone_named(event: Event) -> UUID | None:
    """The one milestone that the event moves; None where it moves a category's own term."""
    match event.details:
        case (
            Triggered(milestone_id=named)
            | Extended(milestone_id=named)
            | Modification(milestone_id=named)
        ):
            return named
    return None
