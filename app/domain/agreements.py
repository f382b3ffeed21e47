"""Extensions by agreement: which count, and what must be said of those that should not.

A time that is over cannot be made longer: an extension agreed after the last day is on the
record and is said to be there, and moves nothing (docs/decisions/0011). The one rule read
that speaks of it asks for *prior* written agreement (England, CPR 3.8(4)); the packs we
have say nothing of it. Only the court gives time again, by an extension by order or a
modification.

Writing is proof and not what makes an agreement: without one the extension counts, and the
assessment says that none is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.events import Event, Extended, ExtensionBy, Modification
from app.domain.terms import NoTerm, Until, Within


@dataclass(frozen=True, slots=True)
class Doubt:
    """An extension by agreement of which something must be said.

    ``over_on`` is the last day that had passed when it was agreed: it is not counted. None:
    it counts, but no writing is recorded.
    """

    event: Event
    agreed_on: date | None
    over_on: date | None


def sifted(
    events: Iterable[Event], last_day: Callable[[Sequence[Event]], date | None]
) -> tuple[list[Event], tuple[Doubt, ...]]:
    """The events that move a clock, without agreements that came too late; and the doubts.

    ``last_day`` tells the last day that some events give. What was agreed on that very day
    came in time: the record knows no hour of it. Where no last day was known, none was over.
    """
    kept: list[Event] = []
    doubts: list[Doubt] = []
    for event in events:
        match event.details:
            case Modification(term=Within() | Until() | NoTerm()):
                # A new term takes the place of the old one and of all its extensions.
                doubts.clear()
            case Extended(by=ExtensionBy.agreement, agreed_on=agreed_on, writing=writing):
                over_on = last_day(kept) if agreed_on is not None else None
                if agreed_on is not None and over_on is not None and over_on < agreed_on:
                    doubts.append(Doubt(event, agreed_on, over_on))
                    continue
                if not writing:
                    doubts.append(Doubt(event, agreed_on, None))
        kept.append(event)
    return kept, tuple(doubts)
