"""Orders: register, list, read, change how they are referred to."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
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
from app.schemas.orders import OrderChange, OrderIn, OrderOut
from app.schemas.pages import LIMIT_DEFAULT, Page, read_place, write_cursor
from app.services import orders

router = APIRouter(tags=["orders"], route_class=ApiRoute)


def order_out(order: m.Order) -> OrderOut:
    """The order on the wire."""
    plain = (
        "id matter_id title made_on legal_basis operative_part language note references "
        "rule_pack rule_pack_version calendar calendar_version time_zone created_at version"
    )
    return OrderOut.model_validate(
        {
            **{name: getattr(order, name) for name in plain.split()},
            "categories": [_category_out(c) for c in order.categories],
        }
    )


def _category_out(category: m.Category) -> dict[str, object]:
    return {
        "id": category.id,
        "number": category.number,
        "kind": category.kind,
        "text": category.text,
        "period": {
            "from_on": category.period_from_on,
            "to_on": category.period_to_on,
            "note": category.period_note,
        },
        "redaction": category.redaction,
        "term": category.term,
        "penalty_terms": category.penalty_terms,
        "elements": category.elements,
        "milestones": category.milestones,
        "obligors": [o.obligor_id for o in category.obligations],
        "beneficiaries": [b.party_id for b in category.beneficiaries],
    }


@router.post(
    "/matters/{matter_id}/orders",
    response_model=OrderOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
)
def register_order(
    door: Annotated[ApiDoor, api_door(Action.order_register)],
    matter_id: UUID,
    data: OrderIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Register a decision with its categories; one obligation per category and obligor."""

    def act(session: Session, actor: Actor) -> Made:
        order = orders.register_order(session, actor, matter_id, data, door.now)
        return Made(
            body=order_out(order), location=f"/api/v1/orders/{order.id}", version=order.version
        )

    return once(door, key, raw, act)


@router.get("/orders", response_model=Page[OrderOut], responses=problems(401, 422))
def list_orders(
    door: Annotated[ApiDoor, api_door(Action.order_read)],
    matter_id: Annotated[UUID | None, Query(description="Of this matter alone.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """The orders that you may see, newest first."""
    with door.reading() as (session, actor):
        found = orders.orders(
            session, actor, limit=limit + 1, after=read_place(cursor), matter_id=matter_id
        )
        last = found[limit - 1] if len(found) > limit else None
        following = write_cursor(last.created_at.isoformat(), str(last.id)) if last else None
        return answer(Page(items=[order_out(o) for o in found[:limit]], next_cursor=following))


@router.get("/orders/{order_id}", response_model=OrderOut, responses=problems(401, 404))
def read_order(door: Annotated[ApiDoor, api_door(Action.order_read)], order_id: UUID) -> Response:
    """An order: its operative part as written, its categories, elements and terms."""
    with door.reading() as (session, actor):
        order = orders.order_of(session, actor, order_id)
        return answer(order_out(order), version=order.version)


@router.patch(
    "/orders/{order_id}",
    response_model=OrderOut,
    responses=problems(401, 403, 404, 412, 422, 428),
)
def change_order(
    door: Annotated[ApiDoor, api_door(Action.order_change)],
    order_id: UUID,
    data: OrderChange,
    if_match: IfMatch = None,
) -> Response:
    """Change the title, note and references. What the order demands changes by events alone."""
    with door.writing() as (session, actor):
        order = orders.order_of(session, actor, order_id, lock=True)
        check_version(if_match, order.version)
        order = orders.change_order(session, actor, order, data, door.now)
        return answer(order_out(order), version=order.version)
