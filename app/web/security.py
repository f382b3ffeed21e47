"""What keeps other sites out of the pages: headers, where a form came from, its token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.deps import PageDoor, is_open
from app.errors import FormOutOfDate, NotAllowed
from app.settings import Settings

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}
_YEAR_SECONDS = 31_536_000
_FORM_LABEL = b"bordereau: form token 1"
_VISITOR_BYTES = 32


def policy_with_scripts() -> str:
    """The policy of a page that has a script: of our own files alone, and never one inside it."""
    return f"{_HEADERS['Content-Security-Policy']}; script-src 'self'"


def policy_with_fetch() -> str:
    """As ``policy_with_scripts``, and the script may speak to this site and to no other."""
    return f"{policy_with_scripts()}; connect-src 'self'"


def policy_with_frame() -> str:
    """The policy of a page that frames a file of ours, which itself may do nothing."""
    return f"{_HEADERS['Content-Security-Policy']}; frame-src 'self'"


def harden(response: Response, settings: Settings) -> None:
    """Give a page its headers; what it set itself (a download's sandbox) stays."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if settings.secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR_SECONDS}")


class PageRoute(APIRoute):
    """A page's route: whatever it answers bears the headers."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """FastAPI's handler, its answer given the headers."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            response = await handle(request)
            harden(response, request.app.state.settings)
            return response

        return handler


def check_same_site(request: Request) -> None:
    """Refuse a form that the browser says another site sent (Fetch Metadata, Origin).

    A client that says neither is no browser of today's, and holds no cookie to abuse;
    the form's token is asked for all the same.
    """
    settings: Settings = request.app.state.settings
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if site not in ("same-origin", "none") or (
        origin is not None and not _own(origin, request.headers.get("host", ""), settings)
    ):
        raise NotAllowed("This form was sent from another site. Nothing was done.")


def _own(origin: str, host: str, settings: Settings) -> bool:
    public = urlsplit(settings.public_url)
    # The Host was checked against the allowed ones before any route.
    own = {f"{public.scheme}://{public.netloc}", f"{public.scheme}://{host}"}
    return origin in own


def visitor_cookie(door: PageDoor) -> str:
    """The cookie to which the sign-in form is tied, before there is a session."""
    return "__Host-bordereau-visitor" if door.settings.secure else "bordereau-visitor"


def visitor_secret(door: PageDoor) -> str | None:
    """The visitor's own secret, if the browser holds one of ours."""
    secret = door.request.cookies.get(visitor_cookie(door), "")
    return secret if len(secret) >= _VISITOR_BYTES else None


def new_visitor_secret() -> str:
    """A secret for a visitor who has none."""
    return secrets.token_urlsafe(_VISITOR_BYTES)


def token_of(secret: str) -> str:
    """The form token of a session's, or a visitor's, secret."""
    return hmac.new(secret.encode(), _FORM_LABEL, hashlib.sha256).hexdigest()


def form_token(door: PageDoor) -> str:
    """The token that this reader's forms carry; empty where there is nothing to tie it to."""
    secret = door.signed_in.csrf_secret if door.signed_in else visitor_secret(door)
    return token_of(secret) if secret else ""


def check_token(door: PageDoor, sent: str) -> None:
    """Refuse a form without the token of the session it acts in."""
    if not any(hmac.compare_digest(token_of(s).encode(), sent.encode()) for s in _secrets(door)):
        raise FormOutOfDate("This form is out of date. Open its page again; nothing was done.")


def _secrets(door: PageDoor) -> Iterable[str]:
    if door.signed_in is not None:
        yield door.signed_in.csrf_secret
    visitor = visitor_secret(door)
    if is_open(door.action) and visitor is not None:
        yield visitor


def set_cookie(door: PageDoor, response: Response, name: str, value: str) -> None:
    """Set a cookie that scripts do not read and other sites' forms do not send."""
    response.set_cookie(
        name, value, httponly=True, samesite="lax", secure=door.settings.secure, path="/"
    )


def local_path(text: str | None) -> str:
    """Where to go next: a path of ours, or the first page for anything else."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return "/"
    if any(ord(c) < 33 or c in "\\\x7f" for c in text):
        return "/"
    return text
