"""Pages that anybody may read: nobody signs in, and one address may not ask without end."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from app.deps import PageDoor
from app.web.rendering import page
from app.web.security import new_visitor_secret, set_cookie, token_of, visitor_cookie
from app.web.security import visitor_secret as known_visitor


def arrive(door: PageDoor) -> None:
    """Count the request; know who is signed in, if somebody is.

    Raises:
        TooOften: the address has spent its share of the minute.
    """
    door.spend()
    if door.request.cookies.get(door.cookie_name):
        with door.database.reading() as session:
            door.actor(session)


def public_page(door: PageDoor, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page for whoever comes, with the usual header for whoever is signed in.

    A visitor gets the cookie to which the choice of a language is tied, as at sign-in.
    """
    if door.signed_in is not None:
        return page(door, template, status=status, **context)
    secret = known_visitor(door) or new_visitor_secret()
    response = page(door, template, status=status, csrf=token_of(secret), **context)
    set_cookie(door, response, visitor_cookie(door), secret)
    return response
