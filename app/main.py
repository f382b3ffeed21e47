"""``create_app()``: all wiring, and nothing else."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import re
import secrets
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import __version__, errors
from app.api import api_router, problem_response
from app.api.admissions import Admissions
from app.api.examples import with_examples
from app.api.group_commit import GroupCommit
from app.api.kept import KeptAnswers
from app.db import Database, RecordUnsure
from app.deps import clock, entrances
from app.papers.press import Press
from app.problems import invalid_of, status_of
from app.services.heads import sign_head
from app.services.pace import Pace
from app.settings import Settings
from app.storage.choice import store_of
from app.storage.inspection.pages import PageDrawer
from app.storage.inspection.runner import Inspectors
from app.storage.keys import KeyRing
from app.storage.store import SyncFailed
from app.web import error_page, recognise, request_id, static_files, web_router
from app.worker import (
    Authority,
    Bell,
    inspect_soon,
    mail_always,
    print_always,
    sign_daily,
    stamp_always,
    sweep_hourly,
)

API = "/api/"
OPENAPI = "/api/v1/openapi.json"
_LOG = logging.getLogger("bordereau")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_TEXT = """Tracks what a court ordered to be produced: who owes what, by when, what has been
handed over, what is missing, late or withheld, and how one can know, as of any day.

