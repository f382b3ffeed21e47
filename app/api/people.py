"""People: add somebody, give and end roles, list a court's people; who you are."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from app.api.answers import ApiRoute, IdempotencyKey, Made, answer, once, problems, raw_body
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.schemas.fields import CourtCode
from app.schemas.pages import Page
from app.schemas.people import (
    Me,
    MemberOut,
    MembershipBrief,
    MembershipIn,
    MembershipOut,
    UserIn,
    UserOut,
)
from app.services import people

router = APIRouter(tags=["people"], route_class=ApiRoute)


@router.get("/me", response_model=Me, responses=problems(401))
def read_me(door: Annotated[ApiDoor, api_door(Action.court_read)]) -> Response:
    """Who you are, and the roles you hold."""
    with door.reading() as (_, actor):
        roles = [MembershipBrief.model_validate(g) for g in actor.grants]
        return answer(Me(user_id=actor.user_id, name=actor.name, roles=roles))


@router.post(
    "/users",
    response_model=UserOut,
    status_code=201,
    responses=problems(401, 403, 409, 422),
)
def add_user(
    door: Annotated[ApiDoor, api_door(Action.people_manage)],
    data: UserIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Add somebody who can sign in. They see nothing until they are given a role."""

    def act(session: Session, actor: Actor) -> Made:
        added = people.add_user(session, data, door.now, actor)
        return Made(body=UserOut.model_validate(added))

    return once(door, key, raw, act)


@router.post(
    "/users/{user_id}/roles",
    response_model=MembershipOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
)
def grant_role(
    door: Annotated[ApiDoor, api_door(Action.people_manage)],
    user_id: UUID,
    data: MembershipIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Give a role: in a court by its administrator, for a party of a matter by its clerk."""

    def act(session: Session, actor: Actor) -> Made:
        membership = people.grant_role(session, actor, user_id, data, door.now)
        return Made(body=MembershipOut.model_validate(membership))

    return once(door, key, raw, act)


@router.delete("/roles/{membership_id}", status_code=204, responses=problems(401, 403, 404))
def end_role(
    door: Annotated[ApiDoor, api_door(Action.people_manage)], membership_id: UUID
) -> Response:
    """End a role. It is refused from the next request on; that it was held stays known."""
    with door.writing() as (session, actor):
        people.end_role(session, actor, membership_id, door.now)
    return Response(status_code=204)


@router.get(
    "/courts/{code}/people", response_model=Page[MemberOut], responses=problems(401, 403, 404)
)
def list_people(
    door: Annotated[ApiDoor, api_door(Action.people_manage)], code: CourtCode
) -> Response:
    """The people of a court that you manage, and their roles there."""
    with door.reading() as (session, actor):
        found = people.members(session, actor, code)
        return answer(Page(items=[MemberOut.model_validate(u) for u in found]))
