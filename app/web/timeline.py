"""An order's record as of a day: what counts, what was corrected, what came later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.schemas.compliance import AssessmentOut, ObligationOut
from app.schemas.events import EventOut

_DAYS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """An event on the timeline, and how it stands as of the day asked."""

    event: EventOut
    corrected: bool
    later: bool


def entries(events: Iterable[EventOut], as_of: datetime, known_at: datetime) -> list[Entry]:
    """Every recorded event in the order in which it counts.

    ``later``: it takes effect after ``as_of``, or nobody had recorded it at ``known_at``.
    ``corrected``: a correction that was known by then made it void.
    """
    listed = sorted(events, key=lambda e: (e.effective_at, e.seq))
    known = {e.id for e in listed if e.recorded_at <= known_at}
    return [
        Entry(
            event=e,
            corrected=e.corrected_by is not None and e.corrected_by in known,
            later=e.effective_at > as_of or e.id not in known,
        )
        for e in listed
    ]


def days(events: Iterable[EventOut], found: AssessmentOut) -> Sequence[date]:
    """The days worth asking about: each event's, each last legal day and the day after it."""
    asked = {e.effective_on for e in events}
    due = {o.due_on for o in found.obligations}
    due |= {x.due_on for o in found.obligations for x in o.milestones}
    for due_on in due:
        if due_on is not None:
            asked |= {due_on, due_on + timedelta(days=1)}
    return sorted(asked)[-_DAYS_SHOWN:]


def of_category(found: AssessmentOut) -> dict[str, list[ObligationOut]]:
    """The obligations of each category, by its number."""
    grouped: dict[str, list[ObligationOut]] = {}
    for one in found.obligations:
        grouped.setdefault(one.category_number, []).append(one)
    return grouped
