"""What a page's script may ask: the session's cookie says who acts, a header brings the token."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, cast

from fastapi import Depends, Request
from fastapi.params import Depends as DependsParam
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.deps import Entrance, PageDoor
from app.domain.access import Action, Actor
from app.errors import Busy, Fault
from app.problems import problem_of, retry_seconds
from app.receiving import tus
from app.services import signing_in
from app.web.errors import reader_language
from app.web.security import PageRoute, check_same_site, check_token

TOKEN_HEADER = "Bordereau-Form"  # noqa: S105  a header's name
_PROBLEM = "application/problem+json"


class ScriptDoor(PageDoor):
    """A request of a page's own script. Whatever it asks bears the form token of its session.

    Another site can send neither the header nor, with its cookie, anything but a form.
    """

    def admit(self, session: Session) -> Actor:
        """Who acts; ``NotAllowed`` without the token of the session it acts in."""
        check_same_site(self.request)
        actor = super().admit(session)
        check_token(self, self.request.headers.get(TOKEN_HEADER, ""))
        return actor

    def touch(self) -> None:
        """Note that its person is there: whoever sends files for an hour is not idle."""
        signed_in = self.signed_in
        if signed_in is not None and signing_in.due_for_touch(signed_in, self.clock_at):
            with suppress(Busy), self.database.writing() as session:
                signing_in.touch(session, signed_in.id, self.clock_at)


def script_door(action: Action) -> DependsParam:
    """Enter the pages by their script, for ``action``."""
    return cast("DependsParam", Depends(Entrance(action, ScriptDoor)))


def refused(request: Request, fault: Fault) -> Response:
    """The fault for a script: a problem (RFC 9457) in the reader's language."""
    problem = problem_of(fault, reader_language(request, request.app.state.settings))
    response = Response(problem.model_dump_json(), problem.status, media_type=_PROBLEM)
    retry = retry_seconds(fault)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


class ScriptRoute(PageRoute):
    """A route that speaks tus to a page's script, with the headers of a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, with the protocol's headers and the pages'."""
        return tus.speaking(super().get_route_handler(), refused)  # type: ignore[return-value]
