"""Exhibits after their deposit, on the wire: what became of them, and who had them when."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from app.domain.record import Confidentiality, ExhibitState
from app.schemas.fields import Body, Instant, Wire


class WithdrawalIn(Wire):
    """Why an exhibit is withdrawn."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Pièce communiquée par erreur"}]}
    )

    reason: Annotated[Body, Field(min_length=1)]


class ProducedExhibit(Wire):
    """An exhibit as it stood at an instant. Number, edition and SHA-256 never change."""

    id: UUID
    production_id: UUID
    production_number: int
    party: str
    number: str
    edition: int
    title: str
    dated_on: date | None
    filename: str
    size_bytes: int
    sha256: str
    confidentiality: Confidentiality
    category_ids: list[UUID]
    available_at: Annotated[Instant, Field(description="When the other side could first get it.")]
    state: ExhibitState
    since: Annotated[Instant, Field(description="Since when it is in this state.")]
    reason: Annotated[str, Field(description="Why it was replaced or withdrawn.")] = ""
    replaced_by: UUID | None = None


class Produced(Wire):
    """What was deposited and visible to you at an instant, as the record showed it at another."""

    order_id: UUID
    as_of: Instant
    known_at: Instant
    time_zone: str
    total: int
    items: list[ProducedExhibit]
    next_cursor: str | None = None


class FirstDownloadOut(Wire):
    """When somebody of a party first fetched the exhibit."""

    party: str
    at: Instant


class ExhibitHistory(Wire):
    """What happened to one exhibit since its deposit."""

    exhibit: ProducedExhibit
    first_downloads: list[FirstDownloadOut]
