"""Where an obligation stands, from one instant to the next.

A *standing* holds the facts on which a status depends (last day, what came, stayed,
ended) and the span over which they hold. It never holds a status: a status is what a
standing and the clock make together (``domain.compliance``). One obligation's standings
follow each other without gap or overlap, so any instant finds exactly one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.clocks import (
    CategoryFacts,
    Clock,
    CourtTime,
    ObligationFacts,
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
    EventKind,
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


_PRODUCES = frozenset({Declaration.complete, Declaration.partial, Declaration.nothing_responsive})


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
    found: list[Standing] = []
    for at, until in zip(marks, [*marks[1:], None], strict=True):
        found.append(_stand(obligation, court, own, at, until, found[-1] if found else None))
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
    return _stand(obligation, court, own, at, None, None)


def _turns(events: Iterable[Event], court: CourtTime) -> Iterator[datetime]:
    """The instants at which a standing may change: each event, and each stay's known end."""
    start = court.midnight(court.made_on)
    for event in events:
        yield max(event.effective_at, start)
        if isinstance(event.details, Stay) and event.details.until_on is not None:
            yield max(court.midnight(event.details.until_on), start)


def _stand(
    obligation: ObligationFacts,
    court: CourtTime,
    own: Sequence[Event],
    at: datetime,
    until: datetime | None,
    before: Standing | None,
) -> Standing:
    events = [e for e in own if e.effective_at <= at]
    deliveries = tuple(_deliveries(events, obligation.category.id))
    answered = _answered(deliveries, events)
    stays = stays_of(events, court)
    ended = _ended(events)
    same = before is not None and not clock_turns(own, before.valid_from, at)
    clock = (
        before.clock if before is not None and same else clock_of(obligation, court, events, stays)
    )
    return Standing(
        valid_from=at,
        valid_until=until,
        clock=clock,
        first_produced_at=_first_produced(deliveries),
        completed_at=_completed_at(obligation.category, deliveries, events),
        stayed_by=stayed_by(stays, court.day(at)),
        ended_by=ended[1] if ended else None,
        ended_event=ended[0] if ended else None,
        answered=answered,
        deliveries=deliveries,
    )


def _deliveries(events: Iterable[Event], category_id: UUID) -> Iterator[Delivery]:
    for event in events:
        if isinstance(event.details, ProductionDeposited):
            for answer in event.details.answers:
                if answer.category_id == category_id:
                    yield Delivery(event, event.effective_at, answer)


def _answered(deliveries: Iterable[Delivery], events: Iterable[Event]) -> frozenset[UUID]:
    answered = frozenset[UUID]().union(*(d.answer.element_ids for d in deliveries))
    gone = (e.details.element_ids for e in events if isinstance(e.details, ExhibitWithdrawn))
    return answered.difference(*gone)


def _first_produced(deliveries: Iterable[Delivery]) -> datetime | None:
    return next((d.at for d in deliveries if d.answer.declaration in _PRODUCES), None)


def _completed_at(
    category: CategoryFacts, deliveries: Sequence[Delivery], events: Sequence[Event]
) -> datetime | None:
    """Since when the category is declared complete with every element answered.

    The last declaration counts; an objection declares nothing. A signed statement that
    nothing is responsive answers every element. Losing an answer by a withdrawal ends
    completeness until it is answered again.
    """
    completed_at: datetime | None = None
    for at in sorted({d.at for d in deliveries} | _withdrawal_times(events)):
        declared = [
            d.answer.declaration
            for d in deliveries
            if d.at <= at and d.answer.declaration in _PRODUCES
        ]
        answered = _answered(
            [d for d in deliveries if d.at <= at], [e for e in events if e.effective_at <= at]
        )
        if not _is_complete(category, declared, answered):
            completed_at = None
        elif completed_at is None:
            completed_at = at
    return completed_at


def _is_complete(
    category: CategoryFacts, declared: Sequence[Declaration], answered: frozenset[UUID]
) -> bool:
    if not declared or declared[-1] is Declaration.partial:
        return False
    if declared[-1] is Declaration.nothing_responsive:
        return True
    return answered.issuperset(category.element_ids)


def _withdrawal_times(events: Iterable[Event]) -> set[datetime]:
    return {e.effective_at for e in events if e.kind is EventKind.exhibit_withdrawn}


def _ended(events: Iterable[Event]) -> tuple[Event, EndedBy] | None:
    for event in events:
        why = _ends(event)
        if why is not None:
            return event, why
    return None


def _ends(event: Event) -> EndedBy | None:
    match event.details:
        case Ended():
            return EndedBy(event.kind)
        case AppealDecided(outcome=AppealOutcome.reversed):
            return EndedBy.reversed
        case Ruling(outcome=RulingOutcome.upheld):
            return EndedBy.objection_upheld
    return None
