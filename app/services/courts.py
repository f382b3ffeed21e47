"""Courts: register one, list those one may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.calendars import court_calendar
from app.domain.access import Actor
from app.domain.acts import Act, Where
from app.domain.clocks import day_end
from app.errors import (
    CalendarUnknown,
    Conflict,
    FieldFault,
    Incomputable,
    Invalid,
    NotFound,
    RulePackUnknown,
)
from app.phrases import phrase
from app.rulepacks import rule_pack
from app.schemas.courts import CourtIn
from app.services.access import visible
from app.services.log import say


def register_court(session: Session, data: CourtIn, now: datetime) -> m.Court:
    """Add a court. Its rule pack, calendar and time zone must be known."""
    check_law(data.rule_pack, data.calendar, data.time_zone)
    court = m.Court(**data.model_dump(), created_at=now)
    session.add(court)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("There is already a court with the code {code}.", code=data.code) from None
    say(session, Act.court_registered, None, now, Where(court_id=court.id))
    return court


def check_law(pack: str, calendar: str, time_zone: str) -> None:
    """Refuse, field by field, what the law does not know."""
    faults: list[FieldFault] = []
    for field, look_up, name in (
        ("rule_pack", rule_pack, pack),
        ("calendar", court_calendar, calendar),
    ):
        try:
            look_up(name)
        except (RulePackUnknown, CalendarUnknown) as fault:
            faults.append(FieldFault(field, fault.message))
    try:
        zone(time_zone)
    except Incomputable as fault:
        faults.append(FieldFault("time_zone", fault.message))
    if faults:
        raise Invalid.all(faults)


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises ``Incomputable`` for any other text."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Incomputable(
            phrase("{name} is not a time zone of the IANA list.", name=name)
        ) from None


def courts(session: Session, actor: Actor) -> Sequence[m.Court]:
    """The courts that the actor belongs to or has a matter in."""
    return session.scalars(
        visible(select(m.Court), m.Court, actor).order_by(m.Court.name, m.Court.id).limit(200)
    ).all()


def court_by_code(session: Session, code: str) -> m.Court | None:
    """The court of that code, or None."""
    return session.scalar(select(m.Court).where(m.Court.code == code))


def court_of(session: Session, actor: Actor, code: str) -> m.Court:
    """The court of that code, if it exists for the actor; else ``NotFound``."""
    found = session.scalar(visible(select(m.Court), m.Court, actor).where(m.Court.code == code))
    if found is None:
        raise NotFound
    return found


def zone_start(on: date, zone_name: str) -> datetime:
    """The first instant of a day in a zone. ``Invalid`` where that is out of range."""
    try:
        return datetime.combine(on, time(), zone(zone_name)).astimezone(UTC)
    except OverflowError:
        raise Invalid.field("since", "This date is out of any reasonable range.") from None


def end_of_court_day(session: Session, actor: Actor, on: date, court: m.Court | None) -> datetime:
    """The last instant of a day: the named court's, or the one zone of all of the actor's.

    Raises ``Invalid`` where the actor's courts are in several zones and none is named.
    """
    zones = {court.time_zone} if court else {c.time_zone for c in courts(session, actor)}
    if len(zones) > 1:
        raise Invalid.field(
            "as_of", "Your courts are in several time zones: name one, or give an instant."
        )
    local = zone(zones.pop()) if zones else ZoneInfo("UTC")
    try:
        return day_end(on, local)
    except OverflowError:
        raise Invalid.field("as_of", "This date is out of any reasonable range.") from None
