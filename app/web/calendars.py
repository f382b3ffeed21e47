"""Court calendars as pages: the days off of a year, each with the text that makes it one."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from app.calendars import court_calendar
from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.calendars import CourtCalendar
from app.errors import CalendarUnknown, NotFound
from app.services import law
from app.web.asked import blank_is_none
from app.web.public import arrive, public_page
from app.web.rules import web_address
from app.web.security import PageRoute

router = APIRouter(route_class=PageRoute)

Year = Annotated[Annotated[int, Field(ge=1, le=9999)] | None, blank_is_none, Query()]


@router.get("/calendars")
def show_calendars(door: Annotated[PageDoor, page_door(Action.public)]) -> Response:
    """Every court calendar, and the years it covers."""
    arrive(door)
    return public_page(door, "calendars.html", heads=law.calendars_out(door.language))


@router.get("/calendars/{calendar_code}")
def show_calendar(
    door: Annotated[PageDoor, page_door(Action.public)],
    calendar_code: str,
    year: Year = None,
) -> Response:
    """The days off of one year: this one, or the nearest that the calendar covers.

    Raises:
        CalendarNotCovered: a year was asked for that lies outside it.
    """
    arrive(door)
    try:
        calendar = court_calendar(calendar_code)
    except CalendarUnknown:
        raise NotFound from None
    shown = year if year is not None else _this_year(door, calendar)
    found = law.calendar_out(calendar.code, door.language, shown, shown)
    french = door.language == "fr"
    return public_page(
        door,
        "calendar.html",
        found=found,
        year=shown,
        notes=(french and calendar.notes_fr) or calendar.notes,
        web_address=web_address,
    )


def _this_year(door: PageDoor, calendar: CourtCalendar) -> int:
    today = door.now.astimezone(ZoneInfo(calendar.zones[0]))
    return min(max(today.year, calendar.first_year), calendar.last_year)
