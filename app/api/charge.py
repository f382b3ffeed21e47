"""Who is in charge of an order: a clerk takes it, gives it up, or takes it over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.api.answers import ApiRoute, answer, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.schemas.orders import ChargeOut
from app.services import charges
from app.services.orders import order_of

router = APIRouter(tags=["orders"], route_class=ApiRoute)


@router.get(
    "/orders/{order_id}/charge", response_model=ChargeOut, responses=problems(401, 403, 404)
)
def read_charge(
    door: Annotated[ApiDoor, api_door(Action.order_change)], order_id: UUID
) -> Response:
    """The clerk in charge of the order, or nobody."""
    with door.reading() as (session, actor):
        order_of(session, actor, order_id)
        return answer(_out(session, actor, order_id))


@router.put(
    "/orders/{order_id}/charge", response_model=ChargeOut, responses=problems(401, 403, 404)
)
def take_charge(
    door: Annotated[ApiDoor, api_door(Action.order_change)], order_id: UUID
) -> Response:
    """Be in charge of the order; whoever was, no longer is. Done twice, nothing changes."""
    return _changed(door, order_id, charges.take_charge)


@router.delete(
    "/orders/{order_id}/charge", response_model=ChargeOut, responses=problems(401, 403, 404)
)
def give_up_charge(
    door: Annotated[ApiDoor, api_door(Action.order_change)], order_id: UUID
) -> Response:
    """Nobody is in charge of the order any more. Where nobody was, nothing changes."""
    return _changed(door, order_id, charges.give_up_charge)


def _changed(
    door: ApiDoor, order_id: UUID, act: Callable[[Session, Actor, UUID, datetime], None]
) -> Response:
    with door.writing() as (session, actor):
        act(session, actor, order_id, door.now)
        return answer(_out(session, actor, order_id))


def _out(session: Session, actor: Actor, order_id: UUID) -> ChargeOut:
    held = charges.in_charge(session, actor, order_id)
    user_id, name = held or (None, "")
    return ChargeOut(order_id=order_id, user_id=user_id, name=name)
