"""Productions: draft, answer, withhold, deposit, and the receipt."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Response
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
from app.schemas.pages import Page
from app.schemas.productions import (
    AnswerIn,
    AnswerOut,
    ProductionIn,
    ProductionLine,
    ProductionOut,
    WithheldIn,
    WithheldOut,
)
from app.schemas.receipts import DepositIn, Receipt
from app.services import answers, productions, wording
from app.services.deposit import deposit
from app.services.receipts import receipt_of

_PLAINLY = DepositIn()

router = APIRouter(tags=["productions"], route_class=ApiRoute)


@router.post(
    "/orders/{order_id}/productions",
    response_model=ProductionOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
)
def draft_production(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    order_id: UUID,
    data: ProductionIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Start a production. Nobody but its own party sees it before it is deposited."""

    def act(session: Session, actor: Actor) -> Made:
        production = productions.draft_production(session, actor, order_id, data, door.now)
        return Made(
            body=wording.production_out(session, actor, production),
            location=f"/api/v1/productions/{production.id}",
            version=production.version,
        )

    return once(door, key, raw, act)


@router.get(
    "/orders/{order_id}/productions",
    response_model=Page[ProductionLine],
    responses=problems(401, 404),
)
def list_productions(
    door: Annotated[ApiDoor, api_door(Action.production_read)], order_id: UUID
) -> Response:
    """What was deposited under the order, and your own drafts."""
    with door.reading() as (session, actor):
        found = productions.productions(session, actor, order_id, limit=1000)
        return answer(Page(items=[wording.production_line(p, n) for p, n in found]))


@router.get(
    "/productions/{production_id}",
    response_model=ProductionOut,
    responses=problems(401, 404),
)
def read_production(
    door: Annotated[ApiDoor, api_door(Action.production_read)], production_id: UUID
) -> Response:
    """A production with its exhibits, answers and withheld items."""
    with door.reading() as (session, actor):
        production = productions.production_of(session, actor, production_id)
        return answer(
            wording.production_out(session, actor, production), version=production.version
        )


@router.put(
    "/productions/{production_id}/answers/{category_id}",
    response_model=AnswerOut,
    responses=problems(401, 403, 404, 409, 422),
)
def answer_category(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    category_id: UUID,
    data: AnswerIn,
) -> Response:
    """Declare a category complete, partial, nothing responsive or objected to; state figures."""
    with door.writing() as (session, actor):
        found = answers.answer_category(session, actor, production_id, category_id, data, door.now)
        return answer(wording.answer_out(found))


@router.post(
    "/productions/{production_id}/withheld",
    response_model=WithheldOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
)
def withhold(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    data: WithheldIn,
    raw: Annotated[bytes, Depends(raw_body)],
    key: IdempotencyKey = None,
) -> Response:
    """Put a numbered placeholder for something held back, with its ground."""

    def act(session: Session, actor: Actor) -> Made:
        item = answers.withhold(session, actor, production_id, data, door.now)
        return Made(body=WithheldOut.model_validate(item))

    return once(door, key, raw, act)


@router.post(
    "/productions/{production_id}/deposit",
    response_model=Receipt,
    responses=problems(401, 403, 404, 409, 422),
)
def deposit_production(
    door: Annotated[ApiDoor, api_door(Action.production_deposit)],
    production_id: UUID,
    raw: Annotated[bytes, Depends(raw_body)],
    data: Annotated[DepositIn, Body()] = _PLAINLY,
    key: IdempotencyKey = None,
) -> Response:
    """Deposit in one act. A second call, or a repeated one, gives the same receipt."""
    presence = door.presence(production_id)

    def act(session: Session, actor: Actor) -> Made:
        receipt = deposit(
            session,
            actor,
            production_id,
            door.store,
            door.keys,
            door.now,
            signed_at=door.clock_at,
            although_suspended=data.although_suspended,
            size_bytes_max=door.settings.upload_bytes_max,
            presence=presence,
        )
        return Made(body=receipt, status=200)

    return once(door, key, raw, act)


@router.get(
    "/productions/{production_id}/receipt",
    response_model=Receipt,
    responses=problems(401, 404, 409),
)
def read_receipt(
    door: Annotated[ApiDoor, api_door(Action.production_read)], production_id: UUID
) -> Response:
    """The receipt of a deposited production, as it was given at the deposit."""
    with door.reading() as (session, actor):
        return answer(receipt_of(session, actor, production_id))
