"""Observations of counsel: made on a category or an exhibit, answered, taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from app.api.answers import ApiRoute, IdempotencyKey, Made, answer, once, problems, raw_body
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.schemas.observations import (
    ObservationIn,
    ObservationOut,
    Observations,
    ObservationWithdrawalIn,
)
from app.services import observations as verbs

router = APIRouter(tags=["observations"], route_class=ApiRoute)


def _told(session: Session, actor: Actor, order_id: UUID, observation_id: UUID) -> ObservationOut:
    listed = verbs.observations(session, actor, order_id).items
    return next(one for one in listed if one.id == observation_id)


@router.get(
    "/orders/{order_id}/observations", response_model=Observations, responses=problems(401, 404)
)
def list_observations(
    door: Annotated[ApiDoor, api_door(Action.production_read)], order_id: UUID
) -> Response:
    """What counsel observed on the order's categories and exhibits, and what was answered."""
    with door.reading() as (session, actor):
        return answer(verbs.observations(session, actor, order_id))


@router.post(
    "/orders/{order_id}/observations",
    response_model=ObservationOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
)
def observe(
    door: Annotated[ApiDoor, api_door(Action.observation_make)],
    order_id: UUID,
    data: ObservationIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Observe on a category or an exhibit, or answer. Both sides and the clerk read it."""

    def act(session: Session, actor: Actor) -> Made:
        made = verbs.observe(session, actor, order_id, data, door.now)
        return Made(
            body=_told(session, actor, order_id, made.id),
            location=f"/api/v1/orders/{order_id}/observations",
        )

    return once(door, key, raw, act)


@router.post(
    "/observations/{observation_id}/withdrawal",
    response_model=ObservationOut,
    status_code=200,
    responses=problems(401, 403, 404, 409, 422),
)
def withdraw_observation(
    door: Annotated[ApiDoor, api_door(Action.observation_make)],
    observation_id: UUID,
    data: ObservationWithdrawalIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Take an observation back with a reason. It stays on the record, with its withdrawal."""

    def act(session: Session, actor: Actor) -> Made:
        made = verbs.withdraw_observation(session, actor, observation_id, data.reason, door.now)
        return Made(body=_told(session, actor, made.order_id, made.id), status=200)

    return once(door, key, raw, act)
