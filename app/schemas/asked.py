"""The day or instant that a question is asked of: read alike at every door."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from app.schemas.fields import refuse

_DAY_CHARS = len("2021-09-13")


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


def _read(value: Any) -> date | datetime:
    try:
        return day_or_instant(value)
    except (TypeError, ValueError):
        raise refuse(
            "Give a day as YYYY-MM-DD, or an instant in ISO 8601 with its offset."
        ) from None


DayOrInstant = Annotated[
    date | datetime,
    PlainValidator(_read),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ]
        }
    ),
]
