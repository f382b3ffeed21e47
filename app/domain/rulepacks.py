"""What a set of procedural rules says about time, as data with citations.

The parameters are those that tell the compared jurisdictions apart; ``packfile`` reads
them from a mapping, ``deadlines`` applies them. No jurisdiction is named in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Generic, TypeVar

from app.domain.periods import Direction, Duration, MonthAnchor, Unit
from app.errors import RuleNotInForce

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Cited(Generic[T_co]):
    """A parameter, the text it is read from, and whether that text was read."""

    value: T_co
    citation: str
    verified: bool = True
    note: str = ""
    note_fr: str = ""

    def and_also(self, other: Cited[Any]) -> Cited[T_co]:
        """This parameter where it rests on the text of another as well."""
        both = dict.fromkeys((self.citation, other.citation))
        verified = self.verified and other.verified
        return replace(self, citation="; ".join(both), verified=verified)


class DeadlineKind(StrEnum):
    """What is asked of a period."""

    last_day = "last_day"
    """The last day on which the act is in time."""
    minimum_period_earliest_date = "minimum_period_earliest_date"
    """The first date that leaves at least the period ("not less than 28 days' notice")."""
    earliest_hearing = "earliest_hearing"
    """The first day on which the court sits that leaves at least the period."""
    deemed_service = "deemed_service"
    """The day on which an act of service is deemed done."""


class TriggerDay(StrEnum):
    """Whether the day of the trigger is the first day counted."""

    excluded = "excluded"
    included = "included"
    next_working = "next_working"
    """The count begins on the next working day (Fla. 2.514(a)(1)(A)); backward, the one before."""


class MixedOrder(StrEnum):
    """In which order a period of several units is counted. ``refused``: the rules do not say."""

    largest_first = "largest_first"
    as_written = "as_written"
    refused = "refused"


class Roll(StrEnum):
    """Where a last day goes that is not a working day.

    ``none``: it is known to stay. ``refused``: the rules do not say, so nothing is answered.
    """

    none = "none"
    refused = "refused"
    next_working = "next_working"
    previous_working = "previous_working"


class ExtensionBase(StrEnum):
    """From where a period that prolongs another is counted. ``refused``: the rules do not say."""

    trigger = "trigger"
    rolled_end = "rolled_end"
    refused = "refused"


class HourCount(StrEnum):
    """How a period in hours is counted."""

    elapsed = "elapsed"
    """Every hour, from the instant of the trigger."""
    next_full_hour = "next_full_hour"
    """Every hour, from the end of the hour in which the trigger falls."""
    midnight_to_midnight = "midnight_to_midnight"
    """From the midnight that ends the day of the trigger, court-local."""
    working_days = "working_days"
    """Every hour of working days only."""


class ServiceTiming(StrEnum):
    """Whether days added for the mode of service come before or after the first roll."""

    before_roll = "before_roll"
    after_roll = "after_roll"


@dataclass(frozen=True, slots=True)
class ServiceExtension:
    """What one mode of service adds: nothing, or days; ``backward`` when it also adds to
    periods counted back from an event."""

    days: int
    unit: Unit = Unit.day
    timing: ServiceTiming = ServiceTiming.after_roll
    backward: bool = False


@dataclass(frozen=True, slots=True)
class DeemedService:
    """When a mode of service is deemed done.

    ``days`` of ``unit`` after the act; an act at or after ``cut_off`` counts as done the next
    day; ``working`` moves the result to a working day. ``first_counted``: a period counts the
    deemed day itself as its first (Belgian CJ art. 53bis).
    """

    days: int = 0
    unit: Unit = Unit.day
    cut_off: time | None = None
    working: bool = False
    first_counted: bool = False


@dataclass(frozen=True, slots=True)
class YearlyWindow:
    """Days of every year that are not counted, both ends included; may span the new year."""

    from_month: int
    from_day: int
    until_month: int
    until_day: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule can be read."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """A published result that the pack must give; facts, with the address of their source.

    ``periods`` empty means that ``trigger`` is a fixed date. ``rule_on`` is the day as of
    which the pack is applied, when it is not the trigger's. ``expected`` is the day of
    the ``kind`` asked, or the instant for a period in hours. ``suspensions`` are days that do
    not count, both ends included. ``roll`` False: a day off stays where it falls.
    """

    id: str
    rule: str
    trigger: date | datetime
    periods: Duration
    direction: Direction
    calendar: str
    expected: date | datetime
    status: str
    source_url: str
    note: str
    service_method: str | None = None
    extensions: tuple[Duration, ...] = ()
    rule_on: date | None = None
    kind: DeadlineKind = DeadlineKind.last_day
    roll: bool = True
    at_court: bool | None = None
    suspensions: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """One jurisdiction's rules of time, versioned. Every parameter carries its citation."""

    id: str
    version: str
    title: str
    title_fr: str
    jurisdiction: str
    in_force_from: date
    in_force_to: date | None
    answers_from: date | None
    """Asked of an earlier day than ``in_force_from``, from this day on the pack answers by its
    own text all the same, and says so; None: it refuses. An order on record is always refused."""
    sources: tuple[Source, ...]
    not_covered: tuple[str, ...]
    worked_examples: tuple[WorkedExample, ...]
    not_covered_fr: tuple[str, ...] = ()

    units: Cited[frozenset[Unit]]
    trigger_day: Cited[TriggerDay]
    month_anchor: Cited[MonthAnchor]
    month_clip: Cited[bool]
    mixed_order: Cited[MixedOrder]
    short_period_days_max: Cited[int]
    """Periods of at most so many days count working days only; 0 when none do."""
    min_working_days: Cited[int]
    """A longer period holds at least so many working days, or is lengthened; 0: no such rule."""
    minimum_period_clear: Cited[frozenset[Unit]]
    """Units in which "at least" leaves the last day counted free as well (clear days)."""
    roll_after: Cited[Roll]
    roll_before: Cited[Roll]
    roll_only_acts_at_court: Cited[bool]
    fixed_dates_roll: Cited[bool]
    backward_clear: Cited[frozenset[Unit] | None]
    """Units in which, counting back, the last day counted is not itself available; None: the
    rules do not say how a period is counted back, so nothing is answered."""
    franc: Cited[bool]
    """The period is one day longer (French *délai franc*)."""
    extension_base: Cited[ExtensionBase]
    hour_count: Cited[HourCount]
    hours_roll: Cited[bool]
    """A period in hours that ends on a day off ends at the same hour of a working day."""
    closures_count: Cited[bool]
    """Days on which this very court was closed move a last day that falls on them."""
    day_end: Cited[time | None]
    """The hour, court-local, at which a last day is over; None is 24:00."""

    service: Mapping[str, Cited[ServiceExtension]]
    deemed_service: Mapping[str, Cited[DeemedService]]
    windows: tuple[Cited[YearlyWindow], ...]

    @property
    def service_methods(self) -> tuple[str, ...]:
        """The modes of service on which the pack has a rule, if only that nothing is added."""
        return tuple(dict.fromkeys((*self.service, *self.deemed_service)))

    def require_in_force(self, on: date, field: str = "trigger") -> None:
        """Raise ``RuleNotInForce`` on ``field`` unless the pack states the law of that day."""
        if on < self.in_force_from or (self.in_force_to is not None and on > self.in_force_to):
            raise RuleNotInForce(
                "The rules {pack}, version {version}, are not stated for {on}.",
                pack=self.id,
                version=self.version,
                on=on,
            ).at(field)

    def applied_early(self, on: date) -> bool:
        """Whether a day lies before the rules' time, but is one they answer for, saying so."""
        return self.answers_from is not None and self.answers_from <= on < self.in_force_from

    def require_unit(self, unit: Unit) -> None:
        """Raise ``RuleNotInForce`` when these rules do not say how ``unit`` is counted."""
        if unit not in self.units.value:
            raise RuleNotInForce(
                "The rules {pack} do not say how a period in this unit is counted: {unit} "
                "({citation}).",
                pack=self.id,
                unit=unit,
                citation=self.units.citation,
            ).at("period")

    def refusal(self, cited: Cited[Any], template: str, /, **values: object) -> RuleNotInForce:
        """What to raise where these rules do not say: ``template``, the pack, the citation."""
        return RuleNotInForce(template, pack=self.id, citation=cited.citation, **values)

    def require_method(self, method: str) -> None:
        """Raise ``RuleNotInForce`` when these rules have nothing on service by ``method``."""
        if method in self.service or method in self.deemed_service:
            return
        raise RuleNotInForce(
            "The rules {pack} do not say what service by {method} adds. They know: {methods}.",
            pack=self.id,
            method=method[:60],
            methods=", ".join(self.service_methods) or "-",
        ).at("service_method")
