"""Statistics of a court, for its clerk."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.answers import ApiRoute, answer, problems
from app.api.compliance import AsOf
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.schemas.fields import CourtCode
from app.schemas.statistics import StatisticsOut
from app.services.statistics import Asked, statistics

router = APIRouter(tags=["courts"], route_class=ApiRoute)

MadeFrom = Annotated[
    date | None, Query(alias="from", description="Only orders made on this day or after it.")
]
MadeTo = Annotated[
    date | None, Query(alias="to", description="Only orders made on this day or before it.")
]


@router.get(
    "/courts/{code}/statistics",
    response_model=StatisticsOut,
    responses=problems(401, 403, 404, 422),
)
def read_statistics(
    door: Annotated[ApiDoor, api_door(Action.statistics_read)],
    code: CourtCode,
    made_from: MadeFrom = None,
    made_to: MadeTo = None,
    as_of: AsOf = None,
) -> Response:
    """Orders and obligations by status, time to production, lateness, and by month.

    By what the record shows now, `as_of` a moment that is past. For the court's clerk.
    """
    with door.reading() as (session, actor):
        asked = Asked(made_from, made_to, as_of)
        return answer(statistics(session, actor, code, asked, door.now))
