"""Small rule packs and calendars for tests: one base, and what each jurisdiction changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import holidays

from app.domain.calendars import CourtCalendar, DayName
from app.domain.packfile import parse_pack
from app.domain.rulepacks import RulePack

BASE: dict[str, object] = {
    "units": ["hour", "day", "working_day", "week", "month", "year"],
    "trigger_day": "excluded",
    "month_anchor": "event_day",
    "month_clip": True,
    "mixed_order": "largest_first",
    "short_period_days_max": 0,
    "min_working_days": 0,
    "minimum_period_clear": [],
    "roll_after": "next_working",
    "roll_before": "none",
    "roll_only_acts_at_court": False,
    "fixed_dates_roll": False,
    "backward_clear": [],
    "franc": False,
    "extension_base": "trigger",
    "hour_count": "elapsed",
    "hours_roll": True,
    "closures_count": True,
    "day_end": "24:00",
}

# What sets each of them apart (law.md B). Data only: that is the point.
CHANGES: dict[str, dict[str, object]] = {
    "fr-admin": {"franc": True},
    "de-zpo": {
        "fixed_dates_roll": True,
        "extension_base": "rolled_end",
        "hour_count": "working_days",
    },
    "gb-eaw-cpr": {
        "short_period_days_max": 5,
        "backward_clear": ["day", "week", "working_day"],
        "roll_only_acts_at_court": True,
    },
    "eu-1182-71": {},
    "be-cj": {"month_anchor": "day_after"},
    "us-fl": {},
    "us-ca": {},
    "ca-scc": {},
    "ca-fc": {},
    "au-vic": {},
}

TABLES: dict[str, dict[str, object]] = {
    "gb-eaw-cpr": {
        "deemed_service": {
            "post": {"days": 2, "working": True, "citation": "CPR 6.26"},
            "email": {"days": 0, "cut_off": "16:30", "working": True, "citation": "CPR 6.26"},
            "claim_form": {"days": 2, "unit": "working_day", "citation": "CPR 6.14"},
        }
    },
    "au-vic": {
        "windows": [{"from": "12-24", "until": "01-09", "citation": "SCR r. 3.04(1)"}],
    },
}


def pack_table(**changes: object) -> dict[str, Any]:
    """The plain data of a small pack."""
    rules = {
        name: {"value": value, "citation": f"test rule {name}"}
        for name, value in {**BASE, **changes}.items()
    }
    return {
        "id": "small",
        "version": "1",
        "title": "Small",
        "title_fr": "Petit",
        "jurisdiction": "XX",
        "in_force_from": date(1900, 1, 1),
        "sources": [{"title": "none", "url": "https://example.org/"}],
        "not_covered": [],
        "worked_examples": [],
        "rules": rules,
    }


def small_pack(tables: Mapping[str, object] | None = None, **changes: object) -> RulePack:
    """A small pack: the base, changed."""
    return parse_pack({**pack_table(**changes), **(tables or {})})


@cache
def foreign_pack(pack_id: str) -> RulePack:
    """The small pack of a jurisdiction that has no file yet."""
    tables = {**TABLES.get(pack_id, {}), "id": pack_id}
    return small_pack(tables, **CHANGES[pack_id])


# Calendars of the library as it is; good enough for the vectors, not for a court.
LIBRARY = {
    "DE": ("DE", None),
    "DE-NW": ("DE", "NW"),
    "DE-HE": ("DE", "HE"),
    "GB-EAW": ("GB", "ENG"),
    "US-FL": ("US", None),
    "US-CA-courts": ("US", None),
    "CA-federal": ("CA", None),
    "AU-VIC": ("AU", "VIC"),
}


@cache
def library_calendar(code: str) -> CourtCalendar:
    """A calendar straight from the library."""
    country, subdivision = LIBRARY[code]
    years = range(1999, 2037)
    found = holidays.country_holidays(country, subdiv=subdivision, years=years)
    named = {day: DayName(name, "holidays") for day, name in found.items() if day.year in years}
    return CourtCalendar(code, code, "1", ("holidays",), 1999, 2036, named)


def plain_calendar(*days: date, first_year: int = 2000, last_year: int = 2040) -> CourtCalendar:
    """Weekends, and the given holidays."""
    named = {day: DayName("Holiday", "test law") for day in days}
    return CourtCalendar("plain", "Plain", "1", ("test law",), first_year, last_year, named)
