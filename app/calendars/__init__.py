"""The court calendars that come with Bordereau.

Each is a TOML file: base days from the ``holidays`` library, our corrections with their
sources on top, and the years covered. The library is data, not law (it answers for wrong
codes, and overstates some territories), so what it is asked comes only from these files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import holidays

from app.domain.calendars import CourtCalendar, DayName
from app.errors import CalendarUnknown

Table = Mapping[str, Any]


def court_calendar(code: str) -> CourtCalendar:
    """The calendar of that code.

    Raises:
        CalendarUnknown: there is none; the message lists those there are.
    """
    tables = _tables()
    if code not in tables:
        raise CalendarUnknown(
            "There is no calendar {calendar}. There are: {calendars}.",
            calendar=code[:64],
            calendars=", ".join(tables),
        )
    return _calendar(code)


def court_calendars() -> tuple[CourtCalendar, ...]:
    """Every calendar, by code."""
    return tuple(_calendar(code) for code in _tables())


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
def _calendar(code: str) -> CourtCalendar:
    tables = _tables()
    table = tables[code]
    return build_calendar(table, tables[table["follows"]] if "follows" in table else {})


def build_calendar(table: Table, followed: Table) -> CourtCalendar:
    """A calendar from the content of its file, and of the file that it follows.

    Raises:
        ValueError: the library has no such subdivision, or nothing that a correction names.
    """
    code, first_year, last_year = table["code"], table["first_year"], table["last_year"]
    days = _base_days(table["base"], first_year, last_year)
    for corrected in (followed, table):
        _correct(days, corrected.get("corrections", {}), code)
    covered = range(first_year, last_year + 1)
    return CourtCalendar(
        code=code,
        name=table["name"],
        name_fr=table["name_fr"],
        version=f"{table['version']}+holidays-{version('holidays')}",
        sources=tuple(table["sources"]),
        first_year=first_year,
        last_year=last_year,
        holidays={day: named for day, named in sorted(days.items()) if day.year in covered},
    )


def _base_days(base: Table, first_year: int, last_year: int) -> dict[date, DayName]:
    country = getattr(holidays, base["country"])
    subdivision = base.get("subdivision")
    # The library answers for some subdivisions it does not know; ours must be listed.
    if subdivision is not None and subdivision not in country.subdivisions:
        raise ValueError(f"the holidays library has no subdivision {subdivision}")
    # A year more on each side: a New Year's Day may be observed on 31 December.
    found = country(
        years=range(first_year - 1, last_year + 2),
        subdiv=subdivision,
        language=base["language"],
        categories=tuple(base["categories"]),
    )
    return {day: DayName(name, base["source"]) for day, name in found.items()}


def _correct(days: dict[date, DayName], corrections: Table, code: str) -> None:
    for removal in corrections.get("remove", []):
        gone = [day for day, named in days.items() if named.name == removal["name"]]
        if not gone:
            # The library renamed the day: fail at start, not in a deadline.
            raise ValueError(f"calendar {code} removes {removal['name']}, which is not there")
        for day in gone:
            del days[day]
    for addition in corrections.get("add", []):
        for day in addition["days"]:
            days[day] = DayName(addition["name"], addition["source"])
