"""What every test may ask for: a database (both kinds), the shared data, an instant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

import pytest

from app.db import Database
from tests.cast import Cast
from tests.casting import Casts
from tests.databases import ROOT, PostgresServer, SqliteTemplates, postgres_binaries

if TYPE_CHECKING:
    from app.storage.s3_bucket import Place
    from tests.objectstore import ObjectStoreServer


def skip_or_fail(missing: str) -> NoReturn:
    """A user's machine may lack something: say so. CI may not: fail."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must have it: {missing}", pytrace=False)
    pytest.skip(missing)


@pytest.fixture(scope="session", autouse=True)
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where every application under test keeps its signing keys, those in child processes too."""
    folder = tmp_path_factory.mktemp("keys")
    os.environ["BORDEREAU_KEYS_DIR"] = str(folder)
    yield folder
    del os.environ["BORDEREAU_KEYS_DIR"]


@pytest.fixture
def now() -> datetime:
    """Monday 23 November 2026, 10:00 in Paris."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real load files, PDFs and orders (``../shared/data``), never part of the project."""
    shared = Path(os.environ.get("BORDEREAU_SHARED") or ROOT.parent / "shared")
    if not (shared / "data").is_dir():
        skip_or_fail("the shared data is absent: set BORDEREAU_SHARED to the folder that has data/")
    return shared / "data"


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplates:
    return SqliteTemplates(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    binaries = postgres_binaries()
    if binaries is None:
        skip_or_fail("there is no PostgreSQL server: install postgresql, or requirements/dev.txt")
    server = PostgresServer(binaries)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStoreServer]:
    """A real server that speaks S3."""
    from tests.objectstore import NoObjectStore, ObjectStoreServer  # boto3 is slow to import

    try:
        server = ObjectStoreServer()
    except NoObjectStore as reason:
        skip_or_fail(f"there is no object store: {reason}")
    yield server
    server.stop()


@pytest.fixture
def place(object_store: ObjectStoreServer) -> Place:
    """A place in its bucket that no other test looks at."""
    return object_store.place(f"{uuid4()}/")


@pytest.fixture(scope="session")
def casts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Casts:
    return Casts(
        tmp_path_factory.mktemp("casts"),
        lambda: request.getfixturevalue("sqlite_templates"),
        lambda: request.getfixturevalue("postgres_server"),
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database: the test runs once on each kind.

    The cast is in it where the test asks for them (``cast``), since the ``cast_at`` of its folder.
    """
    kind = request.param
    server: PostgresServer | None = None
    if kind == "postgresql":
        server = request.getfixturevalue("postgres_server")
    if "cast" in request.fixturenames:
        casts: Casts = request.getfixturevalue("casts")
        url = casts.create(kind, request.getfixturevalue("cast_at"), tmp_path)
    elif server is not None:
        url = server.create()
    else:
        url = request.getfixturevalue("sqlite_templates").create(tmp_path)
    yield url
    if server is not None:
        server.drop(url)


@pytest.fixture
def cast(database_url: str, casts: Casts, cast_at: datetime) -> Cast:
    """Two courts, two matters, everybody."""
    return casts.cast(database_url.partition(":")[0].partition("+")[0], cast_at)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: at the end, one worker would wait for another's last file."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
