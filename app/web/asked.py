"""What an address asks for, as forms without JavaScript write it: blank means not asked."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator


def _or_none(value: object) -> object:
    return None if value == "" else value


blank_is_none = BeforeValidator(_or_none)

CourtDay = Annotated[date | None, blank_is_none, Query()]
"""A day of the court's calendar, or none where the box was left blank."""