Every computed date carries its steps; every status can be asked as of any past instant
(`as_of`) and as the record showed it at another (`known_at`). Errors are RFC 9457 problems
in the language of `Accept-Language` (English or French)."""


class ActionUndeclared(RuntimeError):
    """A route does not say what it does, so nobody could say who may."""


class Service(FastAPI):
    """FastAPI, with our words for its own "too large", and examples in its document."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with an example of every answer."""
        if self.openapi_schema is None:
            self.openapi_schema = with_examples(super().openapi())
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """FastAPI's stack, with what it answers in plain text put in our words."""
        stack = super().build_middleware_stack()

        async def said(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                send = _replacing(scope, receive, send)
            await stack(scope, receive, send)

        return said


def _replacing(scope: Scope, receive: Receive, send: Send) -> Send:
    swallowing = False

    async def replace(message: Message) -> None:
        nonlocal swallowing
        if message["type"] == "http.response.start" and message["status"] == 413:
            plain = dict(message["headers"]).get(b"content-type", b"").startswith(b"text/plain")
            swallowing = plain
            if plain:
                fault = errors.UploadTooLarge("The request is larger than this address takes.")
                await _answer(Request(scope), fault)(scope, receive, send)
        if not swallowing:
            await send(message)

    return replace


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service. Raises ``ActionUndeclared`` when a route declares no single action."""
    settings = settings or Settings()
    app = Service(
        title="Bordereau",
        version=__version__,
        description=_TEXT,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=_lifespan,
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        max_body_size=settings.body_bytes_max,
        strict_content_type=False,
    )
    wire(app, settings)
    app.include_router(api_router)
    app.include_router(web_router)
    app.mount("/static", static_files(), name="static")
    _handle_errors(app)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts, www_redirect=False)
    check_actions(app.routes)
    return app


def create_served_app() -> FastAPI:
    """The service, for a process that does nothing else.

    What was loaded to build it stays as long as the process: Python's collector need not look at
    it again, which would hold up a request now and then (bench/RESULTS.md, pages).
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    return app


def wire(app: FastAPI, settings: Settings) -> None:
    """Give the routes what they work with: record, bytes, keys, and what keeps each busy.

    Apart from ``create_app``, so that tests may build the routes once.
    """
    app.state.settings = settings
    app.state.pace = Pace(settings.deadlines_per_minute)
    app.state.database = Database(settings.url, busy_seconds=settings.busy_seconds)
    app.state.store = store_of(settings)
    app.state.keys = KeyRing(settings.keys_dir)
    app.state.inspectors = Inspectors(
        settings.inspections_at_once,
        seconds=settings.inspection_seconds,
        memory_bytes=settings.inspection_memory_bytes,
    )
    app.state.pages = PageDrawer(
        seconds=settings.inspection_seconds, memory_bytes=settings.inspection_memory_bytes
    )
    app.state.bell = Bell()
    app.state.press = Press(settings.data_dir / "papers")
    app.state.admissions = Admissions(app.state.database)
    app.state.group_commit = GroupCommit(app.state.database)
    app.state.answers = KeptAnswers(settings.kept_answers_bytes_max)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # FastAPI's pool of 40 threads fights over the interpreter and the database's lock.
    anyio.to_thread.current_default_thread_limiter().total_tokens = app.state.settings.page_threads
    state = app.state
    await anyio.to_thread.run_sync(_signing, app)
    inspecting = asyncio.create_task(
        inspect_soon(state.database, state.store, state.inspectors, clock, state.bell)
    )
    working = [asyncio.create_task(each) for each in _work(app)]
    yield
    state.inspectors.close()
    state.bell.close()
    await inspecting  # what it found is kept before the database closes
    for task in working:
        task.cancel()
    for task in working:
        with suppress(asyncio.CancelledError):
            await task
    state.press.close()
    state.admissions.close()
    state.group_commit.close()
    app.state.store.close()
    app.state.database.close()


def _signing(app: FastAPI) -> None:
    """Fail at the start, not at the first deposit, when no head could be signed."""
    with app.state.database.writing() as session:
        sign_head(session, app.state.keys, clock())


def _work(app: FastAPI) -> Iterator[Coroutine[Any, Any, None]]:
    """What goes on while the service runs, beside the requests."""
    settings, database = app.state.settings, app.state.database
    yield sweep_hourly(database, app.state.store, clock)
    yield sign_daily(database, app.state.keys, clock)
    if settings.smtp_host:
        yield mail_always(database, settings, clock)
    yield print_always(database, app.state.press, settings.verify_url)
    if settings.tsa_url:
        yield stamp_always(database, Authority(settings.tsa_url, settings.tsa_ca_file), clock)


def check_actions(routes: Sequence[BaseRoute]) -> None:
    """Refuse to start when a route declares no action, or more than one."""
    for route in declared(routes):
        found = entrances(route.dependant)
        if len(found) != 1:
            raise ActionUndeclared(
                f"{sorted(route.methods or ())} {route.path} declares {len(found)} actions: "
                "let it enter by api_door(Action.…) or page_door(Action.…), once"
            )


def declared(routes: Sequence[BaseRoute]) -> Iterator[RouteContext]:
    """Every route that runs code of ours; any other kind than the two known is refused."""
    for route in iter_route_contexts(routes):
        original = route.original_route
        if isinstance(original, APIRoute):
            yield route
        elif not isinstance(original, Mount) and route.path != OPENAPI:
            raise ActionUndeclared(f"{route.path} is no route that can declare its action")


def _handle_errors(app: FastAPI) -> None:
    async def handle(request: Request, error: Exception) -> Response:
        fault = _fault(error)
        _name(request, fault)
        is_page = not request.scope["path"].startswith(API)
        if is_page and isinstance(fault, errors.NotFound) and not hasattr(request.state, "door"):
            # No route took it: nobody asked yet who is there.
            await anyio.to_thread.run_sync(recognise, request)
        response = _answer(request, fault)
        if request_id(request) is not None:
            response.headers["X-Request-ID"] = request_id(request) or ""
        return response

    for kind in (errors.Fault, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, handle)


def _name(request: Request, fault: errors.Fault) -> None:
    """Give a request that failed for a reason of ours a name, the same in the log and on the page.

    A proxy in front may have named it already.
    """
    given = request.headers.get("x-request-id", "")
    if _REQUEST_ID.fullmatch(given):
        request.state.request_id = given
    elif status_of(fault) == 500:
        request.state.request_id = secrets.token_hex(8)
    if status_of(fault) == 500:
        _LOG.error("request %s failed: %s", request.state.request_id, request.scope["path"])


def _answer(request: Request, fault: errors.Fault) -> Response:
    if request.scope["path"].startswith(API):
        return problem_response(request, fault)
    return error_page(request, fault)


def _fault(error: Exception) -> errors.Fault:
    """Any exception as a fault; what we did not foresee says nothing of itself."""
    if isinstance(error, errors.Fault):
        return error
    if isinstance(error, RequestValidationError):
        return invalid_of(error)
    if isinstance(error, HTTPException):
        return _http(error)
    if isinstance(error, SyncFailed | RecordUnsure):
        # Nothing written since can be trusted: end, and let the restart verify.
        os.kill(os.getpid(), signal.SIGTERM)
        return errors.Busy("The disk did not confirm a write. The service restarts.")
    return errors.Fault("The service failed. Nothing of this request was kept.")


def _http(error: HTTPException) -> errors.Fault:
    match error.status_code:
        case 404:
            return errors.NotFound()
        case 405:
            return errors.MethodNotAllowed("This address does not take this method.")
        case 413:
            return errors.UploadTooLarge("The request is larger than this address takes.")
    return errors.Unreadable("The request could not be read.")
