"""Signing in: the same words and the same work for every way not to succeed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import LANGUAGE_COOKIE, PageDoor, page_door
from app.domain.access import Action
from app.errors import TooManyRequests
from app.phrases import Phrase, phrase
from app.problems import RETRY_SECONDS
from app.schemas.people import SignInIn
from app.services import signing_in
from app.services.passwords import password_fits
from app.services.people import normal_email, user_by_email
from app.web.forms import Form, Sent
from app.web.kept_form import KeptForm, read_kept
from app.web.rendering import page
from app.web.security import (
    PageRoute,
    check_token,
    local_path,
    new_visitor_secret,
    set_cookie,
    token_of,
    visitor_cookie,
    visitor_secret,
)

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
    secret = visitor_secret(door) or new_visitor_secret()
    following = local_path(following)
    response = page(
        door,
        "sign_in.html",
        status=status,
        here="/sign-in",
        csrf=token_of(secret),
        following=following,
        email=email,
        fault=fault,
        kept=kept.written() if kept else "",
    )
    set_cookie(door, response, visitor_cookie(door), secret)
    return response


@router.post("/sign-in")
def sign_in(door: Annotated[PageDoor, page_door(Action.sign_in)], form: Sent) -> Response:
    """Check the password and begin a session of its own, whatever session there was."""
    check_token(door, form.one("csrf"))
    email = normal_email(form.one("email"))
    kept = read_kept(form.one("kept"))
    try:
        user_id, hashed, language = _account(door, email)
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
            own = kept and kept.made_for(signing_in.form_secrets(session, user_id))
            secret = _begin(door, session, user_id)
            return _welcome(door, form, session, secret, language, kept if own else None)
        signing_in.note_failure(session, email, door.address, door.clock_at)
    return sign_in_form(door, form.one("next"), email=email, fault=_WRONG, kept=kept, status=422)


def _account(door: PageDoor, email: str) -> tuple[UUID | None, str | None, str | None]:
    """Whose address it is, the hash kept, and their language; nothing of a closed account."""
    with door.database.reading() as session:
        signing_in.check_attempts(
            session, email, door.address, door.clock_at, at_most=door.settings.sign_in_attempts
        )
        # No address holds a control character, and PostgreSQL takes no NUL.
        user = user_by_email(session, email) if email.isprintable() else None
        if user is None or user.disabled_at is not None:
            return None, None, None
        return user.id, user.password_hash, user.language


def _password(form: Form) -> str:
    """The password; one of a length that nobody's has is as wrong as any other."""
    try:
        read = SignInIn(email=form.one("email"), password=form.raw("password"))
    except ValidationError:
        return ""
    return read.password.get_secret_value()


def _begin(door: PageDoor, session: Session, user_id: UUID) -> str:
    door.actor(session)
    if door.signed_in is not None:
        signing_in.end_sign_in(session, door.signed_in.id, door.clock_at)
    return signing_in.start_sign_in(session, user_id, door.clock_at, door.settings.session_hours)


def _welcome(
    door: PageDoor,
    form: Form,
    session: Session,
    secret: str,
    language: str | None,
    kept: KeptForm | None,
) -> Response:
    # What somebody else typed is let go, and where they were is nobody's business either.
    following = "/" if form.one("kept") else local_path(form.one("next"))
    response: Response = RedirectResponse(following, 303)
    if kept is not None:
        door.signed_in = signing_in.sign_in_of(
            session, secret, door.clock_at, idle_minutes=door.settings.session_idle_minutes
        )
        response = page(door, "kept_form.html", kept=kept)
    set_cookie(door, response, door.cookie_name, secret)
    if language is not None and LANGUAGE_COOKIE not in door.request.cookies:
        # So that a page that cannot ask the database (an error's) speaks it too.
        set_cookie(door, response, LANGUAGE_COOKIE, language)
    return response
