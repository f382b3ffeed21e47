"""Placing and numbering a draft's exhibits: by their names, by a table, or as asked."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
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
from app.papers.delimited import BYTES_MAX
from app.schemas.numbering import NumberingIn
from app.schemas.placing import PlacedOut, PlacingIn, PlacingOut, SheetOut
from app.services import placing, productions
from app.services.placing_sheet import place_by_sheet
from app.services.renumbering import number_exhibits

router = APIRouter(tags=["placing"], route_class=ApiRoute)

Dates = Annotated[
    Literal["day_first", "month_first"] | None,
    Query(description="How 04-03-2021 is meant, where nothing else says it."),
]


def _day_first(dates: str | None) -> bool | None:
    return None if dates is None else dates == "day_first"


@router.get(
    "/productions/{production_id}/placing",
    response_model=PlacingOut,
    responses=problems(401, 403, 404, 409),
)
def read_placing(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    dates: Dates = None,
) -> Response:
    """What names and folders say of each exhibit of a draft, why, and what is to be sorted."""
    with door.reading() as (session, actor):
        found = placing.suggestions(session, actor, production_id, _day_first(dates), door.language)
        return answer(found)


@router.post(
    "/productions/{production_id}/placing",
    response_model=PlacedOut,
    responses=problems(401, 403, 404, 409, 422),
)
def place_exhibits(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    data: PlacingIn,
    raw: Annotated[bytes, Depends(raw_body)],
    dates: Dates = None,
    key: IdempotencyKey = None,
) -> Response:
    """Set categories, elements, confidentiality or date on many exhibits, or what names say."""
    first = _day_first(dates)

    def act(session: Session, actor: Actor) -> Made:
        done = placing.place(session, actor, production_id, data, first, door.language, door.now)
        return Made(body=done, status=200)

    return once(door, key, raw, act)


@router.put(
    "/productions/{production_id}/placing/csv",
    response_model=SheetOut,
    responses=problems(401, 403, 404, 409, 413, 422),
    max_body_size=BYTES_MAX,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {
                    "schema": {"type": "string", "format": "binary"},
                    "example": "Pièce n°;Intitulé;Date;Fichier\r\n"
                    "1;Contrat;12/03/2018;Pièce 1 - Contrat.pdf\r\n",
                }
            },
        }
    },
)
async def place_by_table(
    request: Request,
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    dates: Dates = None,
    dry_run: Annotated[bool, Query(description="Only tell what each row would do.")] = False,
    apply_good: Annotated[
        bool, Query(description="Apply the good rows though others are bad.")
    ] = False,
) -> Response:
    """Place a draft's exhibits by a table (CSV, TSV), its rows matched by file name.

    All or nothing, unless `apply_good`: a bad row is named by its line.
    """
    await to_thread.run_sync(_may_place, door, production_id)
    data = await request.body()

    def act() -> Response:
        kept = door.reading() if dry_run else door.writing()
        with kept as (session, actor):
            done = place_by_sheet(
                session,
                actor,
                production_id,
                data,
                door.now,
                day_first=_day_first(dates),
                dry_run=dry_run,
                apply_good=apply_good,
                language=door.language,
            )
            return answer(done)

    return await to_thread.run_sync(act)


def _may_place(door: ApiDoor, production_id: UUID) -> None:
    with door.reading() as (session, actor):
        productions.drafting(session, actor, production_id, lock=False, whole=False)


@router.post(
    "/productions/{production_id}/numbering",
    response_model=PlacedOut,
    responses=problems(401, 403, 404, 409, 422),
)
def number_draft(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    data: NumberingIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Number a draft's exhibits in order, by their names, or as given; all or nothing."""

    def act(session: Session, actor: Actor) -> Made:
        done = number_exhibits(session, actor, production_id, data, door.language, door.now)
        return Made(body=done, status=200)

    return once(door, key, raw, act)
