"""The reader chooses a language; the browser keeps it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import RedirectResponse

from app.deps import LANGUAGE_COOKIE, PageDoor, page_door
from app.domain.access import Action
from app.language import language_of
from app.web.forms import Sent
from app.web.security import PageRoute, check_token, local_path

router = APIRouter(route_class=PageRoute)

_YEAR_SECONDS = 31_536_000


@router.post("/language")
def choose_language(
    door: Annotated[PageDoor, page_door(Action.public)], form: Sent
) -> RedirectResponse:
    """Keep the chosen language in a cookie, and go back to the page one came from."""
    with door.database.reading() as session:
        door.actor(session)
    check_token(door, form.one("csrf"))
    response = RedirectResponse(local_path(form.one("next")), 303)
    chosen = language_of(form.one("language"))
    if chosen is not None:
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=_YEAR_SECONDS,
            httponly=True,
            samesite="lax",
            secure=door.settings.secure,
        )
    return response
