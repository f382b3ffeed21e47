"""The pages over a real application, on a copy of the founding story."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.db import Database
from app.deps import NOW_HEADER, clock
from app.services import signing_in
from app.settings import Settings
from app.web.security import token_of
from tests.databases import PostgresServer, SqliteTemplates
from tests.serving import close, serve
from tests.statements import counting
from tests.web.story import Story, story_store, tell


@dataclass
class World:
    """A database in which the story was told once, and the folder of its files."""

    url: str
    folder: Path
    story: Story


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    if request.param == "sqlite":
        templates: SqliteTemplates = request.getfixturevalue("sqlite_templates")
        url = templates.create(folder)
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create()
    database, store = Database(url), story_store(folder)
    told = tell(database, store)
    store.close()
    database.close()
    return World(url, folder, told)


@pytest.fixture
def story(world: World) -> Story:
    return world.story


@pytest.fixture
def service(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[FastAPI]:
    """The application on a copy of the story; its clock can be moved by the test."""
    server = None
    if world.url.startswith("sqlite"):
        url = f"sqlite:///{shutil.copy(world.folder / 'bordereau.db', tmp_path / 'bordereau.db')}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create(world.url.partition("@/")[2].partition("?")[0])
    shutil.copytree(world.folder / "files", tmp_path / "files")
    app = serve(
        Settings(
            database_url=url,
            data_dir=tmp_path,
            public_url="http://testserver",
            sandbox=True,
            sign_in_attempts=3,
        )
    )
    yield app
    close(app)
    if server is not None:
        server.drop(url)


@dataclass
class Reader:
    """Somebody at a browser, signed in or not, at a time of the test's choosing."""

    service: FastAPI
    story: Story
    http: TestClient
    csrf: str = ""
    now: str = "2026-11-23T09:00:00+00:00"
    language: str = "en"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **more: Any) -> Any:
        return self.http.get(path, headers=self._headers(), **more)

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        sent = {"csrf": self.csrf, **(data or {})}
        return self.http.post(
            path, data=sent, headers={**self._headers(), **(headers or {})}, follow_redirects=False
        )

    def script(self, method: str, path: str, headers: Mapping[str, str]) -> Any:
        """Ask as a page's own script does."""
        sent = {**self._headers(), "Bordereau-Form": self.csrf, **headers}
        return self.http.request(method, path, headers=sent, follow_redirects=False)

    def _headers(self) -> dict[str, str]:
        return {NOW_HEADER: self.now, "Accept-Language": self.language, **self.headers}


@dataclass
class Visitors:
    """Lets anybody of the cast in, without the half second that a password takes."""

    service: FastAPI
    story: Story

    def __call__(self, role: str | None, **more: Any) -> Reader:
        http = TestClient(self.service, follow_redirects=False)
        if role is None:
            return Reader(self.service, self.story, http, **more)
        with self.service.state.database.writing() as session:
            at = clock()
            secret = signing_in.start_sign_in(session, self.story.cast.users[role], at, 12)
            found = signing_in.sign_in_of(session, secret, at, idle_minutes=60)
            assert found is not None
            csrf = token_of(found.csrf_secret)
        http.cookies.set("bordereau", secret, domain="testserver.local", path="/")
        return Reader(self.service, self.story, http, csrf, **more)


@pytest.fixture
def visitor(service: FastAPI, story: Story) -> Visitors:
    return Visitors(service, story)


@pytest.fixture
def clerk(visitor: Visitors) -> Reader:
    return visitor("clerk")


@pytest.fixture(scope="module")
def open_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The application on an empty folder: what anybody may read asks no database."""
    app = serve(
        Settings(
            data_dir=tmp_path_factory.mktemp("open"),
            public_url="http://testserver",
            sandbox=True,
            deadlines_per_minute=100_000,
        )
    )
    yield app
    close(app)


@dataclass
class Anybody:
    """Somebody at a browser who never signs in."""

    http: TestClient
    now: str = "2026-11-23T09:00:00+00:00"
    language: str = "en"

    def get(self, path: str) -> Any:
        return self.http.get(path, headers={NOW_HEADER: self.now, "Accept-Language": self.language})


@pytest.fixture
def anybody(open_service: FastAPI) -> Anybody:
    return Anybody(TestClient(open_service, follow_redirects=False))


@pytest.fixture
def francophone(open_service: FastAPI) -> Anybody:
    return Anybody(TestClient(open_service, follow_redirects=False), language="fr")


@pytest.fixture
def count_queries() -> object:
    """The statements that a block sends to a database."""
    return lambda database: counting(database.engine)
