"""What goes into a deadline beside its term, and what comes out: the day and its derivation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from app.domain.calendars import DayOff
from app.domain.periods import PERIODS_MAX, Duration
from app.domain.rulepacks import DeadlineKind
from app.domain.steps import Step
from app.domain.terms import Until
from app.errors import Invalid

EXTENSIONS_MAX = 200


@dataclass(frozen=True, slots=True)
class Extension:
    """More time, by order or agreement: by a period, or to a date. Use ``by`` or ``to``."""

    periods: Duration = ()
    on: date | None = None
    at: time | None = None

    @classmethod
    def by(cls, periods: Duration) -> Extension:
        """Prolong by a period; the pack says from where it is counted."""
        if not 1 <= len(periods) <= PERIODS_MAX:
            raise Invalid.field("period", "An extension states a period, or a date.")
        return cls(periods=periods)

    @classmethod
    def to(cls, on: date, at: time | None = None) -> Extension:
        """Move to a fixed date, with the court-local hour if one is stated."""
        stated = Until(on, at)
        return cls(on=stated.on, at=stated.at)


class Computation(NamedTuple):
    """A computed deadline and all that it rests on.

    Attributes:
        raw_on: the last day before the last roll.
        rolled_on: where that day rolls or would roll to; differs from ``due_on`` only for a
            fixed date that the rules leave where it is.
        due_on: the last legal day, court-local: the date to display.
        due_at: the exclusive instant at which the time is over, in the court's zone.
        kind: what was asked. For an earliest date or a day of service, ``due_on`` is that
            day and ``due_at`` the instant at which it begins.
        days_used: the days off met on the way, with names and sources.
    """

    raw_on: date
    rolled_on: date
    due_on: date
    due_at: datetime
    steps: tuple[Step, ...]
    pack_id: str
    pack_version: str
    calendar_code: str
    calendar_version: str
    days_used: tuple[DayOff, ...]
    kind: DeadlineKind = DeadlineKind.last_day
