"""The pages' own stylesheet and mark."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parent / "static"
_WEEK_SECONDS = 604_800


class _Statics(StaticFiles):
    """Files that a browser may keep: their address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = f"public, max-age={_WEEK_SECONDS}"
        return response


def static_files() -> StaticFiles:
    """The application that serves them."""
    return _Statics(directory=_FOLDER)


@cache
def static_url(name: str) -> str:
    """Where a file is served, with what it holds in its address."""
    digest = hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()
    return f"/static/{name}?{digest[:12]}"
