"""A court's closures, and new versions of the law: with what they move before anything is saved."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from app.api.answers import (
    ApiRoute,
    Cursor,
    IdempotencyKey,
    Limit,
    Made,
    answer,
    once,
    problems,
    raw_body,
)
from app.deps import ApiDoor, api_door
from app.domain.access import Action, Actor
from app.errors import Invalid
from app.schemas.closures import (
    ClosureIn,
    ClosureOut,
    ClosurePreview,
    LawDecided,
    LawDecisionIn,
    OrderLaw,
    WithdrawalOfClosureIn,
)
from app.schemas.fields import CourtCode
from app.schemas.pages import LIMIT_DEFAULT, Page, read_cursor, write_cursor
from app.services import closures, versions
from app.services.previews import closure_outs, closure_preview_out, order_law_out

router = APIRouter(tags=["law of time"], route_class=ApiRoute)

DryRun = Annotated[bool, Query(description="Say what would move, old and new; save nothing.")]
RawBody = Annotated[bytes, Depends(raw_body)]
PREVIEWED = {
    200: {"model": ClosurePreview, "description": "The preview, when `dry_run` is true."},
    **problems(401, 403, 404, 409, 422),
}


@router.get(
    "/courts/{code}/closures", response_model=Page[ClosureOut], responses=problems(401, 404)
)
def list_closures(
    door: Annotated[ApiDoor, api_door(Action.court_read)],
    code: CourtCode,
    limit: Limit = LIMIT_DEFAULT,
) -> Response:
    """The days on which the court was closed, the latest first; withdrawn ones too."""
    with door.reading() as (session, actor):
        rows = closures.closures(session, actor, code, limit=limit)
        return answer(Page(items=closure_outs(session, rows)))


@router.post(
    "/courts/{code}/closures",
    response_model=ClosureOut | ClosurePreview,
    status_code=201,
    responses=PREVIEWED,
)
def record_closure(
    door: Annotated[ApiDoor, api_door(Action.closure_record)],
    code: CourtCode,
    data: ClosureIn,
    raw: RawBody,
    dry_run: DryRun = False,
    key: IdempotencyKey = None,
) -> Response:
    """Record that the court is closed on a day, or preview every open deadline that moves."""
    if dry_run:
        with door.reading() as (session, actor):
            moved = closures.preview_closure(session, actor, code, data, door.now)
            return answer(closure_preview_out(data.on, moved, door.now, door.language))

    def act(session: Session, actor: Actor) -> Made:
        row = closures.record_closure(session, actor, code, data, door.now)
        (out,) = closure_outs(session, [row])
        return Made(body=out, location=f"/api/v1/courts/{code}/closures")

    return once(door, key, raw, act)


@router.post(
    "/courts/{code}/closures/{closure_id}/withdrawal",
    response_model=ClosureOut | ClosurePreview,
    status_code=201,
    responses=PREVIEWED,
)
def withdraw_closure(
    door: Annotated[ApiDoor, api_door(Action.closure_record)],
    code: CourtCode,
    closure_id: UUID,
    data: WithdrawalOfClosureIn,
    raw: RawBody,
    dry_run: DryRun = False,
    key: IdempotencyKey = None,
) -> Response:
    """Say that a recorded closure does not hold; it stays on the record, with the reason."""
    if dry_run:
        with door.reading() as (session, actor):
            row, moved = closures.preview_withdrawal(session, actor, code, closure_id, door.now)
            return answer(closure_preview_out(row.closed_on, moved, door.now, door.language))

    def act(session: Session, actor: Actor) -> Made:
        row = closures.withdraw_closure(session, actor, code, closure_id, data.reason, door.now)
        (out,) = closure_outs(session, [row])
        return Made(body=out)

    return once(door, key, raw, act)


@router.get("/orders/{order_id}/law", response_model=OrderLaw, responses=problems(401, 404))
def read_order_law(
    door: Annotated[ApiDoor, api_door(Action.order_read)], order_id: UUID
) -> Response:
    """By which versions an order is computed, and what those at hand would move.

    A clerk applies or ignores them by an event of kind `law_change`.
    """
    with door.reading() as (session, actor):
        found = versions.order_law(session, actor, order_id, door.now)
        return answer(order_law_out(found, door.language))


@router.get(
    "/courts/{code}/law-changes", response_model=Page[OrderLaw], responses=problems(401, 403, 404)
)
def list_law_changes(
    door: Annotated[ApiDoor, api_door(Action.event_record)],
    code: CourtCode,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """The court's orders that wait for a decision on new versions of their law."""
    with door.reading() as (session, actor):
        found = versions.waiting(
            session, actor, code, door.now, limit=limit + 1, after=_after(cursor)
        )
        following = write_cursor(str(found[limit - 1].order.id)) if len(found) > limit else None
        items = [order_law_out(each, door.language) for each in found[:limit]]
        return answer(Page(items=items, next_cursor=following))


def _after(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    (last,) = read_cursor(cursor, 1)
    try:
        return UUID(last)
    except ValueError:
        raise Invalid.field("cursor", "This cursor is not one that a page gave.") from None


@router.post(
    "/courts/{code}/law-changes",
    response_model=LawDecided,
    status_code=201,
    responses=problems(401, 403, 404, 409, 422),
)
def decide_law_changes(
    door: Annotated[ApiDoor, api_door(Action.event_record)],
    code: CourtCode,
    data: LawDecisionIn,
    raw: RawBody,
    key: IdempotencyKey = None,
) -> Response:
    """Apply the versions at hand to some orders, or ignore them: one event on each, or none."""

    def act(session: Session, actor: Actor) -> Made:
        decided = versions.decide(session, actor, code, data, door.now)
        return Made(body=LawDecided(decision=data.decision, order_ids=decided))

    return once(door, key, raw, act)
