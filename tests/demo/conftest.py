"""The demo's own server, once for each module, and the API on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from app.commands.schema import upgrade
from app.commands.terminal import unmigrated
from app.demo import story
from app.demo.server import listening, serving, url_of
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Live:
    """A server that answers, its settings, and a client of it."""

    settings: Settings
    http: httpx2.Client


@contextmanager
def live(folder: Path) -> Iterator[Live]:
    """A demo server on a fresh record, with its court and first clerk, on a free port."""
    with listening(0) as taken:
        settings = Settings(
            data_dir=folder,
            database_url="",
            public_url=url_of(taken),
            sandbox=True,
            sign_in_attempts=1000,
        )
        with unmigrated(settings, make=True) as database:
            upgrade(database)
            story.open_court(database)
        with (
            serving(settings, taken) as running,
            httpx2.Client(base_url=running.url, timeout=30) as http,
        ):
            yield Live(settings, http)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("demo")) as opened:
        yield opened
