"""A calendar written down whole, to be read again when the service comes with another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from datetime import date
from typing import Any

from app.domain.calendars import CourtCalendar, DayName


def calendar_to_json(calendar: CourtCalendar) -> dict[str, Any]:
    """A calendar as published, as plain data; ``calendar_from_json`` reads it back."""
    return {
        "code": calendar.code,
        "name": calendar.name,
        "name_fr": calendar.name_fr,
        "version": calendar.version,
        "sources": list(calendar.sources),
        "first_year": calendar.first_year,
        "last_year": calendar.last_year,
        "weekend": sorted(calendar.weekend),
        "aliases": list(calendar.aliases),
        "zones": list(calendar.zones),
        "notes": list(calendar.notes),
        "notes_fr": list(calendar.notes_fr),
        "forward_only": [on.isoformat() for on in sorted(calendar.forward_only)],
        "holidays": [[on.isoformat(), *astuple(named)] for on, named in calendar.holidays.items()],
    }


def calendar_from_json(data: Mapping[str, Any]) -> CourtCalendar:
    """The calendar that ``calendar_to_json`` wrote down."""
    return CourtCalendar(
        code=data["code"],
        name=data["name"],
        name_fr=data["name_fr"],
        version=data["version"],
        sources=tuple(data["sources"]),
        first_year=data["first_year"],
        last_year=data["last_year"],
        aliases=tuple(data["aliases"]),
        zones=tuple(data["zones"]),
        notes=tuple(data["notes"]),
        notes_fr=tuple(data["notes_fr"]),
        weekend=frozenset(data["weekend"]),
        forward_only=frozenset(date.fromisoformat(on) for on in data["forward_only"]),
        holidays={date.fromisoformat(on): DayName(*named) for on, *named in data["holidays"]},
    )
