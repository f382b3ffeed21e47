"""Signing out: the session ends on the server, not in the browser alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import RedirectResponse

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.services import signing_in
from app.web.forms import Sent
from app.web.security import PageRoute, check_token

router = APIRouter(route_class=PageRoute)


@router.post("/sign-out")
def sign_out(
    door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent
) -> RedirectResponse:
    """End this sign-in; its cookie is worth nothing from now on."""
    with door.writing() as (session, _actor):
        check_token(door, form.one("csrf"))
        if door.signed_in is not None:
            signing_in.end_sign_in(session, door.signed_in.id, door.clock_at)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(
        door.cookie_name, httponly=True, samesite="lax", secure=door.settings.secure
    )
    return response
