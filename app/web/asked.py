"""What an address asks for, as forms without JavaScript write it: blank means not asked."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator


def _or_none(value: object) -> object:
    return None if value == "" else value


blank_is_none = BeforeValidator(_or_none)

CourtDay = Annotated[date | None, blank_is_none, Query()]
"""A day of the court's calendar, or none where the box was left blank."""

CourtHour = Annotated[time | None, blank_is_none, Query()]
"""An hour of the court's clock on that day, or none: the day's last instant."""


def court_moment(on: date | None, hour: time | None) -> date | datetime | None:
    """The day that is asked about, or where it is given too its hour on the court's clock."""
    return datetime.combine(on, hour.replace(tzinfo=None)) if on and hour else on
