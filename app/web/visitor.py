"""Pages for whoever has no session yet: the form's token is tied to a cookie of its own."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from app.deps import PageDoor
from app.web.rendering import page
from app.web.security import (
    new_visitor_secret,
    set_cookie,
    token_of,
    visitor_cookie,
    visitor_secret,
)


def visitor_page(door: PageDoor, template: str, **context: Any) -> Response:
    """As ``rendering.page``, with the visitor's own cookie and token."""
    secret = visitor_secret(door) or new_visitor_secret()
    response = page(door, template, csrf=token_of(secret), **context)
    set_cookie(door, response, visitor_cookie(door), secret)
    return response
