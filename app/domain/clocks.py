"""The clock of an obligation: what started it, what moved it, when the time is over.

Only named events move a clock, each from its own effect on; the last day is always
derived anew from the trigger, never adjusted, so the dates it replaced can be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.agreements import Doubt, sifted
from app.domain.calendars import CourtCalendar
from app.domain.deadlines import Computation, Extension, Suspension, compute
from app.domain.events import (
    Event,
    Extended,
    LawChange,
    Modification,
    Service,
    Stay,
    StayLifted,
    Triggered,
    first_service,
    milestone_named,
)
from app.domain.penalties import PenaltyTerms
from app.domain.record import CategoryKind
from app.domain.rulepacks import RulePack
from app.domain.terms import NoTerm, Term, TriggerKind, Until, Within
from app.errors import CalendarNotCovered, Incomputable, RuleNotInForce


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """An interim date of a category, and what must have come by then.

    FRCP 34(b)(2)(B) wants the beginning and the end of a rolling production. With neither
    elements nor documents named, production must have begun. ``documents`` is how many, at
    least, must have come in all.
    """

    id: UUID
    name: str
    term: Term
    element_ids: tuple[UUID, ...] = ()
    documents: int | None = None

    def reached(self, answered: Set[UUID], documents: int, *, begun: bool) -> bool:
        """Whether what came is what is due by it."""
        if not self.element_ids and self.documents is None:
            return begun
        return answered >= set(self.element_ids) and documents >= (self.documents or 0)


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A category as the law needs it."""

    id: UUID
    number: str
    kind: CategoryKind
    element_ids: tuple[UUID, ...]
    term: Term
    penalty: PenaltyTerms | None = None
    milestones: tuple[MilestoneFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class ObligationFacts:
    """A category owed by one obligor."""

    id: UUID
    category: CategoryFacts
    obligor_id: UUID
    obligor: str


@dataclass(frozen=True, slots=True)
class CourtTime:
    """How the court counts time, and the day the order was made.

    ``pack`` and ``calendar`` are the versions pinned at registration; ``later`` those that
    an event may have put in their place, by their two versions.
    """

    zone: ZoneInfo
    pack: RulePack
    calendar: CourtCalendar
    made_on: date
    later: Mapping[tuple[str, str], tuple[RulePack, CourtCalendar]] = field(default_factory=dict)

    def under(self, events: Iterable[Event]) -> CourtTime:
        """The court's time by the law that the last of these events applied to the order."""
        court = self
        for event in events:
            match event.details:
                case LawChange(applied=True) as change:
                    pack, calendar = self.later[change.versions]
                    court = replace(self, pack=pack, calendar=calendar)
        return court

    def midnight(self, on: date) -> datetime:
        """The instant at which a court day begins, in UTC.

        Instants of one zone compare by their wall clocks, and one that the clocks show
        twice equals none in another zone: in UTC they compare as instants.
        """
        return datetime.combine(on, time.min, self.zone).astimezone(UTC)

    def day(self, at: datetime) -> date:
        """The court day of an instant."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Clock:
    """When the time is over, and how that was found.

    ``computation`` is None while the trigger is unknown, while an open stay makes the
    last day unknowable, and where the order states no date (``undated``).
    """

    term: Term
    trigger: Event | None = None
    trigger_on: date | None = None
    provisional: bool = False
    undated: bool = False
    extensions: tuple[Extension, ...] = ()
    # Extensions by agreement that came too late, or of which no writing is recorded.
    doubts: tuple[Doubt, ...] = ()
    computation: Computation | None = None
    # The last day before a stay made it unknowable: shown, never applied.
    interrupted: Computation | None = None

    @property
    def due_on(self) -> date | None:
        """The last legal day, where it is known."""
        return self.computation.due_on if self.computation else None

    @property
    def due_at(self) -> datetime | None:
        """The exclusive instant at which the time is over, where it is known."""
        return self.computation.due_at if self.computation else None

    @property
    def raw_on(self) -> date | None:
        """The last day before any move to another day."""
        return self.computation.raw_on if self.computation else None


@dataclass(frozen=True, slots=True)
class StayInterval:
    """A stay: from an event's day, until the day on which time runs again, if known."""

    event: Event
    from_on: date
    until_on: date | None


_CLOCK = (Service, Triggered, Extended, Stay, StayLifted, Modification, LawChange)


def clock_of(
    obligation: ObligationFacts,
    court: CourtTime,
    events: Sequence[Event],
    stays: Sequence[StayInterval],
) -> Clock:
    """The clock of the category's own term, as the events so far leave it.

    An event that names a milestone does not move it. Raises ``Incomputable`` where no rule
    answers.
    """
    own = [e for e in events if milestone_named(e) is None]
    return term_clock(obligation.category.term, obligation.obligor_id, court, own, stays)


def term_clock(
    term: Term,
    obligor_id: UUID,
    court: CourtTime,
    events: Sequence[Event],
    stays: Sequence[StayInterval],
) -> Clock:
    """The clock of one term of an obligor's, by the law in force and the events that move it."""
    court = court.under(events)

    def last_day(before: Sequence[Event]) -> date | None:
        return _counted(term, obligor_id, court, before, stays_of(before, court)).due_on

    kept, doubts = sifted(events, last_day)
    clock = _counted(term, obligor_id, court, kept, stays)
    return replace(clock, doubts=doubts) if doubts else clock


def _counted(
    term: Term,
    obligor_id: UUID,
    court: CourtTime,
    events: Sequence[Event],
    stays: Sequence[StayInterval],
) -> Clock:
    term, extensions = _term(term, events)
    if isinstance(term, NoTerm):
        # A date that the court sets later is a modification, with a term of its own.
        return Clock(term, undated=True)
    trigger, trigger_on = _trigger(term, obligor_id, court, events)
    provisional = (
        trigger is not None and isinstance(trigger.details, Service) and trigger.details.provisional
    )
    known = Clock(term, trigger, trigger_on, provisional, extensions=extensions)
    if isinstance(term, Within) and trigger_on is None:
        return known
    return _computed(known, court, stays)


def _term(term: Term, events: Iterable[Event]) -> tuple[Term, tuple[Extension, ...]]:
    """The term that holds, and its extensions: a new term takes the place of both."""
    extensions: list[Extension] = []
    for event in events:
        match event.details:
            case Modification(term=Within() | Until() | NoTerm() as modified):
                term, extensions = modified, []
            case Extended(extension=extension):
                extensions.append(extension)
    return term, tuple(extensions)


def _trigger(
    term: Term, obligor_id: UUID, court: CourtTime, events: Sequence[Event]
) -> tuple[Event | None, date | None]:
    """The event and the court day from which the term runs."""
    service = first_service(events, obligor_id)
    if not isinstance(term, Within):
        return service, None
    if term.trigger is TriggerKind.decision:
        return None, court.made_on
    if term.trigger is TriggerKind.event:
        happened = next((e for e in events if isinstance(e.details, Triggered)), None)
        return happened, court.day(happened.effective_at) if happened else None
    return service, court.day(service.effective_at) if service else None


def _computed(known: Clock, court: CourtTime, stays: Sequence[StayInterval]) -> Clock:
    closed = tuple(
        Suspension(s.from_on, s.until_on, s.event.details.effect)
        for s in stays
        if s.until_on is not None and isinstance(s.event.details, Stay)
    )
    try:
        found = _compute(known, court, closed)
    except (CalendarNotCovered, RuleNotInForce):
        raise
    except Incomputable:
        # No rule says how a stay moves this term (a fixed date, hours): the court must,
        # unless the time was over before the stay, or began to run after it.
        found = _compute(known, court, ())
        if any(_meets(stay, known.trigger_on, found.due_on) for stay in closed):
            return replace(known, interrupted=found)
    opened = [s for s in stays if s.until_on is None]
    if any(found.due_on >= s.from_on for s in opened):
        # Nobody can say the last day until the stay ends; a time already over stays over.
        return replace(known, interrupted=found)
    return replace(known, computation=found)


def _meets(stay: Suspension, trigger_on: date | None, due_on: date) -> bool:
    """Whether a closed stay fell into the time that ran."""
    over = stay.until_on is not None and trigger_on is not None and stay.until_on < trigger_on
    return stay.from_on <= due_on and not over


def _compute(known: Clock, court: CourtTime, suspensions: tuple[Suspension, ...]) -> Computation:
    trigger: date | datetime | None = known.trigger_on
    method = None
    if known.trigger is not None and known.trigger_on is not None:
        # Recorded for a day, an event takes effect as the day begins: its hour is not known.
        if known.trigger.effective_at != court.midnight(known.trigger_on):
            trigger = known.trigger.effective_at
        if isinstance(known.trigger.details, Service):
            method = known.trigger.details.method
    try:
        return compute(
            term=known.term,
            pack=court.pack,
            calendar=court.calendar,
            zone=court.zone,
            trigger=trigger,
            service_method=method,
            extensions=known.extensions,
            suspensions=suspensions,
        )
    except Incomputable as fault:
        # Nobody asked in fields of an order on record: the sentence alone says which part.
        raise fault.at("") from None


def stays_of(events: Iterable[Event], court: CourtTime) -> tuple[StayInterval, ...]:
    """Every stay among the events, ended by what was planned or by its lifting, the earlier."""
    stays = [e for e in events if isinstance(e.details, Stay)]
    lifted = {
        e.details.stay_id: court.day(e.effective_at)
        for e in events
        if isinstance(e.details, StayLifted)
    }
    return tuple(_interval(e, lifted.get(e.id), court) for e in stays)


def _interval(event: Event, lifted_on: date | None, court: CourtTime) -> StayInterval:
    planned = event.details.until_on if isinstance(event.details, Stay) else None
    known = [on for on in (planned, lifted_on) if on is not None]
    return StayInterval(event, court.day(event.effective_at), min(known) if known else None)


def stayed_by(stays: Iterable[StayInterval], on: date) -> Event | None:
    """The stay that holds on a court day, if one does."""
    for stay in stays:
        if stay.from_on <= on and (stay.until_on is None or on < stay.until_on):
            return stay.event
    return None


def clock_turns(events: Iterable[Event], after: datetime, until: datetime) -> bool:
    """Whether anything that moves a clock took effect in between."""
    return any(after < e.effective_at <= until and isinstance(e.details, _CLOCK) for e in events)


def last_instant(court: CourtTime, on: date) -> datetime:
    """The last instant of a court day: what "as of that day" means."""
    return day_end(on, court.zone)


def day_end(on: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day in a zone, in UTC."""
    following = datetime.combine(on + timedelta(days=1), time.min, zone).astimezone(UTC)
    return following - timedelta(microseconds=1)
