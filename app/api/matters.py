"""Matters: register, list, read, change the title, add what comes later."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from app import models as m
from app.api.answers import (
    ApiRoute,
    Cursor,
    IdempotencyKey,
    IfMatch,
    Limit,
    Made,
    answer,
    check_version,
    once,
    problems,
    raw_body,
)
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.schemas.matters import MatterAdditions, MatterChange, MatterIn, MatterOut
from app.schemas.pages import LIMIT_DEFAULT, Page, read_place, write_cursor
from app.services import matters

router = APIRouter(tags=["matters"], route_class=ApiRoute)


def matter_out(matter: m.Matter) -> MatterOut:
    """The matter on the wire."""
    return MatterOut.model_validate(
        {
            "id": matter.id,
            "court": matter.court.code,
            "title": matter.title,
            "docket_numbers": matter.docket_numbers,
            "parties": matter.parties,
            "version": matter.version,
        }
    )


@router.post(
    "/matters",
    response_model=MatterOut,
    status_code=201,
    responses=problems(401, 403, 409, 422),
)
def register_matter(
    door: Annotated[ApiDoor, api_door(Action.matter_register)],
    data: MatterIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Open a matter before a court of yours, with its docket numbers and parties."""

    def act(session: Session, actor: Actor) -> Made:
        matter = matters.register_matter(session, actor, data, door.now)
        return Made(
            body=matter_out(matter),
            location=f"/api/v1/matters/{matter.id}",
            version=matter.version,
        )

    return once(door, key, raw, act)


@router.get("/matters", response_model=Page[MatterOut], responses=problems(401, 422))
def list_matters(
    door: Annotated[ApiDoor, api_door(Action.matter_read)],
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """The matters that you may see, newest first."""
    with door.reading() as (session, actor):
        found = matters.matters(session, actor, limit=limit + 1, after=read_place(cursor))
        items = [matter_out(x) for x in found[:limit]]
        last = found[limit - 1] if len(found) > limit else None
        following = write_cursor(last.created_at.isoformat(), str(last.id)) if last else None
        return answer(Page(items=items, next_cursor=following))


@router.get("/matters/{matter_id}", response_model=MatterOut, responses=problems(401, 404))
def read_matter(
    door: Annotated[ApiDoor, api_door(Action.matter_read)], matter_id: UUID
) -> Response:
    """A matter, with its parties and who represents them."""
    with door.reading() as (session, actor):
        matter = matters.matter_of(session, actor, matter_id)
        return answer(matter_out(matter), version=matter.version)


@router.patch(
    "/matters/{matter_id}",
    response_model=MatterOut,
    responses=problems(401, 403, 404, 412, 422, 428),
)
def change_matter(
    door: Annotated[ApiDoor, api_door(Action.matter_change)],
    matter_id: UUID,
    data: MatterChange,
    if_match: IfMatch = None,
) -> Response:
    """Give the matter another title."""
    with door.writing() as (session, actor):
        matter = matters.matter_of(session, actor, matter_id)
        check_version(if_match, matter.version)
        matter = matters.change_matter(session, actor, matter, data, door.now)
        return answer(matter_out(matter), version=matter.version)


@router.post(
    "/matters/{matter_id}/additions",
    response_model=MatterOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
)
def add_to_matter(
    door: Annotated[ApiDoor, api_door(Action.matter_change)],
    matter_id: UUID,
    data: MatterAdditions,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Add docket numbers, parties or counsel; what is recorded already stays as it is."""

    def act(session: Session, actor: Actor) -> Made:
        matter = matters.matter_of(session, actor, matter_id)
        matter = matters.add_to_matter(session, actor, matter, data, door.now)
        return Made(
            body=matter_out(matter),
            location=f"/api/v1/matters/{matter.id}",
            version=matter.version,
        )

    return once(door, key, raw, act)
