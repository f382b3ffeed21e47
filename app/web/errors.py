"""Pages for what went wrong: the status, in words, and a way on."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.deps import LANGUAGE_COOKIE
from app.errors import Fault, Invalid, NotSignedIn
from app.language import Language, language_of, preferred
from app.problems import retry_seconds, status_of
from app.settings import Settings
from app.web.rendering import local_address, render_text
from app.web.security import harden


def error_page(request: Request, fault: Fault) -> Response:
    """The fault as a page; a reader who is not signed in is asked to, and comes back."""
    settings: Settings = request.app.state.settings
    response: Response
    if isinstance(fault, NotSignedIn) and request.method == "GET":
        response = RedirectResponse(_sign_in_address(request), 303)
    else:
        response = _page(request, fault, settings)
    harden(response, settings)
    return response


def _sign_in_address(request: Request) -> str:
    wanted = local_address(request.scope)
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}"


def _page(request: Request, fault: Fault, settings: Settings) -> Response:
    status = status_of(fault)
    content = render_text(
        reader_language(request, settings),
        "error.html",
        status=status,
        title=fault.title(),
        message=fault.message,
        faults=fault.faults if isinstance(fault, Invalid) else (),
        actor=None,
        csrf="",
        here="/",
        sandbox=settings.sandbox,
    )
    response = HTMLResponse(content, status_code=status)
    retry = retry_seconds(fault)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def reader_language(request: Request, settings: Settings) -> Language:
    """The reader's language as far as the request alone says; no database is asked."""
    chosen = language_of(request.cookies.get(LANGUAGE_COOKIE))
    return chosen or preferred(request.headers.get("accept-language"), settings.language)
