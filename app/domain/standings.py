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
from app.domain.documents import DocumentCount, Move
from app.domain.events import (
    AppealDecided,
    AppealOutcome,
    CategoryAnswer,
    Ended,
    Event,
    ExhibitReplaced,
    ExhibitWithdrawn,
    ProductionDeposited,
    Ruling,
    RulingOutcome,
    Stay,
)
from app.domain.milestones import MilestoneStanding, milestone_clocks
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
    # Deposits, withdrawals and replacements, as they changed how many documents count.
    documents: tuple[Move, ...] = ()
    milestones: tuple[MilestoneStanding, ...] = ()


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
    withdrawal ends completeness until it is given again. Where no element is named, a
    declaration of completeness falls with the last document it rested on: another, made
    later, may still rest on one. ``met``: since when what is due by each milestone has come;
    whatever is complete has met all of them.
    """

    category: CategoryFacts
    count: DocumentCount
    deliveries: list[Delivery] = field(default_factory=list)
    first_produced_at: datetime | None = None
    completed_at: datetime | None = None
    declared: Declaration | None = None
    ticked: set[UUID] = field(default_factory=set)
    met: dict[UUID, datetime] = field(default_factory=dict)

    @property
    def answered(self) -> set[UUID]:
        """The elements that something answers."""
        if self.declared is Declaration.nothing_responsive:
            return self.ticked.union(self.category.element_ids)
        return self.ticked

    def deposit(self, event: Event, production_id: UUID, answer: CategoryAnswer) -> None:
        """Count what one deposit says of the category."""
        self.count.deposit(event.effective_at, production_id, answer)
        self.deliveries.append(Delivery(event, event.effective_at, answer))
        self.ticked |= answer.element_ids
        if answer.declaration in _PRODUCES:
            self.declared = answer.declaration
            self.first_produced_at = self.first_produced_at or event.effective_at
        self._turn(event.effective_at)

    def withdraw(self, event: Event, said: ExhibitWithdrawn) -> None:
        """Count out a withdrawn exhibit, and the elements that it alone answered."""
        rested = self._rests_on()
        self.count.withdraw(event.effective_at, said)
        self.ticked -= said.element_ids
        if rested and not self._rests_on():
            self._fall()
        self._turn(event.effective_at)

    def replace(self, event: Event, said: ExhibitReplaced) -> None:
        """Count an exhibit and the one in its place as one."""
        self.count.replace(event.effective_at, said)
        self._turn(event.effective_at)

    def _rests_on(self) -> int:
        """On how many documents completeness rests, where they alone can show it."""
        if self.category.element_ids or self.declared is not Declaration.complete:
            return 0
        return self.count.by(self.completed_at) if self.completed_at else 0

    def _fall(self) -> None:
        whole = (d.at for d in self.deliveries if d.answer.declaration is Declaration.complete)
        self.completed_at = next((at for at in whole if self.count.by(at)), None)
        if self.completed_at is None:
            self.declared = Declaration.partial

    def tell(self, event: Event) -> None:
        """Count what an event brings or takes away, if it does."""
        match event.details:
            case ProductionDeposited(production_id, answers):
                for answer in answers:
                    if answer.category_id == self.category.id:
                        self.deposit(event, production_id, answer)
            case ExhibitWithdrawn() as said:
                self.withdraw(event, said)
            case ExhibitReplaced() as said:
                self.replace(event, said)

    def _turn(self, at: datetime) -> None:
        whole = self.declared in _WHOLE and self.answered.issuperset(self.category.element_ids)
        self.completed_at = (self.completed_at or at) if whole else None
        begun = self.first_produced_at is not None
        for milestone in self.category.milestones:
            if whole or milestone.reached(self.answered, self.count.now, begun=begun):
                self.met.setdefault(milestone.id, at)
            else:
                self.met.pop(milestone.id, None)


class _Course:
    """An obligation's events as they follow each other: each is looked at once."""

    def __init__(self, obligation: ObligationFacts, court: CourtTime) -> None:
        self._obligation = obligation
        self._court = court
        self._until = datetime.min.replace(tzinfo=UTC)
        self._moving: list[Event] = []
        self._stays: tuple[StayInterval, ...] = ()
        self._clock: Clock | None = None
        self._clocks: list[Clock] = []
        self._came = _Came(obligation.category, DocumentCount(obligation.category.id))
        self._deliveries: tuple[Delivery, ...] = ()
        self._documents: tuple[Move, ...] = ()
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
            told = (self._obligation, self._court, self._moving)
            self._stays = stays_of(self._moving, self._court)
            self._clock = clock_of(*told, self._stays)
            self._clocks = milestone_clocks(*told, self._stays)
        if len(self._deliveries) < len(self._came.deliveries):
            self._deliveries = tuple(self._came.deliveries)
        if len(self._documents) < len(self._came.count.moves):
            self._documents = tuple(self._came.count.moves)
        self._until = at

    def standing(self, at: datetime, until: datetime | None) -> Standing:
        """The facts as they are now, which hold from ``at`` until ``until``."""
        assert self._clock is not None  # noqa: S101  go_on finds it at once
        came, (event, why) = self._came, self._ended or (None, None)
        milestones = zip(self._obligation.category.milestones, self._clocks, strict=True)
        return Standing(
            valid_from=at,
            valid_until=until,
            clock=self._clock,
            first_produced_at=came.first_produced_at,
            completed_at=came.completed_at,
            stayed_by=stayed_by(self._stays, self._court.day(at)),
            ended_by=why,
            ended_event=event,
            answered=frozenset(came.answered),
            deliveries=self._deliveries,
            documents=self._documents,
            milestones=tuple(MilestoneStanding(m, c, came.met.get(m.id)) for m, c in milestones),
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
