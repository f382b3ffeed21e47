"""The words for where an obligation stands, and the one comparison with the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """The computed status of an obligation, worst first."""

    overdue_nothing = "overdue_nothing"
    overdue_partly = "overdue_partly"
    due_today = "due_today"
    running = "running"
    partly_produced = "partly_produced"
    awaiting_service_proof = "awaiting_service_proof"
    suspended = "suspended"
    met_late = "met_late"
    met_on_time = "met_on_time"
    ended = "ended"


class FindingStatus(StrEnum):
    """What humans said, beside the computed status."""

    no_finding = "no_finding"
    dispute_open = "dispute_open"
    found_sufficient = "found_sufficient"
    found_insufficient = "found_insufficient"


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """The facts that hold over a span of time. None of them is a status.

    ``due_from_at`` is the instant at which the last legal day begins in the court's zone,
    ``due_at`` the exclusive instant at which the time is over. ``awaiting``: a clock
    there will be, but what starts it is not proved.
    """

    undated: bool
    due_from_at: datetime | None
    due_at: datetime | None
    first_produced_at: datetime | None
    completed_at: datetime | None
    stayed: bool
    ended: bool
    awaiting: bool


def status_at(facts: StandingFacts, at: datetime) -> Status:  # noqa: PLR0911  one a status
    """Compare the facts that hold at ``at`` with the clock.

    ``services.listing`` says the same in SQL; a property test holds the two together.
    """
    if facts.ended:
        return Status.ended
    if facts.completed_at is not None:
        late = facts.due_at is not None and facts.completed_at >= facts.due_at
        return Status.met_late if late else Status.met_on_time
    if facts.stayed:
        return Status.suspended
    if facts.awaiting:
        return Status.awaiting_service_proof
    produced = facts.first_produced_at is not None
    if facts.due_at is not None and at >= facts.due_at:
        return Status.overdue_partly if produced else Status.overdue_nothing
    if facts.due_from_at is not None and at >= facts.due_from_at:
        return Status.due_today
    return Status.partly_produced if produced else Status.running
