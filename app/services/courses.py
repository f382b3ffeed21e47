"""The course of an order, as its assessment saw it: what its page draws."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.course import Lane, course
from app.domain.events import Event
from app.services.compliance import Assessed


def lanes(assessed: Assessed, events: Sequence[Event]) -> Sequence[Lane]:
    """A lane per obligation, from the very assessment that the page shows."""
    return course(assessed.assessment, assessed.court, events)
