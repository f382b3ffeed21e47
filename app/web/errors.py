"""Pages for what went wrong: the status, in words, and a way on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app import models as m
from app.deps import LANGUAGE_COOKIE, PageDoor, clock
from app.domain.access import Action
from app.errors import Fault, FormOutOfDate, Invalid, NotSignedIn
from app.language import Language, language_of, preferred
from app.problems import retry_seconds, status_of
from app.services.inventory import Missing
from app.settings import Settings
from app.web.kept_form import kept_of
from app.web.owed import Sight
from app.web.rendering import local_address, render_text
from app.web.security import form_token, harden
from app.web.sign_in import sign_in_form

_DEPOSIT = re.compile("/productions/[^/]+/deposit")


def error_page(request: Request, fault: Fault) -> Response:
    """The fault as a page; a reader who is not signed in is asked to, and comes back."""
    settings: Settings = request.app.state.settings
    response: Response
    if isinstance(fault, NotSignedIn) and request.method == "GET":
        response = RedirectResponse(_sign_in_address(request), 303)
    elif isinstance(fault, (NotSignedIn, FormOutOfDate)) and (kept := kept_of(request)):
        door = PageDoor(request, Action.sign_in)
        response = sign_in_form(door, kept.path, kept=kept, status=status_of(fault))
    else:
        response = _page(request, fault, settings)
    harden(response, settings)
    return response


def _sign_in_address(request: Request) -> str:
    wanted = local_address(request.scope)
    return "/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}"


def not_deposited(
    request: Request,
    fault: Fault,
    *,
    door: PageDoor | None = None,
    found: Sight | None = None,
    exhibits: Sequence[m.Exhibit] = (),
    missing: Sequence[Missing] = (),
) -> Response:
    """NOT DEPOSITED: why, what the draft holds as far as one can tell, and what to do now."""
    settings: Settings = request.app.state.settings
    signed_in = door.signed_in if door else None
    return _answer(
        fault,
        render_text(
            door.language if door else reader_language(request, settings),
            "not_deposited.html",
            fault=fault,
            status=status_of(fault),
            faults=fault.faults if isinstance(fault, Invalid) else (),
            kind=type(fault).__name__,
            retry=retry_seconds(fault) is not None or status_of(fault) >= 500,
            at=door.now if door else clock(),
            found=found,
            exhibits=exhibits,
            missing=missing,
            summary=request.url.path,
            sign_in=_sign_in_address(request),
            actor=signed_in.actor if signed_in else None,
            csrf=form_token(door) if door else "",
            here="",
            sandbox=settings.sandbox,
        ),
    )


def _is_deposit(request: Request) -> bool:
    return request.method == "POST" and _DEPOSIT.fullmatch(request.url.path) is not None


def _page(request: Request, fault: Fault, settings: Settings) -> Response:
    if _is_deposit(request):
        # What is refused before the endpoint, or was not foreseen in it, is no receipt either.
        return not_deposited(request, fault)
    return _answer(
        fault,
        render_text(
            reader_language(request, settings),
            "error.html",
            status=status_of(fault),
            title=fault.title(),
            message=fault.message,
            faults=fault.faults if isinstance(fault, Invalid) else (),
            actor=None,
            csrf="",
            here="/",
            sandbox=settings.sandbox,
        ),
    )


def _answer(fault: Fault, content: str) -> Response:
    response = HTMLResponse(content, status_code=status_of(fault))
    retry = retry_seconds(fault)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def reader_language(request: Request, settings: Settings) -> Language:
    """The reader's language as far as the request alone says; no database is asked."""
    chosen = language_of(request.cookies.get(LANGUAGE_COOKIE))
    return chosen or preferred(request.headers.get("accept-language"), settings.language)
