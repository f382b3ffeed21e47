"""Compliance: one order as of any day, and lists of obligations by status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from app.api.answers import ApiRoute, Cursor, Limit, answer, problems
from app.api.kept import answer_kept
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.domain.status import Status
from app.language import Language
from app.schemas.asked import DayOrInstant
from app.schemas.compliance import AssessmentOut, ListedObligation, StatusCounts
from app.schemas.fields import CourtCode
from app.schemas.pages import LIMIT_DEFAULT, Page
from app.services import compliance, courts, listing, search, turns

router = APIRouter(tags=["compliance"], route_class=ApiRoute)


AsOf = Annotated[
    DayOrInstant | None,
    Query(
        description="A court day (its last instant) or an instant; default now.",
        examples=["2021-09-13"],
    ),
]


@router.get(
    "/orders/{order_id}/compliance",
    response_model=AssessmentOut,
    responses=problems(401, 404, 422),
)
def read_compliance(
    door: Annotated[ApiDoor, api_door(Action.order_read)],
    order_id: UUID,
    as_of: AsOf = None,
    known_at: AsOf = None,
) -> Response:
    """Was it executed, as of when, and how do you know?

    `as_of` asks what was true then; `known_at` what the record showed then.
    """
    with door.reading() as (session, actor):
        assessed = compliance.assess_order(
            session, actor, order_id, now=door.now, as_of=as_of, known_at=known_at
        )
        return answer(compliance.assessment_out(assessed, door.language))


@router.get("/obligations", response_model=Page[ListedObligation], responses=problems(401, 422))
def list_obligations(
    door: Annotated[ApiDoor, api_door(Action.order_read)],
    status: Annotated[list[Status] | None, Query(description="Default: still owed.")] = None,
    court: Annotated[CourtCode | None, Query(description="A court's code.")] = None,
    matter_id: UUID | None = None,
    q: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Words, or parts of words, of docket numbers, parties and titles: each"
            " must be there. Accents and case do not matter.",
        ),
    ] = None,
    sort: listing.Sort = listing.Sort.due,
    as_of: AsOf = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """Obligations by status, the earliest last day first; each with its reason in a sentence."""
    with door.reading() as (session, actor):

        def page() -> tuple[Page[ListedObligation], datetime | None]:
            place, at = _where_and_when(session, actor, court, as_of, door.now)
            found = search.find(session, q) if q else None
            wanted = listing.Filter(tuple(status or ()), place, matter_id, sort, found=found)
            after = listing.place_after(cursor, sort)
            rows = listing.obligations(session, actor, wanted, at, limit=limit + 1, after=after)
            until = turns.holds_until(session, actor, at) if as_of is None else None
            return _page(rows, limit, at, door.language, sort), until

        narrow = (tuple(status or ()), court, matter_id, q)
        return answer_kept(
            door, session, actor, ("obligations", *narrow, sort, as_of, limit, cursor), page
        )


def _page(
    rows: Sequence[listing.Row], limit: int, at: datetime, language: Language, sort: listing.Sort
) -> Page[ListedObligation]:
    items = [compliance.listed_out(r, at, language) for r in rows[:limit]]
    following = listing.cursor_after(rows[limit - 1], sort) if len(rows) > limit else None
    return Page(items=items, next_cursor=following)


def _where_and_when(
    session: Session,
    actor: Actor,
    code: str | None,
    as_of: date | datetime | None,
    now: datetime,
) -> tuple[UUID | None, datetime]:
    court = courts.court_of(session, actor, code) if code is not None else None
    at = as_of if isinstance(as_of, datetime) else None
    if at is None and as_of is not None:
        at = courts.end_of_court_day(session, actor, as_of, court)
    return court.id if court else None, at or now


@router.get("/obligations/counts", response_model=StatusCounts, responses=problems(401, 422))
def count_obligations(
    door: Annotated[ApiDoor, api_door(Action.order_read)],
    court: Annotated[CourtCode | None, Query(description="A court's code.")] = None,
    as_of: AsOf = None,
) -> Response:
    """How many obligations that you may see bear each status."""
    with door.reading() as (session, actor):
        place, at = _where_and_when(session, actor, court, as_of, door.now)
        wanted = listing.Filter(court_id=place)
        return answer(StatusCounts(as_of=at, counts=listing.counts(session, actor, wanted, at)))
