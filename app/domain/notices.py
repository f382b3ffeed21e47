"""What somebody is told of what happened on their matters, and when: a digest, not a bell.

One mail a day at an hour of the court's, whatever happened, and none where nothing did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.events import EventKind

SOON = timedelta(days=3)
"""How long before its last moment a deadline is told of."""
ATTEMPTS_MAX = 20
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)


class Frequency(StrEnum):
    """How often somebody is written to."""

    daily = "daily"
    never = "never"


class Happening(StrEnum):
    """What is no event: what time alone did to a deadline, and a remark of counsel's."""

    soon = "soon"
    lapsed = "lapsed"
    observation = "observation"


TURNS = frozenset({Happening.soon, Happening.lapsed})
"""What time alone did."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: what, when, on which order, and where it leads.

    ``docket`` is all that a mail says of a matter. ``due_at`` and ``due_on`` are a deadline's.
    """

    at: datetime
    what: EventKind | Happening
    order_id: UUID
    docket: str
    title: str
    zone: str
    key: str
    seq: int | None = None
    effective_on: date | None = None
    production_id: UUID | None = None
    category: str = ""
    party: str = ""
    due_on: date | None = None
    due_at: datetime | None = None
    own: bool = False

    @property
    def path(self) -> str:
        """The page on which one acts on it."""
        if self.what is Happening.observation:
            return f"/orders/{self.order_id}/observations"
        if self.production_id is not None:
            return f"/productions/{self.production_id}"
        return f"/orders/{self.order_id}" + ("" if self.seq is None else f"#event-{self.seq}")


def digest_day(now: datetime, hour: int, zone: ZoneInfo) -> date:
    """The newest court day whose digest is due: today's from ``hour`` on, else yesterday's."""
    local = now.astimezone(zone)
    today = local.date()
    return today if local.hour >= hour else today - timedelta(days=1)


def digest_due(since: datetime, now: datetime, hour: int, zone: ZoneInfo) -> bool:
    """Whether the digest that is due now was not yet due at ``since``."""
    due = datetime.combine(digest_day(now, hour, zone), time(hour), zone)
    return since < due


def next_digest(now: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """When the next digest after the one that is due now will be due."""
    return datetime.combine(digest_day(now, hour, zone) + timedelta(days=1), time(hour), zone)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many failures: later and later; None when given up."""
    if attempts >= ATTEMPTS_MAX:
        return None
    wait: timedelta = _FIRST_WAIT * int(2 ** min(attempts - 1, 16))
    return now + min(wait, _LONGEST_WAIT)
