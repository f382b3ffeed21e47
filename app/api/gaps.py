"""What is missing from what an order asks: one report, the same for whoever may read it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api.answers import ApiRoute, answer, problems
from app.api.compliance import AsOf
from app.api.papers import CSV, attachment
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.schemas.asked import DayOrInstant
from app.schemas.gaps import GapReport
from app.services.compliance import Moment
from app.services.downloads import made_headers
from app.services.gaps import gap_report
from app.services.gaps_csv import gaps_csv

router = APIRouter(tags=["compliance"], route_class=ApiRoute)

KnownAt = Annotated[
    DayOrInstant | None, Query(description="As the record showed it then; default now.")
]


def _report(door: ApiDoor, order_id: UUID, as_of: Moment, known_at: Moment) -> GapReport:
    with door.reading() as (session, actor):
        return gap_report(session, actor, order_id, now=door.now, as_of=as_of, known_at=known_at)


@router.get("/orders/{order_id}/gaps", response_model=GapReport, responses=problems(401, 404, 422))
def read_gaps(
    door: Annotated[ApiDoor, api_door(Action.production_read)],
    order_id: UUID,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """Unanswered elements, missing numbers, what is late, withheld, replaced or withdrawn.

    Requesting and producing counsel and the clerk get the same bytes; drafts are never in it.
    """
    return answer(_report(door, order_id, as_of, known_at))


@router.get(
    "/orders/{order_id}/gaps.csv",
    response_class=Response,
    responses=attachment(CSV, "The report, a line for each gap.", 422),
)
def read_gaps_as_table(
    door: Annotated[ApiDoor, api_door(Action.production_read)],
    order_id: UUID,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """The same report for a spreadsheet, its formulas disarmed."""
    body = gaps_csv(_report(door, order_id, as_of, known_at))
    return Response(body, headers=made_headers(body, "gaps.csv", CSV))
