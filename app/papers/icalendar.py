"""A court calendar as an iCalendar feed (RFC 5545), to subscribe to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from app.domain.calendars import CourtCalendar, DayName
from app.language import Language, say
from app.phrases import phrase

LINE_OCTETS_MAX = 75
_ESCAPES = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}

# A VCALENDAR must have a component (3.6). One without a day has this.
_UTC_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar_feed(
    calendar: CourtCalendar, first_year: int, last_year: int, language: Language, stamp: datetime
) -> bytes:
    """The holidays of those years, both included, each an event of a whole day.

    The names are in the language of their law, what is said of them in ``language``. A day has
    the same UID in every feed of its calendar. A court's own closures are not in it. ``stamp``,
    an instant with its zone, is when the feed was made.

    Raises:
        CalendarNotCovered: the calendar does not cover one of those years.
    """
    calendar.require(date(first_year, 1, 1))
    calendar.require(date(last_year, 1, 1))
    name = calendar.name_fr if language == "fr" else calendar.name
    days = [day for day in calendar.holidays if first_year <= day.year <= last_year]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Bordereau//Court calendars//{language.upper()}",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    made = f"{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for day in days:
        lines += _event(calendar, day, language, made)
    if not days:
        lines += _UTC_ZONE
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(calendar: CourtCalendar, day: date, language: Language, made: str) -> Iterator[str]:
    named = calendar.holidays[day]
    yield "BEGIN:VEVENT"
    yield f"UID:{day:%Y%m%d}-{calendar.code}@calendars.bordereau"
    yield f"DTSTAMP:{made}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"  # the end is not in it
    yield f"SUMMARY:{_text(named.name)}"
    about = "\n".join(_about(named, day in calendar.forward_only, language))
    yield f"DESCRIPTION:{_text(about)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _about(named: DayName, forward_only: bool, language: Language) -> Iterator[str]:
    yield named.source
    if not named.verified:
        yield say(phrase("Unverified: check this day before relying on it."), language)
    note = named.note_fr if language == "fr" else named.note
    if note:
        yield note
    if forward_only:
        yield say(phrase("Counts only for a period counted forward."), language)


def _text(value: str) -> str:
    """A value of type TEXT (3.3.11)."""
    plain = "\n".join(value.splitlines())
    return re.sub(r"[\\;,\n]", lambda found: _ESCAPES[found[0]], plain)


def _folded(line: str) -> bytes:
    """One content line in UTF-8, folded at 75 octets and never inside a character (3.1)."""
    parts, part, room = [], b"", LINE_OCTETS_MAX
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > room:
            parts.append(part)
            part, room = b"", LINE_OCTETS_MAX - 1  # the space that begins a folded line
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
