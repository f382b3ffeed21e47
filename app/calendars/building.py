"""From the content of a calendar's file to the days on which a court does not work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

import holidays

from app.calendars.yearly import WEEKDAYS, day_of_year
from app.domain.calendars import WEEKEND, CourtCalendar, DayName

Table = Mapping[str, Any]


def build_calendar(*chain: Table) -> CourtCalendar:
    """The calendar of the last file, which follows those before it.

    Raises:
        ValueError: the library has no such subdivision, or nothing that a correction removes,
            or already what one adds.
    """
    table = chain[-1]
    covered = range(table["first_year"], table["last_year"] + 1)
    # A year more on each side: a New Year's Day may be observed on 31 December.
    years = range(covered.start - 1, covered.stop + 1)
    draft = _Draft(table["code"], years, _base_days(_base(chain), years))
    for each in chain:
        draft.correct(each.get("corrections", {}))
    days = {day: named for day, named in sorted(draft.days.items()) if day.year in covered}
    return CourtCalendar(
        code=table["code"],
        name=table["name"],
        name_fr=table["name_fr"],
        aliases=tuple(table.get("aliases", ())),
        version=version_of(*chain),
        sources=tuple(table["sources"]),
        zones=tuple(table["zones"]),
        notes=tuple(table.get("notes", ())),
        notes_fr=tuple(table.get("notes_fr", ())),
        first_year=table["first_year"],
        last_year=table["last_year"],
        holidays=days,
        weekend=frozenset(table.get("weekend", WEEKEND)),
        forward_only=frozenset(draft.forward_only & days.keys()),
    )


def version_of(*chain: Table) -> str:
    """What tells the days of the last file apart: its version, and that of the library."""
    own = str(chain[-1]["version"])
    return f"{own}+holidays-{version('holidays')}" if _base(chain) else own


def _base(chain: tuple[Table, ...]) -> Table | None:
    return next((table["base"] for table in reversed(chain) if "base" in table), None)


def _base_days(base: Table | None, years: range) -> dict[date, DayName]:
    if base is None:
        return {}
    country = getattr(holidays, base["country"])
    subdivision = base.get("subdivision")
    # The library answers for some subdivisions it does not know; ours must be listed.
    if subdivision is not None and subdivision not in country.subdivisions:
        raise ValueError(f"the holidays library has no subdivision {subdivision}")
    found = country(
        years=years,
        subdiv=subdivision,
        language=base["language"],
        categories=tuple(base["categories"]),
    )
    return {day: DayName(name, base["source"]) for day, name in found.items()}


@dataclass
class _Draft:
    """The days of a calendar while corrections are made to them."""

    code: str
    years: range
    days: dict[date, DayName]
    forward_only: set[date] = field(default_factory=set)

    def correct(self, corrections: Table) -> None:
        for removal in corrections.get("remove", ()):
            self.remove(removal)
        for addition in corrections.get("add", ()):
            for day, name in _added(addition, self.years):
                self.add(day, name, addition)

    def remove(self, removal: Table) -> None:
        name, years = removal["name"], _years(removal, self.years)
        weekdays = [WEEKDAYS.index(day) for day in removal.get("weekdays", WEEKDAYS)]
        gone = [
            day
            for day, named in self.days.items()
            if name in _names(named) and day.year in years and day.weekday() in weekdays
        ]
        if not gone:
            # The library renamed the day: fail in a test, not in a deadline.
            raise ValueError(f"calendar {self.code} removes {name}, which is not there")
        for day in gone:
            named = self.days.pop(day)
            left = [each for each in _names(named) if each != name]
            if left:
                self.days[day] = DayName("; ".join(left), named.source)

    def add(self, day: date, name: str, addition: Table) -> None:
        named = DayName(
            name=name,
            source=addition["source"],
            verified=addition.get("verified", True),
            note=addition.get("note", ""),
            note_fr=addition.get("note_fr", ""),
        )
        known = self.days.get(day)
        if known is None:
            self.days[day] = named
            if addition.get("forward_only", False):
                self.forward_only.add(day)
            return
        if name in _names(known):
            raise ValueError(f"calendar {self.code} adds {name} on {day}, which is there already")
        self.days[day] = known.and_also(named)
        if not addition.get("forward_only", False):
            self.forward_only.discard(day)


def _added(addition: Table, years: range) -> Iterator[tuple[date, str]]:
    """Each day that an addition makes, with its name."""
    if "days" in addition:
        yield from ((day, addition["name"]) for day in addition["days"])
        return
    observed = addition.get("observed", {})
    for year in _years(addition, years):
        day = day_of_year(addition, year)
        yield day, addition["name"]
        moved = observed.get(WEEKDAYS[day.weekday()])
        if moved is not None:
            yield day + timedelta(days=moved), f"{addition['name']} (observed)"


def _years(correction: Table, years: range) -> range:
    return range(
        max(correction.get("from_year", years.start), years.start),
        min(correction.get("until_year", years.stop - 1), years.stop - 1) + 1,
    )


def _names(named: DayName) -> list[str]:
    return named.name.split("; ")
