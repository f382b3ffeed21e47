"""A clerk takes charge of an order, or gives it up; and says that they saw what is new."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import RedirectResponse

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import Invalid
from app.services import charges, news
from app.web.forms import Sent
from app.web.security import PageRoute, check_token, local_path

router = APIRouter(route_class=PageRoute)


@router.post("/orders/{order_id}/charge")
def change_charge(
    door: Annotated[PageDoor, page_door(Action.order_change)], order_id: UUID, form: Sent
) -> RedirectResponse:
    """Take the order in charge, or give it up where the form says so."""
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        act = charges.give_up_charge if form.one("act") == "give_up" else charges.take_charge
        act(session, actor, order_id, door.now)
    return RedirectResponse(local_path(form.one("next")), 303)


@router.post("/seen")
def mark_seen(
    door: Annotated[PageDoor, page_door(Action.order_read)], form: Sent
) -> RedirectResponse:
    """The reader saw the news that their page showed; what came since is shown again."""
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        news.mark_seen(session, actor, _until(form.one("until")), door.now)
    return RedirectResponse(local_path(form.one("next")), 303)


def _until(said: str) -> datetime:
    try:
        until = datetime.fromisoformat(said)
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise Invalid.field("until", "Give an instant with its offset, as in ISO 8601.")
    return until
