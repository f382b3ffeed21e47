"""Counsel's home: what their parties owe, until when by the server's clock, and how to go on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.services.owing import owing
from app.web.rendering import page
from app.web.security import PageRoute, policy_with_fetch
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)


@router.get("/owed")
def show_debts(door: Annotated[PageDoor, page_door(Action.production_draft)]) -> Response:
    """By order and category: last legal day, how long still, status, what was given, drafts."""
    with visit(door) as (session, actor):
        found, more = owing(session, actor, door.now)
        response = page(door, "owed.html", owing=found, more=more, at=door.now)
    response.headers["Content-Security-Policy"] = policy_with_fetch()
    return response
