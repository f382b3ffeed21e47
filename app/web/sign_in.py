"""Signing in: the same words and the same work for every way not to succeed."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import TooManyRequests
from app.phrases import Phrase, phrase
from app.problems import RETRY_SECONDS
from app.schemas.people import SignInIn
from app.services import second_factor, signing_in
from app.services.passwords import password_fits
from app.services.people import normal_email, user_by_email
from app.web.forms import Form, Sent
from app.web.kept_form import KeptForm, read_kept
from app.web.security import (
    PageRoute,
    check_token,
    local_path,
    set_cookie,
)
from app.web.sign_in_code import code_form
from app.web.visitor import visitor_page
from app.web.welcome import half_cookie, welcome

router = APIRouter(route_class=PageRoute)

_WRONG = phrase("The address or the password is not right.")


@router.get("/sign-in")
def show_sign_in(
    door: Annotated[PageDoor, page_door(Action.sign_in)],
    next: str = "/",  # noqa: A002
) -> Response:
    """The form. Its token is tied to the visitor's own cookie, for there is no session yet."""
    return sign_in_form(door, next)


def sign_in_form(
    door: PageDoor, following: str, *, email: str = "", fault: Phrase | None = None,
    kept: KeptForm | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The form, with what was typed elsewhere before the session ended, if anything was."""
    return visitor_page(
        door,
        "sign_in.html",
        status=status,
        here="/sign-in",
        following=local_path(following),
        email=email,
        fault=fault,
        kept=kept.written() if kept else "",
    )


@router.post("/sign-in")
def sign_in(door: Annotated[PageDoor, page_door(Action.sign_in)], form: Sent) -> Response:
    """Check the password; begin a session, or ask for the code of the second step."""
    check_token(door, form.one("csrf"))
    email = normal_email(form.one("email"))
    kept = read_kept(form.one("kept"))
    try:
        user_id, hashed = _account(door, email)
    except TooManyRequests as fault:
        response = sign_in_form(
            door, form.one("next"), email=email, fault=fault.message, kept=kept, status=429
        )
        response.headers["Retry-After"] = str(RETRY_SECONDS[TooManyRequests])
        return response
    # Between the transactions: Argon2 takes its time, and holds no lock meanwhile.
    fits = password_fits(_password(form), hashed)
    with door.database.writing() as session:
        if fits and user_id is not None:
            return _go_on(door, session, user_id, form, kept)
        signing_in.note_failure(session, email, door.address, door.clock_at)
    return sign_in_form(door, form.one("next"), email=email, fault=_WRONG, kept=kept, status=422)


def _account(door: PageDoor, email: str) -> tuple[UUID | None, str | None]:
    """Whose address it is, and the hash kept; nothing of a closed account."""
    with door.database.reading() as session:
        signing_in.check_attempts(
            session, email, door.address, door.clock_at, at_most=door.settings.sign_in_attempts
        )
        # No address holds a control character, and PostgreSQL takes no NUL.
        user = user_by_email(session, email) if email.isprintable() else None
        if user is None or user.disabled_at is not None:
            return None, None
        return user.id, user.password_hash


def _password(form: Form) -> str:
    """The password; one of a length that nobody's has is as wrong as any other."""
    try:
        read = SignInIn(email=form.one("email"), password=form.raw("password"))
    except ValidationError:
        return ""
    return read.password.get_secret_value()


def _go_on(
    door: PageDoor, session: Session, user_id: UUID, form: Form, kept: KeptForm | None
) -> Response:
    if not second_factor.asks_code(session, user_id):
        return welcome(door, session, session.get_one(m.User, user_id), form, kept)
    half = second_factor.start_half(session, user_id, door.clock_at)
    response: Response
    if kept is not None:
        # What was typed travels on, from one form to the next; a redirection would lose it.
        response = code_form(door, "/", kept=kept)
    else:
        wanted = quote(local_path(form.one("next")), safe="")
        response = RedirectResponse(f"/sign-in/code?next={wanted}", 303)
    set_cookie(door, response, half_cookie(door), half)
    return response
