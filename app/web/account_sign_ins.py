"""Where one is signed in: one ended, or all others."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import NotFound
from app.services.accounts import end_own_sign_in, end_sign_ins
from app.web.account import back
from app.web.forms import Sent
from app.web.security import PageRoute, check_token

router = APIRouter(route_class=PageRoute)


@router.post("/account/sign-ins/end")
def end(door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent) -> Response:
    """End the sign-in named, or every one but this."""
    named = form.one("sign_in")
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        this = door.signed_in.id if door.signed_in else None
        if named == "others":
            end_sign_ins(session, actor.user_id, door.clock_at, keep=this)
            return back("others")
        end_own_sign_in(session, actor, _id(named), door.clock_at)
    return RedirectResponse("/sign-in", 303) if _id(named) == this else back("sign-in")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
