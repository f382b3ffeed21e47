"""Deadlines asked for alone: by the rules and the calendar, with no order and no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.calendars import court_calendar
from app.domain.calendars import CourtCalendar, DayKind
from app.domain.computation import Computation, Extension
from app.domain.deadlines import compute
from app.domain.drawing import Drawing, drawn
from app.domain.hours import aware, local_day, on_court_clock
from app.domain.notice import deemed_day, earliest_date
from app.domain.periods import Direction
from app.domain.reasons import end_of_day
from app.domain.rulepacks import DeadlineKind, RulePack
from app.domain.stays import Suspension
from app.domain.terms import TriggerKind, Until, Within, at_field
from app.errors import (
    CalendarNotCovered,
    CalendarUnknown,
    FieldFault,
    Incomputable,
    Invalid,
    RulePackUnknown,
)
from app.language import Language, say, sentence
from app.phrases import Phrase, phrase
from app.rulepacks import rule_pack
from app.schemas.deadlines import (
    AskedExtension,
    ComputationOut,
    DayUsed,
    DeadlineIn,
    DeadlineOut,
    StepOut,
)
from app.services.courts import zone as zone_named
from app.services.lawbook import with_closed


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A deadline, and the court's time by which it was reckoned."""

    found: Computation
    pack: RulePack
    calendar: CourtCalendar
    zone: ZoneInfo
    zone_assumed: bool
    trigger: date | datetime | None
    rule_on: date | None


def reckon(asked: DeadlineIn) -> Reckoned:
    """Compute what is asked. Saves nothing.

    Raises:
        Invalid: names the field that is unknown or contradicts another.
        Incomputable: and its like, where rules or calendar do not answer.
    """
    pack, calendar = _law(asked)
    zone, assumed = _zone(asked.time_zone, calendar)
    trigger = _on_clock(asked.trigger, zone, "trigger")
    closed = _closed(calendar, asked)
    rule_on = asked.rule_on or _rule_on(pack, trigger, zone)
    found = _found(asked, pack, closed, zone, trigger, rule_on)
    return Reckoned(found, pack, closed, zone, assumed, trigger, rule_on)


def _rule_on(pack: RulePack, trigger: date | datetime | None, zone: ZoneInfo) -> date | None:
    """The first day of the rules, for a trigger before them for which they answer all the same."""
    early = trigger is not None and pack.applied_early(local_day(trigger, zone))
    return pack.in_force_from if early else None


def _law(asked: DeadlineIn) -> tuple[RulePack, CourtCalendar]:
    try:
        return rule_pack(asked.pack), court_calendar(asked.calendar)
    except (RulePackUnknown, CalendarUnknown) as fault:
        field = "pack" if isinstance(fault, RulePackUnknown) else "calendar"
        raise Invalid(FieldFault(field, fault.message)) from None


def _zone(name: str | None, calendar: CourtCalendar) -> tuple[ZoneInfo, bool]:
    """The zone named, or the calendar's first; and whether that was a choice among several."""
    if name is None:
        return ZoneInfo(calendar.zones[0]), len(calendar.zones) > 1
    try:
        return zone_named(name), False
    except Incomputable as fault:
        raise Invalid(FieldFault("time_zone", fault.message)) from None


def _on_clock(moment: date | datetime | None, zone: ZoneInfo, field: str) -> date | datetime | None:
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return on_court_clock(moment, zone, field)
    return moment


def _closed(calendar: CourtCalendar, asked: DeadlineIn) -> CourtCalendar:
    days = sorted((c.on, c.kind, c.name or "closed", "") for c in asked.closures)
    for number, each in enumerate(asked.closures):
        if not calendar.covers(each.on):
            raise Invalid(FieldFault(f"closures.{number}.on", _uncovered(calendar, each.on)))
    return with_closed(calendar, tuple(days))


def _uncovered(calendar: CourtCalendar, on: date) -> Phrase:
    try:
        calendar.require(on)
    except CalendarNotCovered as fault:
        return fault.message
    raise ValueError(f"{calendar.code} covers {on}")


