"""Bates numbers, numbers declared skipped, the report on numbers, and stamped copies."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from app.api.answers import (
    ApiRoute,
    IdempotencyKey,
    Made,
    answer,
    once,
    problems,
    raw_body,
)
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.domain.record import StampStyle
from app.schemas.numbering import (
    BatesIn,
    BatesOut,
    NumberingReport,
    SkipsIn,
    SkipsOut,
    StampedOut,
)
from app.services.bates import declare_skips, number_pages
from app.services.numbering_report import numbering_report
from app.services.stamping import (
    keep_stamp,
    make_stamp,
    stamp_wanted,
    stamped_download,
    stamped_out,
)

router = APIRouter(tags=["numbering"], route_class=ApiRoute)

Style = Annotated[StampStyle, Query(description="What the copy bears.")]


@router.post(
    "/productions/{production_id}/bates",
    response_model=BatesOut,
    responses=problems(401, 403, 404, 409, 422),
)
def give_bates_numbers(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    data: BatesIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Give a draft's exhibits consecutive Bates numbers, per page or per document."""

    def act(session: Session, actor: Actor) -> Made:
        return Made(body=number_pages(session, actor, production_id, data, door.now), status=200)

    return once(door, key, raw, act)


@router.put(
    "/productions/{production_id}/skips",
    response_model=SkipsOut,
    responses=problems(401, 403, 404, 409, 422),
)
def declare_skipped_numbers(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    data: SkipsIn,
) -> Response:
    """Say which numbers no exhibit bears, and why; it goes with the deposit."""
    with door.writing() as (session, actor):
        return answer(declare_skips(session, actor, production_id, data, door.now))


@router.get(
    "/orders/{order_id}/numbering",
    response_model=NumberingReport,
    responses=problems(401, 404, 422),
)
def report_numbering(
    door: Annotated[ApiDoor, api_door(Action.production_read)],
    order_id: UUID,
    party_id: Annotated[UUID, Query(description="Whose numbers.")],
) -> Response:
    """Gaps, overlaps and duplicates in a party's numbers, explained or not."""
    with door.reading() as (session, actor):
        return answer(numbering_report(session, actor, order_id, party_id))


@router.post(
    "/exhibits/{exhibit_id}/stamped",
    response_model=StampedOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 413),
)
def stamp_exhibit(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    exhibit_id: UUID,
    style: Style = StampStyle.exhibit_number,
) -> Response:
    """Make a copy of a PDF that bears its number; asked again, the same copy is told.

    The original stays as it is, byte for byte. A signature in it does not hold on the copy.
    """
    with door.reading() as (session, actor):
        job, kept = stamp_wanted(session, actor, exhibit_id, style)
        if kept is not None:
            return answer(stamped_out(kept), status=200)
    made = make_stamp(job, door.store, size_max_bytes=door.settings.upload_bytes_max)
    with door.writing() as (session, actor):
        most = door.settings.matter_bytes_max
        copy = keep_stamp(session, actor, job, made, door.now, matter_bytes_max=most)
        path = f"/api/v1/exhibits/{exhibit_id}/stamped?style={style}"
        return answer(stamped_out(copy), status=201, location=path)


@router.get(
    "/exhibits/{exhibit_id}/stamped",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The copy’s bytes."},
        **problems(401, 404, 409),
    },
)
def download_stamped(
    door: Annotated[ApiDoor, api_door(Action.exhibit_download)],
    exhibit_id: UUID,
    style: Style = StampStyle.exhibit_number,
) -> Response:
    """The stamped copy of an exhibit, for whoever may download the exhibit."""
    with door.reading() as (session, actor):
        found = stamped_download(session, actor, exhibit_id, style, door.store, door.now)
    return door.send(found)
