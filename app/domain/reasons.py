"""Reasons in words: one sentence that can be pasted into a decision, and one per event.

Every sentence is a ``Phrase``: the door renders it in its reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain import events as ev
from app.domain.agreements import Doubt
from app.domain.clocks import Clock
from app.domain.deadlines import Extension
from app.domain.periods import duration_phrase
from app.domain.status import Status
from app.domain.terms import NoTerm, TriggerKind, Until, term_phrase
from app.phrases import Phrase, phrase


@dataclass(frozen=True, slots=True)
class Received:
    """What came for one category, and what stopped it, as a sentence needs it."""

    category_number: str
    first_at: datetime | None
    completed_at: datetime | None
    answered_count: int
    elements_count: int
    stayed_from: datetime | None = None
    ended_at: datetime | None = None


def sentence(status: Status, clock: Phrase | str, received: Received, zone: ZoneInfo) -> Phrase:
    """Why the status is what it is, in one sentence; ``clock`` may be said already.

    "served 12 July 2021, within 2 months of service, last day Sunday 12 September 2021,
    moved to Monday 13 September 2021 24:00; nothing received for category 2"
    """
    return phrase("{clock}; {received}", clock=clock, received=_received(status, received, zone))


def _received(status: Status, received: Received, zone: ZoneInfo) -> Phrase:
    number = received.category_number
    if status is Status.ended and received.ended_at is not None:
        return phrase(
            "nothing is owed for category {number} since {on}",
            number=number,
            on=_day(received.ended_at, zone),
        )
    if received.completed_at is not None:
        return phrase(
            "category {number} declared complete on {on}",
            number=number,
            on=_day(received.completed_at, zone),
        )
    came = _came(received, zone)
    if status is Status.suspended and received.stayed_from is not None:
        return phrase(
            "execution stayed since {on}, {came}", on=_day(received.stayed_from, zone), came=came
        )
    return came


def _came(received: Received, zone: ZoneInfo) -> Phrase:
    if received.first_at is None:
        return phrase("nothing received for category {number}", number=received.category_number)
    if received.elements_count == 0:
        return phrase(
            "category {number} received in part since {on}, not declared complete",
            number=received.category_number,
            on=_day(received.first_at, zone),
        )
    return phrase(
        "category {number} received in part since {on}, {answered} of {elements} elements answered",
        number=received.category_number,
        on=_day(received.first_at, zone),
        answered=received.answered_count,
        elements=received.elements_count,
    )


def clock_said(clock: Clock, obligor: str, zone: ZoneInfo) -> Phrase:
    """What started the clock, by which term, and the last day; the sentence's first half."""
    if isinstance(clock.term, NoTerm):
        return phrase("the order states no date")
    last = _last_day(clock, zone)
    late = tuple(doubt_said(d) for d in clock.doubts if d.over_on is not None)
    if isinstance(clock.term, Until):
        return phrase("{parts}", parts=(_extended(clock, term_phrase(clock.term)), last, *late))
    if clock.trigger_on is None and clock.term.trigger is TriggerKind.event:
        return phrase("the event from which time runs is not recorded: time does not run")
    if clock.trigger_on is None:
        return phrase(
            "no proof of service on {obligor} is recorded: time does not run", obligor=obligor
        )
    return phrase(
        "{parts}", parts=(_trigger(clock), _extended(clock, term_phrase(clock.term)), last, *late)
    )


def _trigger(clock: Clock) -> Phrase:
    if clock.trigger is None:
        return phrase("decision of {on}", on=clock.trigger_on)
    if clock.provisional:
        return phrase("served {on} (provisional date, not proved)", on=clock.trigger_on)
    if isinstance(clock.trigger.details, ev.Service):
        return phrase("served {on}", on=clock.trigger_on)
    return phrase("time runs from {on}", on=clock.trigger_on)


def _extended(clock: Clock, term: Phrase) -> Phrase:
    for extension in clock.extensions:
        term = phrase(
            "{term}, extended {extension}", term=term, extension=extension_said(extension)
        )
    return term


def extension_said(extension: Extension) -> Phrase:
    """ "by 1 month", "to 30 September 2021"."""
    if extension.periods:
        return phrase("by {duration}", duration=duration_phrase(extension.periods))
    if extension.at is not None:
        return phrase("to {on} {at}", on=extension.on, at=f"{extension.at:%H:%M}")
    return phrase("to {on}", on=extension.on)


def doubt_said(doubt: Doubt) -> Phrase:
    """What must be said of an extension by agreement, in one clause."""
    if doubt.over_on is None:
        return phrase("an extension by agreement counts, but no writing of it is recorded")
    return phrase(
        "the extension agreed on {agreed_on} is not counted: time was over on {over_on}",
        agreed_on=doubt.agreed_on,
        over_on=doubt.over_on,
    )


