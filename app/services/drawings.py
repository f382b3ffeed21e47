"""The computations of an order drawn on month grids: those that its assessment shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from app.domain.calendars import CourtCalendar
from app.domain.clocks import Clock, CourtTime
from app.domain.computation import Computation
from app.domain.drawing import Drawing, drawn
from app.domain.periods import Direction
from app.domain.terms import Within
from app.services.compliance import Assessed

Place = tuple[UUID, UUID | None]
"""An obligation, and one of its milestones or None for the obligation's own last day."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A computation drawn; or no drawing, where there is no room, or where it is ``like`` one
    that is drawn already.
    """

    drawing: Drawing | None = None
    like: Place | None = None


def drawings(assessed: Assessed, *, months_max: int) -> dict[Place, Shown]:
    """Each computation drawn, the same days once, and ``months_max`` months in all.

    From the very computation that the assessment shows, with the calendar it was made by.
    """
    found: dict[Place, Shown] = {}
    first: dict[Drawing, Place] = {}
    months = 0
    for place, clock in _clocks(assessed):
        if clock.computation is None:
            continue
        drawing = drawn(clock.computation, _calendar_of(clock, clock.computation, assessed.court))
        like = first.get(drawing)
        if like is not None:
            found[place] = Shown(like=like)
            continue
        months += len(drawing.months)
        if months <= months_max:
            first[drawing] = place
            found[place] = Shown(drawing)
        else:
            found[place] = Shown()
    return found


def _clocks(assessed: Assessed) -> Iterator[tuple[Place, Clock]]:
    """The clocks of obligations first: milestones are the ones to leave out."""
    for one in assessed.assessment.obligations:
        yield (one.obligation.id, None), one.standing.clock
    for one in assessed.assessment.obligations:
        for each in one.milestones:
            yield (one.obligation.id, each.milestone.id), each.clock


def _calendar_of(clock: Clock, computation: Computation, court: CourtTime) -> CourtCalendar:
    """The calendar of the version that a computation names, as its direction sees it."""
    known = [calendar for _pack, calendar in court.later.values()]
    version = computation.calendar_version
    calendar = next((c for c in known if c.version == version), court.calendar)
    backward = isinstance(clock.term, Within) and clock.term.direction is Direction.before
    return calendar.backward if backward else calendar
