"""The course of an order, to be drawn: what each obligation's time was, and what happened in it.

Read off the standings and the events that count, so that the drawing cannot say anything else
than the assessment of the same two instants does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.clocks import CourtTime, ObligationFacts, stays_of
from app.domain.compliance import Assessment, ObligationAssessment
from app.domain.events import Event, LawChange, ProductionDeposited, standing_record
from app.domain.standings import Standing, standings


class SpanKind(StrEnum):
    """What a span of days is."""

    window = "window"
    """The time to produce, as it first was."""
    moved = "moved"
    """What an extension or a stay added to it."""
    stay = "stay"
    penalty = "penalty"
    """Days of a periodic penalty's theoretical accrual."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included; without a last one it is open."""

    kind: SpanKind
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Mark:
    """An event on its court day. ``late``: a deposit once the time was over."""

    event: Event
    on: date
    late: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """One obligation's course."""

    obligation: ObligationFacts
    due_on: date | None
    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]


def course(found: Assessment, court: CourtTime, events: Iterable[Event]) -> tuple[Lane, ...]:
    """A lane per obligation assessed, of what counted then as the record showed it then.

    Raises ``Incomputable`` where the law or the calendar does not answer.
    """
    record = [e for e in standing_record(events, found.known_at) if e.effective_at <= found.as_of]
    return tuple(_lane(one, court, record, found.as_of) for one in found.obligations)


def _lane(
    one: ObligationAssessment, court: CourtTime, record: Sequence[Event], as_of: datetime
) -> Lane:
    obligation = one.obligation
    own = [e for e in record if e.concerns(obligation.obligor_id, obligation.category.id)]
    course_so_far = [s for s in standings(obligation, court, own) if s.valid_from <= as_of]
    return Lane(
        obligation,
        one.standing.clock.due_on,
        tuple(_spans(one, course_so_far, own, court)),
        tuple(_marks(obligation, course_so_far, own, court)),
    )


def _spans(
    one: ObligationAssessment,
    so_far: Sequence[Standing],
    own: Sequence[Event],
    court: CourtTime,
) -> Iterator[Span]:
    clock = one.standing.clock
    dues = [s.clock.due_on for s in so_far if s.clock.due_on is not None]
    if dues:
        last = clock.due_on or dues[-1]
        first = min(dues[0], last)
        yield Span(SpanKind.window, clock.trigger_on or court.made_on, first)
        if last > first:
            yield Span(SpanKind.moved, first + timedelta(days=1), last)
    for stay in stays_of(own, court):
        yield Span(SpanKind.stay, stay.from_on, stay.until_on)
    if one.penalty is not None and one.penalty.from_on is not None:
        yield Span(SpanKind.penalty, one.penalty.from_on, one.penalty.to_on)


def _marks(
    obligation: ObligationFacts,
    so_far: Sequence[Standing],
    own: Iterable[Event],
    court: CourtTime,
) -> Iterator[Mark]:
    for event in own:
        match event.details:
            case LawChange():
                continue
            case ProductionDeposited(_, answers):
                if obligation.category.id not in {a.category_id for a in answers}:
                    continue
                yield Mark(event, court.day(event.effective_at), _is_late(event, so_far))
            case _:
                yield Mark(event, court.day(event.effective_at))


def _is_late(event: Event, so_far: Sequence[Standing]) -> bool:
    """Whether the time was over by the last day that was known when it was deposited."""
    held = [s for s in so_far if s.valid_from <= event.effective_at]
    due_at = held[-1].clock.due_at if held else None
    return due_at is not None and event.effective_at >= due_at
