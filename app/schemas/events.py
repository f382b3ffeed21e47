"""Events on the wire: what may be recorded, and how a recorded event is told."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, TypeAdapter

from app.domain import events as law
from app.schemas.acts import ExhibitReplacedIn, ExhibitWithdrawnIn, ProductionDepositedIn
from app.schemas.event_kinds import (
    AppealDecidedIn,
    AppealIn,
    ConsequenceIn,
    CorrectionIn,
    DisputeIn,
    EventBase,
    ExtensionIn,
    FindingIn,
    LawChangeIn,
    ModificationIn,
    ObjectionIn,
    OutageIn,
    PenaltyLiquidatedIn,
    PenaltySetIn,
    RulingIn,
    ServiceIn,
    SetAsideIn,
    StayIn,
    StayLiftedIn,
    TriggerIn,
    WithdrawalIn,
)
from app.schemas.fields import Instant, Wire

_Recorded = (
    ServiceIn
    | TriggerIn
    | ExtensionIn
    | StayIn
    | StayLiftedIn
    | AppealIn
    | AppealDecidedIn
    | WithdrawalIn
    | SetAsideIn
    | ModificationIn
    | ObjectionIn
    | RulingIn
    | DisputeIn
    | FindingIn
    | ConsequenceIn
    | PenaltySetIn
    | PenaltyLiquidatedIn
    | OutageIn
    | LawChangeIn
    | CorrectionIn
)
EventIn = Annotated[_Recorded, Field(discriminator="kind")]
"""An event that a person or an integration may record."""

AnyEventIn = Annotated[
    _Recorded | ProductionDepositedIn | ExhibitReplacedIn | ExhibitWithdrawnIn,
    Field(discriminator="kind"),
]

EVENT_IN: TypeAdapter[_Recorded] = TypeAdapter(EventIn)
ANY_EVENT: TypeAdapter[EventBase] = TypeAdapter(AnyEventIn)

EVENT_EXAMPLES: dict[str, Any] = {
    "service": {
        "summary": "Service on an obligor",
        "value": {
            "kind": "service",
            "obligor_id": "6f0c8f0e-0d3c-4b3a-9f0e-3d2b1a0c9d8e",
            "effective_on": "2021-07-12",
            "provisional": True,
            "reason": "Illustrative date: the date of service is not public.",
        },
    },
    "extension": {
        "summary": "One more month, by order",
        "value": {
            "kind": "extension",
            "effective_on": "2021-09-01",
            "period": [{"value": 1, "unit": "month"}],
            "reason": "Order of 1 September 2021.",
        },
    },
    "milestone": {
        "summary": "More time for one milestone alone",
        "value": {
            "kind": "extension",
            "effective_on": "2021-08-10",
            "to_on": "2021-08-31",
            "milestone_id": "b7c8d9e0-f1a2-4b34-9567-89abcdef0123",
            "reason": "Order of 10 August 2021.",
        },
    },
    "stay": {
        "summary": "Execution stayed, end not known",
        "value": {
            "kind": "stay",
            "effective_on": "2021-08-02",
            "reason": "Order of the premier président.",
        },
    },
    "finding": {
        "summary": "Found insufficient",
        "value": {
            "kind": "finding",
            "outcome": "insufficient",
            "effective_on": "2023-03-23",
            "court": "Cour de cassation",
            "reference": "22-13.600",
            "reason": "The information supplied was insufficient.",
        },
    },
}


class EventFileOut(Wire):
    """A file recorded with an event; its bytes are at …/events/{event_id}/files/{id}/content."""

    id: UUID
    filename: str
    size_bytes: int
    sha256: Annotated[str, Field(description="SHA-256 of its bytes, 64 hexadecimal digits.")]


class EventOut(Wire):
    """An event as recorded, with what it says in the reader's language."""

    id: UUID
    seq: int
    kind: law.EventKind
    effective_at: Instant
    effective_on: Annotated[date, Field(description="The court day of effective_at.")]
    recorded_at: Instant
    recorded_by: str
    obligor_id: UUID | None
    category_ids: list[UUID]
    corrects: UUID | None
    corrected_by: UUID | None
    reason: str
    said: Annotated[str, Field(description="In the language of Accept-Language.")]
    payload: dict[str, Any]
    files: Annotated[list[EventFileOut], Field(description="Recorded with it, in their order.")]
