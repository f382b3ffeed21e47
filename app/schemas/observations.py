"""Observations of counsel on a category or an exhibit, on the wire."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from app.domain.record import PartySide
from app.schemas.fields import Instant, ReasonText, Wire, refuse


class ObservationIn(Wire):
    """An observation on a category or an exhibit, or the answer to one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "category_id": "5f3f3a52-4f5e-4a57-9f0d-2f1f3b0f6a11",
                    "text": "L’annexe 2 du contrat n’est pas jointe.",
                }
            ]
        }
    )

    category_id: UUID | None = None
    exhibit_id: UUID | None = None
    answers_id: Annotated[UUID | None, Field(description="The observation that this answers.")] = (
        None
    )
    party_id: Annotated[
        UUID | None, Field(description="For which party; needed by counsel of several.")
    ] = None
    text: ReasonText

    @model_validator(mode="after")
    def _on_one_thing(self) -> Self:
        named = (self.category_id, self.exhibit_id, self.answers_id)
        if sum(each is not None for each in named) != 1:
            raise refuse(
                "Say what is observed on: a category, an exhibit, or the observation answered.",
                field="category_id",
            )
        return self


class ObservationWithdrawalIn(Wire):
    """Why an observation is taken back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "L’annexe a été communiquée depuis."}]}
    )

    reason: ReasonText


class WithdrawnOut(Wire):
    """That an observation was taken back: when, and why."""

    at: Instant
    by: str
    reason: str


class ObservationOut(Wire):
    """An observation as it was made. It never changes; a withdrawal stands beside it."""

    id: UUID
    order_id: UUID
    category_id: UUID | None
    category_number: str | None
    exhibit_id: UUID | None
    exhibit_number: str | None
    exhibit_edition: int | None
    answers_id: UUID | None
    party_id: UUID
    party: str
    side: PartySide
    text: str
    made_at: Instant
    made_by: str
    withdrawn: WithdrawnOut | None
    open: Annotated[bool, Field(description="Neither taken back nor answered by another side.")]


class Observations(Wire):
    """The observations on an order, the oldest first; each answer after what it answers."""

    order_id: UUID
    time_zone: str
    open_count: int
    items: list[ObservationOut]
