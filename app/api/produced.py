"""What was produced, as of any day; replacing and withdrawing; who first had an exhibit."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from app.api.answers import ApiRoute, Cursor, IdempotencyKey, Made, answer, once, problems, raw_body
from app.api.compliance import AsOf
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.schemas.produced import ExhibitHistory, Produced, WithdrawalIn
from app.services import compliance, produced, withdrawing
from app.services.orders import order_of

router = APIRouter(tags=["exhibits"], route_class=ApiRoute)


@router.get(
    "/orders/{order_id}/exhibits", response_model=Produced, responses=problems(401, 404, 422)
)
def list_produced(
    door: Annotated[ApiDoor, api_door(Action.production_read)],
    order_id: UUID,
    as_of: AsOf = None,
    known_at: AsOf = None,
    limit: Annotated[int, Query(ge=1, le=produced.LIMIT_MAX)] = 200,
    cursor: Cursor = None,
) -> Response:
    """What was deposited and visible to you on a day, and what had become of each exhibit."""
    with door.reading() as (session, actor):
        order = order_of(session, actor, order_id)
        at = compliance.instant(order, as_of, door.now)
        known = compliance.instant(order, known_at, door.now)
        return answer(
            produced.produced(session, actor, order_id, at, known, limit=limit, cursor=cursor)
        )


@router.get(
    "/exhibits/{exhibit_id}/history", response_model=ExhibitHistory, responses=problems(401, 404)
)
def read_history(
    door: Annotated[ApiDoor, api_door(Action.production_read)], exhibit_id: UUID
) -> Response:
    """Since when an exhibit was available, who first fetched it when, what became of it."""
    with door.reading() as (session, actor):
        return answer(produced.history(session, actor, exhibit_id, door.now))


@router.post(
    "/exhibits/{exhibit_id}/withdrawal",
    response_model=ExhibitHistory,
    status_code=200,
    responses=problems(401, 403, 404, 409, 422),
)
def withdraw_exhibit(
    door: Annotated[ApiDoor, api_door(Action.production_deposit)],
    exhibit_id: UUID,
    data: WithdrawalIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Withdraw a deposited exhibit with a reason. Its number, place and hash stay."""

    def act(session: Session, actor: Actor) -> Made:
        withdrawing.withdraw(session, actor, exhibit_id, data.reason, door.now)
        return Made(body=produced.history(session, actor, exhibit_id, door.now), status=200)

    return once(door, key, raw, act)
