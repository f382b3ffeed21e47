"""Milestones: the interim dates of a category, on the way to its own last day.

FRCP 34(b)(2)(B): a production made in parts has a beginning and an end; an order may set
dates between them. Each milestone has a term, a clock and a computed state of its own. The
obligation's status stays that of its final term: late at one, on time at the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.clocks import (
    Clock,
    CourtTime,
    MilestoneFacts,
    ObligationFacts,
    StayInterval,
    term_clock,
)
from app.domain.events import Event, Extended, Modification, Triggered, milestone_named
from app.domain.reasons import Received
from app.domain.status import Status
from app.phrases import Phrase, phrase


class MilestoneState(StrEnum):
    """Where a milestone stands, computed and never stored; worst first."""

    missed = "missed"
    due_today = "due_today"
    ahead = "ahead"
    awaiting = "awaiting"
    suspended = "suspended"
    met_late = "met_late"
    met_on_time = "met_on_time"
    ended = "ended"


BEHIND = frozenset({MilestoneState.missed, MilestoneState.met_late})
"""The states that are a reason of their own: something did not come by its date."""


@dataclass(frozen=True, slots=True)
class MilestoneStanding:
    """The facts that hold of a milestone over a standing of its obligation.

    ``met_at``: since when what is due by it has come; an exhibit withdrawn may undo it.
    """

    milestone: MilestoneFacts
    clock: Clock
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class MilestoneAssessment:
    """What the record lets one say of a milestone at one instant.

    ``late_days`` are whole court days after its last day: until it was met, or until now.
    """

    milestone: MilestoneFacts
    state: MilestoneState
    clock: Clock
    met_at: datetime | None
    late_days: int
    answered: tuple[UUID, ...]
    documents: int
    said: Phrase


def milestone_clocks(
    obligation: ObligationFacts,
    court: CourtTime,
    events: Sequence[Event],
    stays: Sequence[StayInterval],
) -> list[Clock]:
    """The clock of each milestone of the category, by the events that move it.

    An extension or a modification moves the milestone that it names, and no other; service
    and stays concern all. Raises ``Incomputable`` where no rule answers.
    """
    return [
        term_clock(one.term, obligation.obligor_id, court, list(_moving(one, events)), stays)
        for one in obligation.category.milestones
    ]


def _moving(milestone: MilestoneFacts, events: Sequence[Event]) -> Iterator[Event]:
    """The events that count for a milestone: those that name it, and those that name none."""
    # What starts every term of the category starts this one, unless it has its own start.
    own_start = any(
        isinstance(e.details, Triggered) and milestone_named(e) == milestone.id for e in events
    )
    for event in events:
        wanted = None
        if isinstance(event.details, Extended | Modification) or (
            isinstance(event.details, Triggered) and own_start
        ):
            wanted = milestone.id
        if milestone_named(event) == wanted:
            yield event


_STATES = {
    Status.overdue_nothing: MilestoneState.missed,
    Status.due_today: MilestoneState.due_today,
    Status.running: MilestoneState.ahead,
    Status.awaiting_service_proof: MilestoneState.awaiting,
    Status.suspended: MilestoneState.suspended,
    Status.met_late: MilestoneState.met_late,
    Status.met_on_time: MilestoneState.met_on_time,
    Status.ended: MilestoneState.ended,
}


def assess_milestone(
    standing: MilestoneStanding,
    status: Status,
    late_days: int,
    received: Received,
    answered: tuple[UUID, ...],
    documents: int,
    clock: Phrase,
) -> MilestoneAssessment:
    """Say where a milestone stands.

    Args:
        standing: the milestone's own facts.
        status: what an obligation with the milestone's clock would bear, met or not.
        late_days: whole court days after the milestone's last day.
        received: what came for the category.
        answered: those of the milestone's elements that something answers.
        documents: how many came in all.
        clock: the milestone's clock in words.
    """
    one = standing.milestone
    # Only a modification can leave a milestone without a date: nothing is due by it any more.
    state = MilestoneState.ended if standing.clock.undated else _STATES[status]
    return MilestoneAssessment(
        milestone=one,
        state=state,
        clock=standing.clock,
        met_at=standing.met_at,
        late_days=late_days,
        answered=answered,
        documents=documents,
        said=phrase(
            "milestone “{name}”: {clock}; {state}, {came}",
            name=one.name,
            clock=clock,
            state=state,
            came=tuple(_came(one, received, len(answered), documents)),
        ),
    )


def _came(
    one: MilestoneFacts, received: Received, answered: int, documents: int
) -> Iterable[Phrase]:
    if one.element_ids:
        yield phrase(
            "{answered} of {elements} elements answered",
            answered=answered,
            elements=len(one.element_ids),
        )
    if one.documents is not None:
        yield phrase(
            "{received} of {documents} documents received",
            received=documents,
            documents=one.documents,
        )
    if not one.element_ids and one.documents is None:
        begun = received.first_at is not None
        yield phrase("production begun") if begun else phrase("nothing received")


def missed_said(said: Phrase, milestones: Iterable[MilestoneAssessment]) -> Phrase:
    """The obligation's sentence, with each milestone that was missed."""
    for one in milestones:
        if one.state is MilestoneState.missed:
            said = phrase(
                "{said}; milestone “{name}” missed, its last day was {due_on:weekday}",
                said=said,
                name=one.milestone.name,
                due_on=one.clock.due_on,
            )
    return said
