"""When somebody is told of what happened: once a day at an hour of the court's, or never.

A digest, not a bell: one mail a day, whatever happened, and none where nothing did.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SOON = timedelta(days=3)
"""How long before its last moment a deadline is told of."""
ATTEMPTS_MAX = 20
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)


class Frequency(StrEnum):
    """How often somebody is written to."""

    daily = "daily"
    never = "never"


def digest_day(now: datetime, hour: int, zone: ZoneInfo) -> date:
    """The newest court day whose digest is due: today's from ``hour`` on, else yesterday's."""
    local = now.astimezone(zone)
    today = local.date()
    return today if local.hour >= hour else today - timedelta(days=1)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failures: later and later; None when given up."""
    if attempts >= ATTEMPTS_MAX:
        return None
    wait: timedelta = _FIRST_WAIT * int(2 ** min(attempts - 1, 16))
    return now + min(wait, _LONGEST_WAIT)
