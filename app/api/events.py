"""Events: record one, preview what it would move, read the record."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Depends, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

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
from app.errors import Invalid
from app.schemas.compliance import Preview
from app.schemas.events import EVENT_EXAMPLES, EventIn, EventOut
from app.schemas.pages import LIMIT_DEFAULT, Page, read_cursor, write_cursor
from app.services import event_files, events
from app.services.compliance import event_outs
from app.services.orders import order_of
from app.services.previews import preview_out

router = APIRouter(tags=["events"], route_class=ApiRoute)

EventBody = Annotated[EventIn, Body(openapi_examples=EVENT_EXAMPLES)]


@router.post(
    "/orders/{order_id}/events",
    response_model=EventOut | Preview,
    status_code=201,
    responses={
        200: {"model": Preview, "description": "The preview, when `dry_run` is true."},
        **problems(401, 403, 404, 409, 412, 422),
    },
)
def record_event(
    door: Annotated[ApiDoor, api_door(Action.event_record)],
    order_id: UUID,
    data: EventBody,
    raw: Annotated[bytes, Depends(raw_body)],
    dry_run: Annotated[
        bool, Query(description="Say what would move, old and new; save nothing.")
    ] = False,
    key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Record a dated fact on the order, or preview what it would move."""
    if dry_run:
        return answer(_preview(door, order_id, data))

    def act(session: Session, actor: Actor) -> Made:
        if if_match is not None:
            order = order_of(session, actor, order_id, lock=True)
            check_version(if_match, order.version)
        row = events.record_event(session, actor, order_id, data, door.now)
        order = order_of(session, actor, order_id)
        (out,) = event_outs(session, order, [row], door.language)
        return Made(body=out, location=f"/api/v1/orders/{order_id}/events", version=order.version)

    return once(door, key, raw, act)


def _preview(door: ApiDoor, order_id: UUID, data: Any) -> Preview:
    with door.reading() as (session, actor):
        changes = events.preview_event(session, actor, order_id, data, door.now)
        order = order_of(session, actor, order_id)
        return preview_out(changes, data.kind, door.now, ZoneInfo(order.time_zone), door.language)


@router.get(
    "/orders/{order_id}/events",
    response_model=Page[EventOut],
    responses=problems(401, 404, 422),
)
def list_events(
    door: Annotated[ApiDoor, api_door(Action.order_read)],
    order_id: UUID,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Response:
    """The order's record: every event as it was recorded, corrected ones included."""
    with door.reading() as (session, actor):
        rows = events.event_rows(
            session, actor, order_id, limit=limit + 1, after_seq=_after(cursor)
        )
        order = order_of(session, actor, order_id)
        items = event_outs(session, order, rows[:limit], door.language)
        following = write_cursor(str(rows[limit - 1].seq)) if len(rows) > limit else None
        return answer(Page(items=items, next_cursor=following))


@router.get(
    "/events/{event_id}/files/{file_id}/content",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The file's bytes."},
        **problems(401, 404),
    },
)
def download_event_file(
    door: Annotated[ApiDoor, api_door(Action.order_read)], event_id: UUID, file_id: UUID
) -> Response:
    """The bytes of a file recorded with an event, exactly as they were sent."""
    with door.reading() as (session, actor):
        found = event_files.event_file(session, actor, event_id, file_id, door.store)
    return door.send(found)


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    (seq,) = read_cursor(cursor, 1)
    if not seq.isascii() or not seq.isdigit() or len(seq) > 9:
        raise Invalid.field("cursor", "This cursor is not one that a page gave.")
    return int(seq)
