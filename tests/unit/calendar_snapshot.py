"""The days of every calendar as they were last looked at: ``calendar_days.toml``.

An upgrade of the ``holidays`` library that changes a day must be seen, and decided. After
looking, write them anew: ``python -m tests.unit.calendar_snapshot``.
"""

from __future__ import annotations

import tomllib
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.calendars import court_calendars
from app.domain.calendars import CourtCalendar

FILE = Path(__file__).parent / "calendar_days.toml"
SHOWN = range(2019, 2032)
HEAD = """\
# The days of every calendar, as last looked at. A generated file: see calendar_snapshot.py.
# MMDD for each holiday of some years; "all" is the SHA-256 of the ISO dates of every year covered.
"""


def digest(calendar: CourtCalendar) -> str:
    """What tells all the days of a calendar from any others."""
    return sha256("\n".join(day.isoformat() for day in calendar.holidays).encode()).hexdigest()


def shown(calendar: CourtCalendar) -> dict[str, str]:
    """The days of each of the years shown, by year."""
    years = range(max(SHOWN.start, calendar.first_year), min(SHOWN.stop, calendar.last_year + 1))
    days = {year: [day for day in calendar.holidays if day.year == year] for year in years}
    return {
        str(year): " ".join(f"{day:%m%d}" for day in days[year]) for year in years if days[year]
    }


def recorded() -> dict[str, dict[str, Any]]:
    """What was last looked at, by code."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def changed(calendar: CourtCalendar, before: dict[str, Any]) -> list[str]:
    """Each day that was added to, or taken from, the years shown."""
    now = {key: set(days.split()) for key, days in shown(calendar).items()}
    then = {key: set(days.split()) for key, days in before.items() if key != "all"}
    return [
        f"{'+' if day in now.get(year, ()) else '-'} {date.fromisoformat(year + day)}"
        for year in sorted(now.keys() | then.keys())
        for day in sorted(now.get(year, set()) ^ then.get(year, set()))
    ]


def written() -> str:
    """The file as it would be written now."""
    parts = [HEAD]
    for calendar in court_calendars():
        lines = [f"[{calendar.code}]", f'all = "{digest(calendar)}"']
        lines += [f'{year} = "{days}"' for year, days in shown(calendar).items()]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
