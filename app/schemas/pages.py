"""One page of a list, and where the next one begins."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from app.errors import Invalid

T = TypeVar("T")

LIMIT_MAX = 200
LIMIT_DEFAULT = 50


class Page(BaseModel, Generic[T]):
    """Items, and the cursor of the next page: none when this is the last."""

    items: list[T]
    next_cursor: Annotated[
        str | None, Field(description="Give it as `cursor` to go on; null on the last page.")
    ] = None


def write_cursor(*key: str) -> str:
    """An opaque place in a list, from the sort key of its last row."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read_cursor(cursor: str, length: int) -> list[str]:
    """The key that ``write_cursor`` was given. Raises ``Invalid`` on anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, UnicodeError):
        key = None
    if (
        not isinstance(key, list)
        or len(key) != length
        or not all(isinstance(part, str) for part in key)
    ):
        raise Invalid.field("cursor", "This cursor is not one that a page gave.")
    return key


def read_place(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The instant and identifier of the last row of the page before; None for the first page."""
    named = read_named_place(cursor)
    if named is None:
        return None
    try:
        return datetime.fromisoformat(named[0]), named[1]
    except ValueError:
        raise Invalid.field("cursor", "This cursor is not one that a page gave.") from None


def read_named_place(cursor: str | None) -> tuple[str, UUID] | None:
    """As ``read_place``, in a list that a text sorts."""
    if not cursor:
        return None
    name, last = read_cursor(cursor, 2)
    try:
        return name, UUID(last)
    except ValueError:
        raise Invalid.field("cursor", "This cursor is not one that a page gave.") from None
