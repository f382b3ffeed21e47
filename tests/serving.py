"""Applications for tests: routes are built once and used again, all else is each test's own.

To build some two hundred routes takes a fifth of a second, on every test that asks one of them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import State

from app.main import create_app, wire
from app.settings import Settings

# Built and closed again. One that is in use stands in no list: two fixtures of one test, or of
# one module, never answer with each other's settings.
_CLOSED: defaultdict[tuple[Any, ...], list[FastAPI]] = defaultdict(list)


def serve(settings: Settings) -> FastAPI:
    """An application on these settings, the caller's alone until it is closed.

    A test that adds a route builds an application of its own with ``create_app``.
    """
    closed = _CLOSED[_built_with(settings)]
    if not closed:
        return create_app(settings)
    app = closed.pop()
    app.state = State()
    wire(app, settings)
    return app


def close(app: FastAPI) -> None:
    """End what the application works with; its routes serve whoever asks next."""
    state = app.state
    for part in (state.inspectors, state.press, state.admissions, state.group_commit):
        part.close()
    state.store.close()
    state.database.close()
    _CLOSED[_built_with(state.settings)].append(app)


def _built_with(settings: Settings) -> tuple[Any, ...]:
    """What ``create_app`` takes from the settings into the application itself."""
    return tuple(settings.hosts), settings.body_bytes_max