def _found(
    asked: DeadlineIn,
    pack: RulePack,
    calendar: CourtCalendar,
    zone: ZoneInfo,
    trigger: date | datetime | None,
    rule_on: date | None,
) -> Computation:
    suspensions = [
        at_field(f"suspensions.{n}.until_on", Suspension, s.from_on, s.until_on, s.effect)
        for n, s in enumerate(asked.suspensions)
    ]
    if asked.kind is DeadlineKind.last_day:
        return compute(
            term=_term(asked, zone),
            pack=pack,
            calendar=calendar,
            zone=zone,
            trigger=trigger,
            service_method=asked.service_method,
            extensions=[_extension(n, each) for n, each in enumerate(asked.extensions)],
            suspensions=suspensions,
            at_court=asked.at_court,
            rule_on=rule_on,
            roll=asked.roll == "on",
        )
    if asked.kind is DeadlineKind.deemed_service:
        assert trigger is not None  # noqa: S101  the schema says so
        return deemed_day(
            method=asked.service_method,
            periods=asked.period or (),
            done_at=trigger,
            pack=pack,
            calendar=calendar,
            zone=zone,
            rule_on=rule_on,
        )
    return earliest_date(
        kind=asked.kind,
        periods=asked.period or (),
        pack=pack,
        calendar=calendar,
        zone=zone,
        trigger=trigger,
        service_method=asked.service_method,
        suspensions=suspensions,
        rule_on=rule_on,
    )


def _extension(n: int, asked: AskedExtension) -> Extension:
    if asked.to_on is not None:
        return at_field(f"extensions.{n}.to_at", Extension.to, asked.to_on, asked.to_at)
    return Extension.by(asked.period or ())


def _term(asked: DeadlineIn, zone: ZoneInfo) -> Within | Until:
    if asked.fixed_date is None:
        assert asked.period is not None  # noqa: S101  the schema says so
        return Within(asked.period, TriggerKind.service, asked.direction)
    at = _on_clock(asked.fixed_date, zone, "fixed_date")
    if not isinstance(at, datetime):
        assert at is not None  # noqa: S101  it is the fixed date
        return Until(at)
    try:
        local = aware(at).astimezone(zone)
    except Incomputable as fault:
        raise fault.at("fixed_date") from None
    return at_field("fixed_date", Until, local.date(), local.time())


def drawing_of(asked: DeadlineIn, reckoned: Reckoned) -> Drawing:
    """The answer drawn on month grids, with the days off that its direction knows."""
    backward = asked.direction is Direction.before
    seen = reckoned.calendar.backward if backward else reckoned.calendar
    return drawn(reckoned.found, seen)


def deadline_out(reckoned: Reckoned, language: Language) -> DeadlineOut:
    """The answer on the wire, its sentences in ``language``."""
    found, zone = reckoned.found, reckoned.zone
    told = computation_out(found, language, zone)
    return DeadlineOut(
        **{name: getattr(told, name) for name in ComputationOut.model_fields},
        kind=found.kind,
        rolled_on=found.rolled_on,
        due_local=found.due_at.astimezone(zone),
        due_hour=end_of_day(found.due_at, zone)
        if found.kind is DeadlineKind.last_day
        else f"{found.due_at:%H:%M}",
        time_zone=zone.key,
        time_zone_assumed=reckoned.zone_assumed,
        unverified=list(
            dict.fromkeys(s.citation for s in found.steps if not s.verified and s.citation)
        ),
        remarks=[sentence(said, language, zone) for said in remarks(reckoned)],
    )


def remarks(reckoned: Reckoned) -> Iterator[Phrase]:
    """What a careful reader should know of an answer."""
    if reckoned.zone_assumed:
        yield phrase("No time zone was given: {zone} was taken.", zone=reckoned.zone.key)
    if reckoned.rule_on is not None:
        yield phrase(
            "The rules that hold on {on} are applied to another day.",
            on=reckoned.rule_on,
        )
    if any(
        day.kind is not DayKind.weekend and not day.verified for day in reckoned.found.days_used
    ):
        yield phrase("A day off in the calendar was not checked against its text.")


def computation_out(
    found: Computation, language: Language, zone: ZoneInfo | None = None
) -> ComputationOut:
    """A computation on the wire, each step a sentence in ``language``."""
    return ComputationOut(
        raw_on=found.raw_on,
        due_on=found.due_on,
        due_at=found.due_at,
        steps=[
            StepOut(
                rule=s.rule,
                citation=s.citation,
                verified=s.verified,
                from_on=s.from_on,
                to_on=s.to_on,
                why=sentence(s.why, language, zone),
            )
            for s in found.steps
        ],
        rule_pack=found.pack_id,
        rule_pack_version=found.pack_version,
        calendar=found.calendar_code,
        calendar_version=found.calendar_version,
        days_used=[
            DayUsed(
                on=d.on,
                kind=d.kind.value,
                name=d.name,
                source=d.source,
                why=say(d.why, language, zone),
            )
            for d in found.days_used
        ],
    )
