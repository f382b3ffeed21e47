"""Applications for tests: the routes are built once, what they work with is each test's own.

To build some two hundred routes takes a fifth of a second, on every test that asks one of them.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.datastructures import State

from app.main import create_app, wire
from app.settings import Settings

_BUILT: dict[tuple[Any, ...], FastAPI] = {}


def serve(settings: Settings) -> FastAPI:
    """An application on these settings, until the next is asked for in this process.

    Its routes are everybody's: a test that adds one builds an application of its own.
    """
    # What create_app takes from the settings into the application itself.
    key = (tuple(settings.hosts), settings.body_bytes_max)
    app = _BUILT.get(key)
    if app is None:
        app = _BUILT[key] = create_app(settings)
    else:
        app.state = State()
        wire(app, settings)
    return app


def close(app: FastAPI) -> None:
    """End what the application works with."""
    state = app.state
    for part in (state.inspectors, state.press, state.admissions, state.group_commit):
        part.close()
    state.store.close()
    state.database.close()