def _last_day(clock: Clock, zone: ZoneInfo) -> Phrase:
    found = clock.computation
    if found is None and clock.interrupted is not None:
        return phrase(
            "the last day was {due_on:weekday} before the stay", due_on=clock.interrupted.due_on
        )
    if found is None:
        return phrase("last day not known")
    hour = end_of_day(found.due_at, zone)
    if found.raw_on == found.due_on:
        return phrase("last day {due_on:weekday} {hour}", due_on=found.due_on, hour=hour)
    return phrase(
        "last day {raw_on:weekday}, moved to {due_on:weekday} {hour}",
        raw_on=found.raw_on,
        due_on=found.due_on,
        hour=hour,
    )


def end_of_day(due_at: datetime, zone: ZoneInfo) -> str:
    """The hour at which the time is over on its last day, on the court's clock."""
    local = due_at.astimezone(zone)
    return "24:00" if local.time() == time.min else f"{local:%H:%M}"


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


_PLAIN = {
    ev.EventKind.withdrawal: "the requesting party withdrew",
    ev.EventKind.set_aside: "set aside by the court",
    ev.EventKind.exhibit_replaced: "an exhibit was replaced by a later one",
    ev.EventKind.exhibit_withdrawn: "an exhibit was withdrawn; its number stays",
    ev.EventKind.correction: "an earlier entry was corrected",
}

_APPEALS = {
    ev.AppealOutcome.confirmed: "confirmed on appeal",
    ev.AppealOutcome.reversed: "reversed on appeal",
    ev.AppealOutcome.partly_reversed: "reversed in part on appeal",
    ev.AppealOutcome.struck_from_roll: "appeal struck from the roll",
    ev.AppealOutcome.withdrawn: "appeal withdrawn",
}

_CONSEQUENCES = {
    ev.ConsequenceKind.struck_from_roll: "struck from the roll for non-execution",
    ev.ConsequenceKind.exclusion: "exhibits excluded",
    ev.ConsequenceKind.adverse_inference: "adverse inference drawn",
    ev.ConsequenceKind.sanction: "sanction ordered",
}


def event_said(event: ev.Event, milestones: Mapping[UUID, str] | None = None) -> Phrase:
    """What an event says, in one clause; its date stands beside it.

    ``milestones`` are the names of those that an event may name.
    """
    named = ev.milestone_named(event)
    if named is None:
        return _said(event)
    return phrase(
        "milestone “{name}”: {said}", name=(milestones or {}).get(named, "?"), said=_said(event)
    )


def _said(event: ev.Event) -> Phrase:  # noqa: PLR0911, PLR0912  one case a kind
    match event.details:
        case ev.Service(provisional=True):
            return phrase("service, on a provisional date that is not proved")
        case ev.Service(further=True):
            return phrase("served again: the first regular service counts")
        case ev.Service():
            return phrase("service of the decision")
        case ev.Triggered():
            return phrase("the event from which time runs")
        case ev.Extended(by=ev.ExtensionBy.agreement) as it:
            return phrase(
                "extended by agreement {extension}", extension=extension_said(it.extension)
            )
        case ev.Extended() as it:
            return phrase("extended by order {extension}", extension=extension_said(it.extension))
        case ev.Stay(until_on=None):
            return phrase("execution stayed")
        case ev.Stay() as it:
            return phrase("execution stayed; time runs again from {on}", on=it.until_on)
        case ev.StayLifted():
            return phrase("stay lifted: time runs again")
        case ev.Appeal():
            return phrase("appeal lodged: it does not suspend the order")
        case ev.AppealDecided() as it:
            return phrase(_APPEALS[it.outcome])
        case ev.Modification(term=None):
            return phrase("the order was modified")
        case ev.Modification(term=term):
            assert term is not None  # noqa: S101  the case above
            return phrase("the order was modified: {term}", term=term_phrase(term))
        case ev.Objection():
            return phrase("the obligor objects")
        case ev.Ruling(outcome=ev.RulingOutcome.upheld):
            return phrase("objection upheld")
        case ev.Ruling():
            return phrase("objection rejected")
        case ev.Dispute():
            return phrase("what was produced is disputed")
        case ev.Finding(outcome=ev.FindingOutcome.sufficient):
            return phrase("found sufficient")
        case ev.Finding():
            return phrase("found insufficient")
        case ev.Consequence() as it:
            return phrase(_CONSEQUENCES[it.consequence])
        case ev.PenaltySet():
            return phrase("periodic penalty ordered")
        case ev.PenaltyLiquidated() as it:
            return phrase(
                "periodic penalty liquidated at {amount} {currency}",
                amount=it.liquidated_amount,
                currency=it.currency,
            )
        case ev.ProductionDeposited():
            return phrase("production deposited")
        case ev.LawChange(applied=True) as it:
            return phrase(
                "new versions applied: rules {pack}, calendar {calendar}",
                pack=it.rule_pack_version,
                calendar=it.calendar_version,
            )
        case ev.LawChange() as it:
            return phrase(
                "new versions not applied: rules {pack}, calendar {calendar}",
                pack=it.rule_pack_version,
                calendar=it.calendar_version,
            )
        case ev.Outage() as it:
            return phrase("the service could not be reached until {at}", at=it.until_at)
    return phrase(_PLAIN[event.kind])
