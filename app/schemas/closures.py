"""Closures of a court, and new versions of the law, on the wire: with what they move."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from app.domain.calendars import ClosureKind
from app.schemas.compliance import Moved
from app.schemas.fields import Instant, Name, ReasonText, Wire

ORDERS_AT_ONCE_MAX = 200


class ClosureIn(Wire):
    """A day on which the court does not work, on top of its calendar.

    `office_closed`: whether it moves a last day is for each set of rules to say (in France it
    does not). `declared_holiday`: a law or a regulation made it a holiday; it counts like one.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "on": "2026-12-24",
                    "name": "Fermeture du greffe",
                    "source": "Ordonnance du président du 1er décembre 2026",
                }
            ]
        }
    )

    on: date
    kind: ClosureKind = ClosureKind.office_closed
    name: Name
    source: Annotated[Name, Field(description="The decision or text that closes the court.")]


class WithdrawalOfClosureIn(Wire):
    """Why a recorded closure does not hold. It stays on the record."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "The court stayed open after all."}]}
    )

    reason: ReasonText


class ClosureOut(ClosureIn):
    """A closure as recorded; withdrawn, it moves nothing any more."""

    id: UUID
    recorded_at: Instant
    recorded_by: str
    withdrawn_at: Instant | None
    withdrawn_by: str | None
    withdrawal_reason: str


class MovedInOrder(Moved):
    """What moves for one obligation of one order."""

    order_id: UUID
    order_title: str
    docket_numbers: list[str]


class ClosurePreview(Wire):
    """Every open deadline that a closure moves, old and new. Nothing of it is saved."""

    on: date
    as_of: Instant
    moved: Annotated[
        list[MovedInOrder], Field(description="Of at most 200 orders, the earliest first.")
    ]
    moved_count: Annotated[int, Field(description="Open deadlines that move, listed or not.")]
    unmoved_count: Annotated[int, Field(description="Open deadlines that were recomputed alike.")]


class LawVersions(Wire):
    """A rule pack and a calendar, by their versions."""

    rule_pack: str
    rule_pack_version: str
    calendar: str
    calendar_version: str


class OrderLaw(Wire):
    """By which versions an order is computed, which are at hand, and what they would move."""

    order_id: UUID
    order_title: str
    in_force: Annotated[LawVersions, Field(description="Those by which the order is computed.")]
    at_hand: Annotated[LawVersions, Field(description="Those that the service comes with now.")]
    differs: Annotated[bool, Field(description="Whether what they say is not the same.")]
    decided: Annotated[
        Literal["apply", "ignore"] | None,
        Field(description="What a clerk decided on those at hand; null: nothing yet."),
    ]
    moved: list[Moved]
    unmoved: int


class LawDecisionIn(Wire):
    """Apply the versions at hand to some orders, or ignore them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decision": "ignore",
                    "order_ids": ["c3f0b7de-1a2b-4c3d-8e4f-5a6b7c8d9e0f"],
                    "reason": "The order was served before the reform.",
                }
            ]
        }
    )

    decision: Literal["apply", "ignore"]
    order_ids: Annotated[list[UUID], Field(min_length=1, max_length=ORDERS_AT_ONCE_MAX)]
    reason: ReasonText


class LawDecided(Wire):
    """The orders on which it was decided: one event on each."""

    decision: Literal["apply", "ignore"]
    order_ids: list[UUID]
