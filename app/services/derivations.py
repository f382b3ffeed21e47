"""What a term would come to before there is an order: by a court's rules and closed days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app import models as m
from app.calendars import court_calendar
from app.domain.calendars import CourtCalendar
from app.domain.computation import Computation
from app.domain.deadlines import compute
from app.domain.drawing import Drawing, drawn
from app.domain.periods import Direction
from app.domain.rulepacks import RulePack
from app.domain.terms import NoTerm, Term, TriggerKind, Until, Within
from app.errors import Fault, Incomputable, Invalid
from app.phrases import Phrase, phrase
from app.rulepacks import rule_pack
from app.services.courts import zone
from app.services.lawbook import closed_days, with_closed


@dataclass(frozen=True, slots=True)
class CourtRules:
    """By what a court counts time now: its rules, its calendar with its closed days, its zone."""

    pack: RulePack
    calendar: CourtCalendar
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Tried:
    """A term tried on a day: the computation, or why there is none."""

    found: Computation | None = None
    silent: Phrase | None = None

    def drawing(self, rules: CourtRules, term: Term) -> Drawing | None:
        """The computation on month grids."""
        if self.found is None:
            return None
        backward = isinstance(term, Within) and term.direction is Direction.before
        return drawn(self.found, rules.calendar.backward if backward else rules.calendar)


def court_rules(session: Session, court: m.Court) -> CourtRules:
    """The versions that an order registered now would be pinned to."""
    calendar = with_closed(court_calendar(court.calendar), closed_days(session, court.id))
    return CourtRules(rule_pack(court.rule_pack), calendar, zone(court.time_zone))


def try_term(
    rules: CourtRules,
    term: Term,
    *,
    made_on: date | None,
    trigger_on: date | None,
    method: str | None = None,
) -> Tried:
    """Compute a term as if its clock started on ``trigger_on``. Saves nothing.

    A term counted from the decision takes ``made_on`` instead; a fixed date needs neither.
    """
    if isinstance(term, NoTerm):
        return Tried(silent=phrase("No date is stated: nothing is computed."))
    trigger = trigger_on
    if isinstance(term, Until):
        trigger = None
    elif term.trigger is TriggerKind.decision:
        trigger = made_on
    if trigger is None and isinstance(term, Within):
        return Tried(silent=_missing(term.trigger))
    served = isinstance(term, Within) and term.trigger is TriggerKind.service
    try:
        found = compute(
            term=term,
            pack=rules.pack,
            calendar=rules.calendar,
            zone=rules.zone,
            trigger=trigger,
            service_method=method if served else None,
        )
    except (Invalid, Incomputable) as fault:
        return Tried(silent=_why(fault))
    return Tried(found)


def _missing(kind: TriggerKind) -> Phrase:
    if kind is TriggerKind.decision:
        return phrase("Give the day on which the order was made, to see the last day.")
    return phrase("Give a day to try, to see the last day.")


def _why(fault: Fault) -> Phrase:
    return fault.faults[0].message if isinstance(fault, Invalid) else fault.message
