"""The day or instant that a question is asked of: read alike at every door."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from app.schemas.fields import refuse

_DAY_CHARS = len("2021-09-13")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}($|[T ]\d{2}:\d{2})", re.ASCII)


def day_or_instant(text: str) -> date | datetime:
    """A court day ("2021-09-13"), or an instant with its offset; ``ValueError`` otherwise.

    An instant at midnight is that instant, never the day that begins there.
    """
    if len(text) <= _DAY_CHARS:
        return date.fromisoformat(text)
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("without its offset, it may be several instants")
    return at


def court_moment(text: str) -> date | datetime:
    """A day, an instant with its offset, or an hour of the court's own clock without one."""
    if not _MOMENT.match(text):
        raise ValueError("not a day nor a date-time")
    return date.fromisoformat(text) if len(text) <= _DAY_CHARS else datetime.fromisoformat(text)


def _read_moment(value: Any) -> date | datetime:
    try:
        return court_moment(value)
    except (TypeError, ValueError):
        raise refuse(
            "Give a day as YYYY-MM-DD, or a date-time in ISO 8601 (by the court's clock, or "
            "with its offset)."
        ) from None


def _read(value: Any) -> date | datetime:
    try:
        return day_or_instant(value)
    except (TypeError, ValueError):
        raise refuse(
            "Give a day as YYYY-MM-DD, or an instant in ISO 8601 with its offset."
        ) from None


_DAY_OR_TIME = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}

DayOrInstant = Annotated[
    date | datetime,
    PlainValidator(_read),
    WithJsonSchema(_DAY_OR_TIME),
]

CourtMoment = Annotated[date | datetime, PlainValidator(_read_moment), WithJsonSchema(_DAY_OR_TIME)]
"""A day, an instant with its offset, or an hour of the court's own clock without one."""
