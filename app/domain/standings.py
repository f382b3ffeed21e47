"""Where an obligation stands, from one instant to the next.

A *standing* holds the facts on which a status depends (last day, what came, stayed,
ended) and the span over which they hold. It never holds a status: a status is what a
standing and the clock make together (``domain.compliance``). One obligation's standings
follow each other without gap or overlap, so any instant finds exactly one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from app.domain.clocks import (
    CategoryFacts,
    Clock,
    CourtTime,
    ObligationFacts,
    StayInterval,
    clock_of,
    clock_turns,
    stayed_by,
    stays_of,
)
from app.domain.events import (
    AppealDecided,
    AppealOutcome,
    CategoryAnswer,
    Ended,
    Event,
    ExhibitWithdrawn,
    ProductionDeposited,
    Ruling,
    RulingOutcome,
    Stay,
)
from app.domain.record import Declaration


class EndedBy(StrEnum):
    """Why nothing is owed any more."""

    withdrawal = "withdrawal"
    set_aside = "set_aside"
    reversed = "reversed"
    objection_upheld = "objection_upheld"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one deposit said of this category, and when."""

    event: Event
    at: datetime
    answer: CategoryAnswer


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts that hold from ``valid_from`` until ``valid_until`` (None: from then on)."""

    valid_from: datetime
    valid_until: datetime | None
    clock: Clock
    first_produced_at: datetime | None
    completed_at: datetime | None
    stayed_by: Event | None
    ended_by: EndedBy | None
    ended_event: Event | None
    answered: frozenset[UUID]
    deliveries: tuple[Delivery, ...]


_WHOLE = frozenset({Declaration.complete, Declaration.nothing_responsive})
_PRODUCES = _WHOLE | {Declaration.partial}


def standings(
    obligation: ObligationFacts, court: CourtTime, events: Sequence[Event]
) -> tuple[Standing, ...]:
    """Every standing of the obligation, first to last.

    ``events`` are those that stand on the record (``events.standing_record``), in order.
    The first standing begins with the court day on which the order was made. Raises
    ``Incomputable`` where the law or the calendar does not answer.
    """
    own = [e for e in events if e.concerns(obligation.obligor_id, obligation.category.id)]
    marks = sorted({court.midnight(court.made_on), *_turns(own, court)})
    course = _Course(obligation, court)
    coming = deque(own)
    found: list[Standing] = []
    for at, until in zip(marks, [*marks[1:], None], strict=True):
        new = []
        while coming and coming[0].effective_at <= at:
            new.append(coming.popleft())
        course.go_on(new, at)
        found.append(course.standing(at, until))
    return tuple(found)


def standing_at(
    obligation: ObligationFacts, court: CourtTime, events: Sequence[Event], at: datetime
) -> Standing:
    """The one standing that holds at ``at``, from the events effective by then."""
    own = [
        e
        for e in events
        if e.effective_at <= at and e.concerns(obligation.obligor_id, obligation.category.id)
    ]
    course = _Course(obligation, court)
    course.go_on(own, at)
    return course.standing(at, None)


def _turns(events: Iterable[Event], court: CourtTime) -> Iterator[datetime]:
    """The instants at which a standing may change: each event, and each stay's known end."""
    start = court.midnight(court.made_on)
    for event in events:
        yield max(event.effective_at, start)
        if isinstance(event.details, Stay) and event.details.until_on is not None:
            yield max(court.midnight(event.details.until_on), start)


@dataclass(slots=True)
class _Came:
    """What came for a category, as its deposits and withdrawals follow each other.

    ``completed_at``: since when it is declared complete with every element answered. The
    last declaration counts; an objection declares nothing. A signed statement that nothing
    is responsive answers every element while it is the last word. An answer lost by a
    withdrawal ends completeness until it is given again.
    """

    category: CategoryFacts
    deliveries: list[Delivery] = field(default_factory=list)
    first_produced_at: datetime | None = None
    completed_at: datetime | None = None
    declared: Declaration | None = None
    ticked: set[UUID] = field(default_factory=set)

    @property
    def answered(self) -> set[UUID]:
        """The elements that something answers."""
        if self.declared is Declaration.nothing_responsive:
            return self.ticked.union(self.category.element_ids)
        return self.ticked

    def deposit(self, event: Event, answer: CategoryAnswer) -> None:
        """Count what one deposit says of the category."""
        self.deliveries.append(Delivery(event, event.effective_at, answer))
        self.ticked |= answer.element_ids
        if answer.declaration in _PRODUCES:
            self.declared = answer.declaration
            self.first_produced_at = self.first_produced_at or event.effective_at
        self._turn(event.effective_at)

    def withdraw(self, event: Event, element_ids: frozenset[UUID]) -> None:
        """Count out the elements that a withdrawn exhibit alone answered."""
        self.ticked -= element_ids
        self._turn(event.effective_at)

    def tell(self, event: Event) -> None:
        """Count what an event brings or takes away, if it does."""
        match event.details:
            case ProductionDeposited(answers=answers):
                for answer in answers:
                    if answer.category_id == self.category.id:
                        self.deposit(event, answer)
            case ExhibitWithdrawn(element_ids=element_ids):
                self.withdraw(event, element_ids)

    def _turn(self, at: datetime) -> None:
        whole = self.declared in _WHOLE and self.answered.issuperset(self.category.element_ids)
        self.completed_at = (self.completed_at or at) if whole else None


class _Course:
    """An obligation's events as they follow each other: each is looked at once."""

    def __init__(self, obligation: ObligationFacts, court: CourtTime) -> None:
        self._obligation = obligation
        self._court = court
        self._until = datetime.min.replace(tzinfo=UTC)
        self._moving: list[Event] = []
        self._stays: tuple[StayInterval, ...] = ()
        self._clock: Clock | None = None
        self._came = _Came(obligation.category)
        self._deliveries: tuple[Delivery, ...] = ()
        self._ended: tuple[Event, EndedBy] | None = None

    def go_on(self, events: Iterable[Event], at: datetime) -> None:
        """Go on to ``at``, by the events that took effect since."""
        moved = self._clock is None
        for event in events:
            self._came.tell(event)
            why = _ends(event) if self._ended is None else None
            if why is not None:
                self._ended = event, why
            if clock_turns((event,), self._until, at):
                self._moving.append(event)
                moved = True
        if moved:
            self._stays = stays_of(self._moving, self._court)
            self._clock = clock_of(self._obligation, self._court, self._moving, self._stays)
        if len(self._deliveries) < len(self._came.deliveries):
            self._deliveries = tuple(self._came.deliveries)
        self._until = at

    def standing(self, at: datetime, until: datetime | None) -> Standing:
        """The facts as they are now, which hold from ``at`` until ``until``."""
        assert self._clock is not None  # noqa: S101  go_on finds it at once
        event, why = self._ended or (None, None)
        return Standing(
            valid_from=at,
            valid_until=until,
            clock=self._clock,
            first_produced_at=self._came.first_produced_at,
            completed_at=self._came.completed_at,
            stayed_by=stayed_by(self._stays, self._court.day(at)),
            ended_by=why,
            ended_event=event,
            answered=frozenset(self._came.answered),
            deliveries=self._deliveries,
        )


def _ends(event: Event) -> EndedBy | None:
    match event.details:
        case Ended():
            return EndedBy(event.kind)
        case AppealDecided(outcome=AppealOutcome.reversed):
            return EndedBy.reversed
        case Ruling(outcome=RulingOutcome.upheld):
            return EndedBy.objection_upheld
    return None
