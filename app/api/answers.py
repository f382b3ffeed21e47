"""How the JSON door answers: bodies, ETags, problems, and the same answer to a repetition."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Header, Query, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.deps import ApiDoor
from app.domain.access import Actor
from app.errors import Fault, Invalid, NotSignedIn, StaleVersion, VersionRequired
from app.language import preferred
from app.problems import Problem, problem_of, retry_seconds
from app.schemas.pages import LIMIT_MAX
from app.services.idempotency import Answered, answered_before, keep_answer, request_hash

JSON = "application/json"
PROBLEM = "application/problem+json"

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag you read.", examples=['"3"']),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Yours to choose; a repetition with it gets the first answer.",
        examples=["5f0c1d3e-register-order"],
    ),
]

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of a page.")]


_DESCRIBED = {
    401: "No credentials, or none that hold.",
    403: "Seen, but not yours to do.",
    404: "Nothing there, or nothing that you may see.",
    409: "In conflict with what is recorded.",
    410: "It is over.",
    412: "Changed since you read it.",
    413: "Larger than this address takes.",
    415: "A type of content that this address does not take.",
    422: "A field cannot be taken as it is.",
    423: "Somebody else is at it: wait as Retry-After says.",
    428: "If-Match is required.",
    429: "Too many requests: wait as Retry-After says.",
    460: "The bytes sent do not match their checksum.",
    507: "There is no room left.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the problems a route may answer."""
    return {
        status: {
            "description": _DESCRIBED[status],
            "content": {PROBLEM: {"schema": Problem.model_json_schema()}},
        }
        for status in statuses
    }


def answer(
    body: BaseModel, *, status: int = 200, version: int | None = None, location: str | None = None
) -> Response:
    """A JSON answer, with its ETag and Location where it has them."""
    return _response(
        Answered(status, body.model_dump_json(), location, etag(version) if version else None)
    )


def _response(found: Answered) -> Response:
    headers = {"Location": found.location, "ETag": found.etag}
    return Response(
        found.body,
        status_code=found.status,
        media_type=JSON,
        headers={k: v for k, v in headers.items() if v is not None},
    )


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def check_version(if_match: str | None, version: int) -> None:
    """Let a change pass that was made on the version read; refuse any other."""
    if if_match is None:
        raise VersionRequired("Send If-Match with the ETag that you read.")
    wanted = re.findall(r'"([^"]*)"', if_match)
    if if_match.strip() != "*" and str(version) not in wanted:
        raise StaleVersion("It is at version {version} now; read it again.", version=version)


class Made(BaseModel):
    """What an act made: the body of its answer, where it is, and its version."""

    body: Any
    location: str | None = None
    version: int | None = None
    status: int = 201


def once(
    door: ApiDoor, key: str | None, raw: bytes, act: Callable[[Session, Actor], Made]
) -> Response:
    """Do a creating act and answer it; with a key, do it once and repeat the answer.

    The answer is kept in the act's own transaction: either both are there or neither.
    """
    if key is not None and not key.strip():
        raise Invalid.field("Idempotency-Key", "A key cannot be empty.")
    with door.writing() as (session, actor):
        request = request_hash(door.request.method, _target(door.request), raw)
        if key is not None:
            before = answered_before(session, actor.user_id, key, request)
            if before is not None:
                return _response(before)
        made = act(session, actor)
        found = Answered(
            made.status,
            made.body.model_dump_json(),
            made.location,
            etag(made.version) if made.version else None,
        )
        if key is not None:
            keep_answer(session, actor.user_id, key, request, found, door.now)
    return _response(found)


def _target(request: Request) -> str:
    """The address as it was asked for: a query can say as much as a body."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


async def raw_body(request: Request) -> bytes:
    """The request's bytes, which an Idempotency-Key binds; FastAPI has read them already."""
    return await request.body()


def problem_response(request: Request, fault: Fault) -> Response:
    """The fault as an RFC 9457 problem, in the reader's language."""
    default = request.app.state.settings.language
    language = preferred(request.headers.get("accept-language"), default)
    problem = problem_of(fault, language)
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    if isinstance(fault, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    retry = retry_seconds(fault)
    if retry is not None:
        headers["Retry-After"] = str(retry)
    return Response(
        problem.model_dump_json(),
        status_code=problem.status,
        media_type=PROBLEM,
        headers=headers,
    )


class ApiRoute(APIRoute):
    """An API route: what it answers depends on the reader's language and is not cached."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """The route's handler, with the headers of every API answer."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            response = await handle(request)
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("Vary", "Accept-Language, Authorization")
            response.headers.setdefault("X-Content-Type-Options", "nosniff")
            return response

        return handler
