"""Courts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from app.api.answers import ApiRoute, answer, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.schemas.courts import CourtOut
from app.schemas.pages import Page
from app.services import courts

router = APIRouter(tags=["courts"], route_class=ApiRoute)


@router.get("/courts", response_model=Page[CourtOut], responses=problems(401))
def list_courts(door: Annotated[ApiDoor, api_door(Action.court_read)]) -> Response:
    """The courts that you belong to or have a matter in."""
    with door.reading() as (session, actor):
        found = courts.courts(session, actor)
        return answer(Page(items=[CourtOut.model_validate(c) for c in found]))
