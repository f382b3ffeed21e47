"""Compliance on the wire: the same answer for page, API and command line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.events import EventKind
from app.domain.milestones import MilestoneState
from app.domain.record import CategoryKind
from app.domain.status import FindingStatus, Status
from app.schemas.deadlines import ComputationOut
from app.schemas.fields import Instant, Wire


class ReasonOut(Wire):
    """A sentence, and the event or the rule text behind it."""

    said: str
    event_id: UUID | None
    citation: str


class ElementState(Wire):
    """An element of the operative part, answered or not."""

    id: UUID
    text: str
    answered: bool


class SharesOut(Wire):
    """How many documents came on time, how many late, and by how many days.

    A document that was replaced counts once, by when its first version came that stands.
    """

    on_time: int
    late: int
    late_by_days: list[tuple[int, int]]
    declared_total: int | None
    missing: int | None
    withdrawn: Annotated[int, Field(description="Documents withdrawn since: not counted.")]
    replaced: Annotated[
        int, Field(description="Later versions of a document that is counted already.")
    ]


class AccrualOut(Wire):
    """A periodic penalty's theoretical amount. Nothing is due before a decision liquidates it."""

    theoretical_accrual: Decimal
    currency: str
    rate: Decimal
    per: str
    from_on: date | None
    to_on: date | None
    counted_days: int
    not_counted_days: int
    item_days: int | None
    capped: bool
    reasons: list[str]


class MilestoneAssessed(Wire):
    """An interim date of an obligation: its own clock, and whether what was due by it came."""

    milestone_id: UUID
    name: str
    state: MilestoneState
    sentence: Annotated[str, Field(description="Why, in one sentence to paste.")]
    trigger_on: date | None
    provisional: bool
    due_on: date | None
    due_at: Instant | None
    met_at: Instant | None
    late_days: int
    elements: Annotated[list[ElementState], Field(description="Those due by it.")]
    documents: Annotated[int | None, Field(description="Due by it, at least, in all.")]
    received_documents: int
    computation: ComputationOut | None


class ObligationOut(Wire):
    """One obligation: computed status and human finding, side by side, with the reasons."""

    obligation_id: UUID
    category_id: UUID
    category_number: str
    category_kind: CategoryKind
    category_text: str
    obligor_id: UUID
    obligor: str
    status: Status
    finding: FindingStatus
    finding_event_id: UUID | None
    sentence: Annotated[str, Field(description="Why, in one sentence to paste.")]
    trigger_on: date | None
    provisional: bool
    due_on: date | None
    due_at: Instant | None
    late_days: int
    first_produced_at: Instant | None
    completed_at: Instant | None
    elements: list[ElementState]
    shares: SharesOut
    computation: ComputationOut | None
    penalty: AccrualOut | None
    milestones: list[MilestoneAssessed]
    reasons: list[ReasonOut]
    warnings: Annotated[
        list[ReasonOut],
        Field(description="Reasons not to miss: recorded, but not counted or not proved."),
    ]


class AssessmentOut(Wire):
    """An order's compliance, as of an instant, as the record showed it at another."""

    order_id: UUID
    as_of: Instant
    known_at: Instant
    time_zone: str
    status: Status
    counts: dict[Status, int]
    finding: FindingStatus
    obligations: list[ObligationOut]


class MovedMilestone(Wire):
    """What an event would move for one milestone: old and new."""

    milestone_id: UUID
    name: str
    old_due_on: date | None
    new_due_on: date | None
    old_due_at: Instant | None
    new_due_at: Instant | None
    old_state: MilestoneState
    new_state: MilestoneState


class MovedPenalty(Wire):
    """What an event would move of a theoretical accrual; None where no penalty is set."""

    currency: str
    old_theoretical_accrual: Decimal | None
    new_theoretical_accrual: Decimal | None
    old_counted_days: int
    new_counted_days: int


class Moved(Wire):
    """What an event would move for one obligation: old and new."""

    obligation_id: UUID
    category_number: str
    obligor: str
    old_due_on: date | None
    new_due_on: date | None
    old_due_at: Instant | None
    new_due_at: Instant | None
    old_status: Status
    new_status: Status
    old_finding: FindingStatus
    new_finding: FindingStatus
    old_sentence: str
    new_sentence: str
    milestones: list[MovedMilestone]
    penalty: MovedPenalty | None = None


class Warned(Wire):
    """What would have to be said of the event, for one obligation."""

    obligation_id: UUID
    category_number: str
    obligor: str
    said: str


class Preview(Wire):
    """What an event would change. Nothing of it is saved."""

    kind: EventKind
    as_of: Instant
    moved: list[Moved]
    unmoved: int
    warnings: list[Warned]


class ListedObligation(Wire):
    """One row of a list of obligations."""

    obligation_id: UUID
    order_id: UUID
    matter_id: UUID
    court: str
    docket_numbers: list[str]
    matter_title: str
    order_title: str
    requesting: list[str]
    category_number: str
    category_kind: CategoryKind
    obligor: str
    status: Status
    finding: FindingStatus
    due_on: date | None
    due_at: Instant | None
    due_hour: str | None
    time_zone: str
    late_days: int
    sentence: str


class StatusCounts(Wire):
    """How many obligations bear each status."""

    as_of: Instant
    counts: dict[Status, int]
