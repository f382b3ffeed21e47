"""All exhibits of an order in one archive, or a part of them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from app.api.answers import ApiRoute, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.errors import Invalid
from app.sending import TakeResponse, archive_of
from app.services.taking import What, plan

router = APIRouter(tags=["exhibits"], route_class=ApiRoute)


@router.get(
    "/orders/{order_id}/take.zip",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/zip": {}}, "description": "The archive, as it is made."},
        **problems(401, 403, 404, 409, 422),
    },
)
def take_all(
    request: Request,
    door: Annotated[ApiDoor, api_door(Action.exhibit_download)],
    order_id: UUID,
    production_id: Annotated[
        UUID | None, Query(description="What one production handed over.")
    ] = None,
    category_id: Annotated[UUID | None, Query(description="What answers one category.")] = None,
    new: Annotated[
        bool, Query(description="Productions that you have not taken whole yet.")
    ] = False,
    plain_names: Annotated[
        bool, Query(description="Names of ASCII letters alone, for old tools.")
    ] = False,
) -> TakeResponse:
    """All that was produced and you may read: files, lists, receipts, hashes, `verify.py`.

    What may not be had is listed with its reason. Each exhibit sent counts as a download; a
    production whose last byte was sent is no longer `new` to you. `409`: there is nothing to take.
    """
    what, name = _asked(production_id, category_id, new)
    with door.reading() as (session, actor):
        made = plan(session, actor, order_id, door.now, what=what, name=name)
    return archive_of(door, request, made, plain_names=plain_names)


def _asked(production_id: UUID | None, category_id: UUID | None, new: bool) -> tuple[What, str]:
    parts = {
        "production_id": (What.deposit, str(production_id)) if production_id else None,
        "category_id": (What.category, str(category_id)) if category_id else None,
        "new": (What.since, "") if new else None,
    }
    said = [(field, part) for field, part in parts.items() if part]
    if len(said) > 1:
        raise Invalid.field(said[1][0], "Ask for one part, or for all.")
    return said[0][1] if said else (What.all, "")
