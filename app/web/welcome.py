"""Where signing in ends: a session of its own, and the cookie that stands for it."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse

from app import models as m
from app.deps import LANGUAGE_COOKIE, PageDoor
from app.services import signing_in
from app.web.agents import browser_name
from app.web.security import local_path, set_cookie


def half_cookie(door: PageDoor) -> str:
    """The cookie of somebody whose password was right and whose code is still to come."""
    return "__Host-bordereau-half" if door.settings.secure else "bordereau-half"


def welcome(door: PageDoor, session: Session, user: m.User, following: str) -> RedirectResponse:
    """Begin a session of its own, whatever session there was, and go on.

    The answer is to be returned only after the transaction ended well.
    """
    door.actor(session)
    if door.signed_in is not None:
        signing_in.end_sign_in(session, door.signed_in.id, door.clock_at)
    secret = signing_in.start_sign_in(
        session,
        user.id,
        door.clock_at,
        door.settings.session_hours,
        browser_name(door.request.headers.get("user-agent", "")),
    )
    response = RedirectResponse(local_path(following), 303)
    set_cookie(door, response, door.cookie_name, secret)
    if half_cookie(door) in door.request.cookies:
        response.delete_cookie(
            half_cookie(door), httponly=True, samesite="lax", secure=door.settings.secure
        )
    if user.language is not None and LANGUAGE_COOKIE not in door.request.cookies:
        # So that a page that cannot ask the database (an error's) speaks it too.
        set_cookie(door, response, LANGUAGE_COOKIE, user.language)
    return response
