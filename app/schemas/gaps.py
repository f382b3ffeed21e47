"""What is missing from a production, on the wire: one report, the same for whoever may read it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.record import CategoryKind
from app.domain.status import Status
from app.schemas.fields import Instant, Wire
from app.schemas.numbering import NumberingFindings


class GapElement(Wire):
    """An element that nothing deposited answers."""

    id: UUID
    text: str


class GapCategory(Wire):
    """A category as one party owes it: what it asks for, and what of that is not there."""

    category_id: UUID
    category_number: str
    category_kind: CategoryKind
    party_id: UUID
    party: str
    status: Status
    due_on: date | None
    due_at: Instant | None
    elements_count: int
    unanswered: list[GapElement]
    declared_total: Annotated[
        int | None, Field(description="Documents the party said there are; null: it never said.")
    ]
    received: Annotated[int, Field(description="Documents that count, on time or late.")]
    missing: Annotated[int | None, Field(description="Declared and not received.")]
    late: int
    late_by_days: Annotated[
        list[tuple[int, int]], Field(description="Days late, and how many documents were.")
    ]


class GapExhibit(Wire):
    """An exhibit's number. The title of one that is not for all is left out, for everybody."""

    party: str
    number: str
    edition: int
    title: str
    production_number: int
    deposited_at: Instant


class LateExhibit(GapExhibit):
    """An exhibit that came after the last legal day of a category that it answers."""

    category_number: str
    days: Annotated[int, Field(description="Days of the court; 0: on the last day, too late.")]


class ChangedExhibit(GapExhibit):
    """An exhibit that was replaced or withdrawn since."""

    at: Instant
    reason: str
    by_edition: Annotated[int | None, Field(description="The edition in its place.")] = None


class WithheldNumber(Wire):
    """A placeholder for what is held back."""

    party: str
    number: str
    category_number: str
    ground: str
    legal_text: str
    description: str
    production_number: int


class PartyNumbers(Wire):
    """What is odd in the numbers of a party, over all it deposited in the matter."""

    party_id: UUID
    party: str
    findings: NumberingFindings


class GapReport(Wire):
    """What was missing, late, held back or changed as of an instant. Drafts are never in it."""

    order_id: UUID
    as_of: Instant
    known_at: Instant
    time_zone: str
    categories: list[GapCategory]
    numbers: list[PartyNumbers]
    withheld: list[WithheldNumber]
    late: list[LateExhibit]
    replaced: list[ChangedExhibit]
    withdrawn: list[ChangedExhibit]
    confidential: Annotated[
        list[GapExhibit], Field(description="Of which this report tells the number alone.")
    ]
    truncated: Annotated[bool, Field(description="There is more than is told.")]
