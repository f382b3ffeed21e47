"""The second step of signing in: a code, where the account asks for one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import TooManyRequests
from app.phrases import Phrase, phrase
from app.problems import RETRY_SECONDS
from app.services import second_factor, signing_in
from app.web.forms import Form, Sent
from app.web.kept_form import KeptForm, read_kept
from app.web.security import (
    PageRoute,
    check_token,
    local_path,
)
from app.web.visitor import visitor_page
from app.web.welcome import half_cookie, welcome

router = APIRouter(route_class=PageRoute)

_WRONG = phrase("This code is not right, or was used already.")


@router.get("/sign-in/code")
def show_code(
    door: Annotated[PageDoor, page_door(Action.sign_in)],
    next: str = "/",  # noqa: A002
) -> Response:
    """The form, for whoever gave the right password a moment ago."""
    with door.database.reading() as session:
        if second_factor.half_of(session, _secret(door), door.clock_at) is None:
            return RedirectResponse("/sign-in", 303)
    return code_form(door, next)


def _secret(door: PageDoor) -> str:
    return door.request.cookies.get(half_cookie(door), "")


def code_form(
    door: PageDoor, following: str, *, fault: Phrase | None = None,
    kept: KeptForm | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The form, with what was typed elsewhere before the session ended, if anything was."""
    return visitor_page(
        door,
        "sign_in_code.html",
        status=status,
        here="/sign-in/code" if kept is None else "",
        following=local_path(following),
        fault=fault,
        kept=kept.written() if kept else "",
    )


@router.post("/sign-in/code")
def take_code(door: Annotated[PageDoor, page_door(Action.sign_in)], form: Sent) -> Response:
    """Take the code, once, and begin the session."""
    check_token(door, form.one("csrf"))
    half, kept = _secret(door), read_kept(form.one("kept"))
    with door.database.writing() as session:
        user_id = second_factor.half_of(session, half, door.clock_at)
        if user_id is None:
            return RedirectResponse("/sign-in", 303)
        user = session.get_one(m.User, user_id)
        try:
            good = _good(door, session, user, form)
        except TooManyRequests as fault:
            response = code_form(door, form.one("next"), fault=fault.message, kept=kept, status=429)
            response.headers["Retry-After"] = str(RETRY_SECONDS[TooManyRequests])
            return response
        if good:
            second_factor.end_half(session, half)
            return welcome(door, session, user, form, kept)
    return code_form(door, form.one("next"), fault=_WRONG, kept=kept, status=422)


def _good(door: PageDoor, session: Session, user: m.User, form: Form) -> bool:
    at, key = door.clock_at, f"code:{user.id}"
    signing_in.check_attempts(
        session, key, door.address, at, at_most=door.settings.sign_in_attempts
    )
    if second_factor.code_taken(session, user.id, form.one("code"), at):
        return True
    signing_in.note_failure(session, key, door.address, at)
    return False
