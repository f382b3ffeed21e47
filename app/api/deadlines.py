"""Deadlines: compute one, by the rules and the calendar alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from app.api.answers import ApiRoute, answer, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.schemas.deadlines import DeadlineIn, DeadlineOut
from app.services.deadlines import deadline_out, reckon

router = APIRouter(tags=["law of time"], route_class=ApiRoute)


@router.post("/deadlines/compute", response_model=DeadlineOut, responses=problems(422, 429))
def compute_deadline(
    door: Annotated[ApiDoor, api_door(Action.public)], data: DeadlineIn
) -> Response:
    """A last day (or an earliest date, or a deemed day of service), and every step to it.

    Nobody needs to sign in, and nothing is saved.
    """
    door.spend()
    return answer(deadline_out(reckon(data), door.language))
