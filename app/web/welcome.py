"""Where signing in ends: a session of its own, and the cookie that stands for it."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import LANGUAGE_COOKIE, PageDoor
from app.services import signing_in
from app.web.agents import browser_name
from app.web.forms import Form
from app.web.kept_form import KeptForm
from app.web.rendering import page
from app.web.security import local_path, set_cookie


def half_cookie(door: PageDoor) -> str:
    """The cookie of somebody whose password was right and whose code is still to come."""
    return "__Host-bordereau-half" if door.settings.secure else "bordereau-half"


def welcome(
    door: PageDoor, session: Session, user: m.User, form: Form, kept: KeptForm | None
) -> Response:
    """Begin a session of its own, whatever session there was, and go on.

    What was typed before the session ended is given back to whom its form was made for. The
    answer is to be returned only after the transaction ended well.
    """
    own = kept is not None and kept.made_for(signing_in.form_secrets(session, user.id))
    door.actor(session)
    if door.signed_in is not None:
        signing_in.end_sign_in(session, door.signed_in.id, door.clock_at)
    agent = browser_name(door.request.headers.get("user-agent", ""))
    hours = door.settings.session_hours
    secret = signing_in.start_sign_in(session, user.id, door.clock_at, hours, agent)
    # What somebody else typed is let go, and where they were is nobody's business either.
    following = "/" if form.one("kept") else local_path(form.one("next"))
    response: Response = RedirectResponse(following, 303)
    if own:
        door.signed_in = signing_in.sign_in_of(
            session, secret, door.clock_at, idle_minutes=door.settings.session_idle_minutes
        )
        response = page(door, "kept_form.html", kept=kept)
    _set_cookies(door, response, secret, user.language)
    return response


def _set_cookies(door: PageDoor, response: Response, secret: str, language: str | None) -> None:
    set_cookie(door, response, door.cookie_name, secret)
    if half_cookie(door) in door.request.cookies:
        response.delete_cookie(
            half_cookie(door), httponly=True, samesite="lax", secure=door.settings.secure
        )
    if language is not None and LANGUAGE_COOKIE not in door.request.cookies:
        # So that a page that cannot ask the database (an error's) speaks it too.
        set_cookie(door, response, LANGUAGE_COOKIE, language)
