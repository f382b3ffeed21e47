"""Pages for what went wrong: the status, in words, and a way on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote, urlsplit, urlunsplit

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
from app.web.rendering import local_address, msg, render_text
from app.web.security import form_token, harden, local_path
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
    door = _door(request)
    signed_in = door.signed_in if door else None
    status = status_of(fault)
    return _answer(
        fault,
        render_text(
            door.language if door else reader_language(request, settings),
            "error.html",
            status=status,
            title=fault.title(),
            message=fault.message,
            faults=fault.faults if isinstance(fault, Invalid) else (),
            advice=_ADVICE.get(status, ""),
            again=_again(request) if status in _AGAIN else None,
            sign_in=_sign_in_address(request) if request.method == "GET" else "/sign-in",
            request_id=request_id(request),
            actor=signed_in.actor if signed_in else None,
            csrf=form_token(door) if door and signed_in else "",
            here="/",
            sandbox=settings.sandbox,
        ),
    )


def _door(request: Request) -> PageDoor | None:
    """The door that the request came by, if it got as far; with who asked, if that is known."""
    door = getattr(request.state, "door", None)
    return door if isinstance(door, PageDoor) else None


def _again(request: Request) -> str:
    """Where to try again: the page itself, or the one that the form stood on."""
    if request.method == "GET":
        return local_address(request.scope)
    came = urlsplit(request.headers.get("referer", ""))
    own = came.netloc == request.headers.get("host", "")
    return local_path(urlunsplit(("", "", came.path, came.query, ""))) if own else "/"


def request_id(request: Request) -> str | None:
    """What the request is called in the log of the service, where it is called something."""
    found: str | None = getattr(request.state, "request_id", None)
    return found


_AGAIN = frozenset({409, 412, 429, 500, 503, 507})
_ADVICE = {
    400: msg("Go back and try once more. If it happens again, tell whoever runs this service."),
    403: msg("Go back to the page you came from, or start again from the list."),
    404: msg(
        "The address may be mistyped, or it may lead to a matter that is not yours to see. The"
        " answer is the same for both."
    ),
    405: msg("Addresses are opened from the pages that lead to them: start from the list."),
    409: msg(
        "Somebody, or you in another window, was faster. Open the page again to see what holds"
        " now; what you typed is still in the form when you go back."
    ),
    410: msg("It was there, and is no more. Start again from the page that led here."),
    412: msg(
        "Open the page again to see what was changed. What you typed is still in the form when"
        " you go back; nothing of it was kept here."
    ),
    413: msg("Send less at once: fewer or smaller files, a shorter text. Nothing was kept."),
    415: msg("Choose another kind of file, or send the form from its page."),
    422: msg("Go back: what you typed is still in the form. Mend what is named; send it again."),
    429: msg("Nothing was lost. Try again a little later."),
    500: msg(
        "This is our failure, not yours. Nothing of this request was kept. Try again; if it"
        " happens again, tell whoever runs this service the number below."
    ),
    503: msg("Nothing was lost. Try again a little later."),
    507: msg("Whoever runs this service has to make room. What is deposited is safe."),
}


def _answer(fault: Fault, content: str) -> Response:
    response = HTMLResponse(content, status_code=status_of(fault))
    retry = retry_seconds(fault)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def recognise(request: Request) -> None:
    """Find out who asked for an address that is none, so that they keep their navigation."""
    door = PageDoor(request, Action.public)
    with suppress(Fault), door.database.reading() as session:
        door.actor(session)
        request.state.door = door


def reader_language(request: Request, settings: Settings) -> Language:
    """The reader's language as far as the request alone says; no database is asked."""
    chosen = language_of(request.cookies.get(LANGUAGE_COOKIE))
    return chosen or preferred(request.headers.get("accept-language"), settings.language)
