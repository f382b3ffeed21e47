"""The law by which each order is computed: pinned versions, kept whole, and court closures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import models as m
from app.calendars import court_calendar
from app.calendars.kept import calendar_from_json, calendar_to_json
from app.domain import events as law
from app.domain.calendars import ClosureKind, CourtCalendar, DayName
from app.domain.clocks import CourtTime
from app.domain.rulepacks import RulePack
from app.errors import LawNotKept
from app.rulepacks import read_rule_pack, rule_pack, rule_pack_text

PACK, CALENDAR = "rule_pack", "calendar"

Law = tuple[RulePack, CourtCalendar]
Closed = tuple[tuple[date, ClosureKind, str, str], ...]
"""A court's closed days: each with its kind, its name and its source, in order."""


def current_law(order: m.Order) -> Law:
    """The versions of the order's rules and calendar that the service comes with now."""
    return rule_pack(order.rule_pack), court_calendar(order.calendar)


def versions_of(law: Law) -> tuple[str, str]:
    """The versions of a rule pack and a calendar, as events name them."""
    return law[0].version, law[1].version


def same_law(
    session: Session, pack: str, pack_version: str, calendar: str, calendar_version: str
) -> bool:
    """Whether those versions say what the ones at hand say, whatever they are called.

    A library that is upgraded gives every calendar another version; most say the same.
    """
    if not _same_pack(session, pack, pack_version):
        return False
    known = court_calendar(calendar)
    if known.version == calendar_version:
        return True
    kept = calendar_of(session, calendar, calendar_version)
    return _said(kept) == _said(known)


def _same_pack(session: Session, code: str, version: str) -> bool:
    known = rule_pack(code)
    if known.version == version:
        return True
    return replace(pack_of(session, code, version), version=known.version) == known


def _said(calendar: CourtCalendar) -> dict[str, Any]:
    return {**calendar_to_json(calendar), "version": ""}


def remember(session: Session, pack: RulePack, calendar: CourtCalendar, now: datetime) -> None:
    """Keep both versions whole, if they are not kept already."""
    for kind, code, version in (
        (PACK, pack.id, pack.version),
        (CALENDAR, calendar.code, calendar.version),
    ):
        if session.get(m.KeptLaw, (kind, code, version)) is None:
            content = (
                rule_pack_text(code)
                if kind == PACK
                else json.dumps(calendar_to_json(calendar), ensure_ascii=False)
            )
            row = m.KeptLaw(kind=kind, code=code, version=version, content=content, kept_at=now)
            session.merge(row)
    session.flush()


def pack_of(session: Session, code: str, version: str) -> RulePack:
    """A version of a rule pack: the one at hand, or the one kept.

    Raises:
        LawNotKept: neither is that version.
    """
    known = rule_pack(code)
    if known.version == version:
        return known
    return _kept_pack(_content(session, PACK, code, version))


def calendar_of(session: Session, code: str, version: str) -> CourtCalendar:
    """A version of a calendar: the one at hand, or the one kept.

    Raises:
        LawNotKept: neither is that version.
    """
    known = court_calendar(code)
    if known.version == version:
        return known
    return _kept_calendar(_content(session, CALENDAR, known.code, version))


def _content(session: Session, kind: str, code: str, version: str) -> str:
    kept = session.get(m.KeptLaw, (kind, code, version))
    if kept is None:
        raise LawNotKept(
            "Version {version} of {code} is neither at hand nor kept.", version=version, code=code
        )
    return kept.content


@lru_cache(maxsize=64)
def _kept_pack(content: str) -> RulePack:
    return read_rule_pack(content)


@lru_cache(maxsize=64)
def _kept_calendar(content: str) -> CourtCalendar:
    return calendar_from_json(json.loads(content))


def closed_days(session: Session, court_id: UUID, known_at: datetime | None = None) -> Closed:
    """The days on which the court was closed, as the record shows it, or showed it then."""
    query = select(m.Closure.closed_on, m.Closure.kind, m.Closure.name, m.Closure.source).where(
        m.Closure.court_id == court_id
    )
    if known_at is None:
        query = query.where(m.Closure.withdrawn_at.is_(None))
    else:
        query = query.where(
            m.Closure.recorded_at <= known_at,
            or_(m.Closure.withdrawn_at.is_(None), m.Closure.withdrawn_at > known_at),
        )
    return tuple(
        (on, kind, name, source)
        for on, kind, name, source in session.execute(query.order_by(m.Closure.closed_on))
    )


@lru_cache(maxsize=256)
def with_closed(calendar: CourtCalendar, closed: Closed) -> CourtCalendar:
    """The calendar with a court's closures on top; those outside its years do not matter."""
    days: dict[ClosureKind, dict[date, DayName]] = {kind: {} for kind in ClosureKind}
    for on, kind, name, source in closed:
        if calendar.covers(on):
            days[kind][on] = DayName(name, source)
    if not any(days.values()):
        return calendar
    said = json.dumps([(on.isoformat(), *rest) for on, *rest in closed], ensure_ascii=False)
    digest = hashlib.sha256(said.encode()).hexdigest()[:8]
    return calendar.with_closures(
        days[ClosureKind.office_closed],
        version=f"closures-{digest}",
        declared=days[ClosureKind.declared_holiday],
    )


def court_time(
    session: Session,
    order: m.Order,
    events: Iterable[law.Event] = (),
    *,
    known_at: datetime | None = None,
    closed: Closed | None = None,
) -> CourtTime:
    """How the order's court counts time: by the versions pinned, or that ``events`` applied.

    ``closed`` takes the place of the closures on record, for a preview.
    """
    days = closed_days(session, order.court_id, known_at) if closed is None else closed
    pinned = _law(session, order, (order.rule_pack_version, order.calendar_version), days)
    applied = {
        e.details.versions: _law(session, order, e.details.versions, days)
        for e in events
        if isinstance(e.details, law.LawChange) and e.details.applied
    }
    return CourtTime(
        zone=ZoneInfo(order.time_zone),
        pack=pinned[0],
        calendar=pinned[1],
        made_on=order.made_on,
        later=applied,
    )


def _law(session: Session, order: m.Order, versions: tuple[str, str], closed: Closed) -> Law:
    pack = pack_of(session, order.rule_pack, versions[0])
    calendar = calendar_of(session, order.calendar, versions[1])
    return pack, with_closed(calendar, closed)


def versions_in_force(order: m.Order, events: Iterable[law.Event]) -> tuple[str, str]:
    """The versions by which the order is computed: pinned, or last applied."""
    versions = (order.rule_pack_version, order.calendar_version)
    for event in law.standing_record(events):
        if isinstance(event.details, law.LawChange) and event.details.applied:
            versions = event.details.versions
    return versions
