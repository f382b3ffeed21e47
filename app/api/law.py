"""The law of time as open data: rule packs and court calendars, whole."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.answers import ApiRoute, answer, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.schemas.law import CalendarHeadOut, CalendarOut, RulePackOut
from app.schemas.pages import Page
from app.services import law

router = APIRouter(tags=["law of time"], route_class=ApiRoute)

Year = Annotated[int | None, Query(ge=1, le=9999)]


@router.get("/rule-packs", response_model=Page[RulePackOut])
def list_rule_packs(door: Annotated[ApiDoor, api_door(Action.public)]) -> Response:
    """Every rule pack: each parameter with its citation, and the published results it gives."""
    door.spend()
    return answer(Page(items=law.packs_out(door.language)))


@router.get("/rule-packs/{pack}", response_model=RulePackOut, responses=problems(404))
def read_rule_pack(door: Annotated[ApiDoor, api_door(Action.public)], pack: str) -> Response:
    """One rule pack, whole."""
    door.spend()
    return answer(law.pack_out_of(pack, door.language))


@router.get("/calendars", response_model=Page[CalendarHeadOut])
def list_calendars(door: Annotated[ApiDoor, api_door(Action.public)]) -> Response:
    """Every court calendar and the years it covers; its days are at its own address."""
    door.spend()
    return answer(Page(items=law.calendars_out(door.language)))


@router.get(
    "/calendars/{calendar}.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}, **problems(404, 422)},
)
def read_calendar_feed(
    door: Annotated[ApiDoor, api_door(Action.public)],
    calendar: str,
    first_year: Year = None,
    last_year: Year = None,
) -> Response:
    """A calendar's days off as iCalendar (RFC 5545), for a calendar program."""
    door.spend()
    code, feed = law.calendar_feed_of(calendar, door.language, first_year, last_year, door.now)
    return Response(
        feed,
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{code}.ics"'},
    )


@router.get("/calendars/{calendar}", response_model=CalendarOut, responses=problems(404, 422))
def read_calendar(
    door: Annotated[ApiDoor, api_door(Action.public)],
    calendar: str,
    first_year: Year = None,
    last_year: Year = None,
) -> Response:
    """A calendar, whole: each day off with the text that makes it one."""
    door.spend()
    return answer(law.calendar_out(calendar, door.language, first_year, last_year))
