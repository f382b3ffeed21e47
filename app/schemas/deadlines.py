"""Computed dates on the wire, with every step that led there."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from app.schemas.fields import Instant, Wire


class StepOut(Wire):
    """One step of a computation: the rule, its citation, from which day to which, and why."""

    rule: str
    citation: str
    from_on: date | None
    to_on: date | None
    why: Annotated[str, Field(description="In the language of Accept-Language.")]


class ComputationOut(Wire):
    """The last legal day, the instant at which the time is over, and how both were found."""

    raw_on: Annotated[date, Field(description="Before any move to another day.")]
    due_on: Annotated[date, Field(description="The last legal day.")]
    due_at: Annotated[Instant, Field(description="Exclusive: the time is over at this instant.")]
    steps: list[StepOut]
    rule_pack: str
    rule_pack_version: str
    calendar: str
    calendar_version: str
    days_used: list[dict[str, Any]]
