"""A deposit beside the last legal day of what it answers: on time, or late by how many days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from app.phrases import Phrase, phrase


@dataclass(frozen=True, slots=True)
class Lateness:
    """A deposit beside a last legal day. ``days`` are days of the court's calendar, from 0."""

    late: bool
    days: int
    due_on: date

    @property
    def said(self) -> Phrase:
        """In words: on time, or late and by how many days."""
        if not self.late:
            return phrase("on time")
        if self.days == 0:
            return phrase("late, on the last day itself")
        if self.days == 1:
            return phrase("1 day late")
        return phrase("{days} days late", days=Decimal(self.days))


def lateness(
    deposited_at: datetime, due_on: date | None, due_at: datetime | None, zone: tzinfo
) -> Lateness | None:
    """How a deposit stands to the last legal day; None while there is no such day.

    ``due_at`` is the exclusive instant at which the last legal day ``due_on`` is over.
    """
    if due_on is None or due_at is None:
        return None
    days = (deposited_at.astimezone(zone).date() - due_on).days
    return Lateness(late=deposited_at >= due_at, days=max(days, 0), due_on=due_on)
