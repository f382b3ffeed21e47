"""Attestations on the wire: what was attested, and what one checks it with."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from app.domain.record import PartySide
from app.schemas.asked import CourtMoment
from app.schemas.fields import Instant, Wire
from app.schemas.receipts import Hash, Proof, Salt

FORMAT = "bordereau-attestation/1"


class AttestationIn(Wire):
    """As of when, and as the record showed it when. Both default to now; neither is to come."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"as_of": "2021-09-13"}]})

    as_of: Annotated[
        CourtMoment | None,
        Field(description="A court day (its last instant), or an hour of the court's clock."),
    ] = None
    known_at: Annotated[
        CourtMoment | None, Field(description="What the record showed then; default now.")
    ] = None


class AttestedParty(Wire):
    """A party of the matter, as it was when the attestation was issued."""

    name: str
    side: PartySide


class AttestationBody(Wire):
    """What an attestation says. Frozen when it is issued; ``assessed`` too, word for word."""

    format: str = FORMAT
    attestation_id: UUID
    order_id: UUID
    number: Annotated[int, Field(description="Counted anew on each order.")]
    issued_at: Annotated[Instant, Field(description="UTC.")]
    issued_at_court: Annotated[str, Field(description="Court-local time with its offset.")]
    issued_by: str
    time_zone: str
    court: str
    docket_numbers: list[str]
    matter_title: str
    parties: list[AttestedParty]
    order_title: str
    order_made_on: date
    as_of: Instant
    as_of_court: Annotated[str, Field(description="Court-local time with its offset.")]
    known_at: Instant
    known_at_court: Annotated[str, Field(description="Court-local time with its offset.")]
    assessed: Annotated[
        dict[str, dict[str, Any]],
        Field(description="By language, what `GET …/compliance` answered to the same question."),
    ]
    salt: Salt


class Attestation(AttestationBody):
    """An attestation and its proof; ``digest`` is in the log's entry. ``verify.py`` checks it."""

    digest: Hash
    proof: Proof


class AttestationLine(Wire):
    """An attestation in a list."""

    id: UUID
    number: int
    issued_at: Instant
    issued_by: str
    as_of: Instant
    known_at: Instant
    digest: Hash


class AttestationsOut(Wire):
    """An order's attestations, the newest first."""

    items: list[AttestationLine]
