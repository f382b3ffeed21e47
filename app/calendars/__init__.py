"""The court calendars that come with Bordereau, as open data: one TOML file each.

Base days from the ``holidays`` library, our corrections with their sources on top, and the
years covered. The library is data, not law (it answers for wrong codes, and overstates some
territories), so what it is asked comes only from these files.

A file says:

``code``, ``name``, ``name_fr``, ``version``, ``sources``, ``first_year``, ``last_year``
    What it is. ``version`` changes whenever a day does.
``aliases``
    Other codes under which the same calendar is found.
``zones``
    IANA zones of the courts on this calendar; the first is meant when none is stated.
``weekend``
    Weekdays off, Monday being 0; Saturday and Sunday when left out.
``notes``, ``notes_fr``
    What a court on this calendar must know: what is left out, and why.
``follows``
    The code of a calendar whose base (unless this file has its own) and corrections come first.
``[base]``
    What the library is asked: ``country``, ``subdivision``, ``language``, ``categories``, and
    the ``source`` in law of those days. Without it the days are all ours.
``[[corrections.remove]]``
    ``name`` as the library gives it, ``source``; limited by ``weekdays``, ``from_year``,
    ``until_year``. Removing what is not there is an error: the library has changed.
``[[corrections.add]]``
    ``name``, ``source``, and either ``days`` or a rule (see ``app.calendars.yearly``) with
    ``from_year`` and ``until_year``; ``observed`` (``{ saturday = -1, sunday = 1 }``: the day
    that many days later is off too when it falls there); ``verified = false`` where its law was
    not read or its texts disagree; ``note`` and ``note_fr`` on that, or on where it counts;
    ``forward_only`` for days that extend a period counted forward only (FRCP 6(a)(6)(C)). Two
    holidays on one date keep both names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from app.calendars.building import Table, build_calendar, version_of
from app.domain.calendars import CourtCalendar
from app.errors import CalendarUnknown


@dataclass(frozen=True, slots=True)
class CalendarHead:
    """What a list of calendars says of one: all but its days. See ``CourtCalendar``."""

    code: str
    name: str
    name_fr: str
    aliases: tuple[str, ...]
    first_year: int
    last_year: int
    version: str
    zones: tuple[str, ...]


def court_calendar(code: str) -> CourtCalendar:
    """The calendar of that code or alias; built at its first use.

    Raises:
        CalendarUnknown: there is none; the message lists those there are.
    """
    known = _codes()
    if code not in known:
        raise CalendarUnknown(
            "There is no calendar {calendar}. There are: {calendars}.",
            calendar=code[:64],
            calendars=", ".join(_tables()),
        )
    return _calendar(known[code])


def court_calendars() -> tuple[CourtCalendar, ...]:
    """Every calendar, by code. This builds them all: a list needs only ``calendar_heads``."""
    return tuple(_calendar(code) for code in _tables())


def calendar_codes() -> tuple[str, ...]:
    """The code of every calendar, in order, without aliases."""
    return tuple(_tables())


@cache
def calendar_heads() -> tuple[CalendarHead, ...]:
    """Every calendar without its days, by code. Builds none."""
    return tuple(
        CalendarHead(
            code=code,
            name=table["name"],
            name_fr=table["name_fr"],
            aliases=tuple(table.get("aliases", ())),
            first_year=table["first_year"],
            last_year=table["last_year"],
            version=version_of(*_chain(code)),
            zones=tuple(table["zones"]),
        )
        for code, table in _tables().items()
    )


@cache
def _tables() -> dict[str, Table]:
    # The folder is listed, never joined with what a user wrote.
    texts = (
        entry.read_text(encoding="utf-8")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".toml")
    )
    tables = sorted((tomllib.loads(text) for text in texts), key=lambda table: str(table["code"]))
    return {table["code"]: table for table in tables}


@cache
def _codes() -> dict[str, str]:
    """The code that each code and alias means."""
    tables = _tables()
    aliases = {alias: code for code in tables for alias in tables[code].get("aliases", ())}
    return {**aliases, **{code: code for code in tables}}


def _chain(code: str) -> tuple[Table, ...]:
    """The content of a calendar's file, after those that it follows."""

    def back(code: str) -> Iterator[Table]:
        table = _tables()[code]
        yield table
        if "follows" in table:
            yield from back(table["follows"])

    return tuple(back(code))[::-1]


@cache
def _calendar(code: str) -> CourtCalendar:
    return build_calendar(*_chain(code))
