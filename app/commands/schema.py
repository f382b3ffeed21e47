"""The database's schema: at which revision it is, and how it gets to this version's."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import app
from app.db import Database
from app.errors import Fault

# Beside the package, in the repository as in the wheel: works from any folder.
_MIGRATIONS = Path(app.__file__).resolve().parent.parent / "migrations"


def upgrade(database: Database) -> tuple[str | None, str]:
    """Run what is missing, all of it or nothing; the revisions before and after."""
    with database.migrating() as session:
        connection = session.connection()
        before = _revision(connection)
        command.upgrade(_config(connection), "head")
    return before, head()


def require_migrated(database: Database) -> None:
    """Raise ``Fault`` when the database has not this version's schema."""
    with database.reading() as session:
        found = _revision(session.connection())
    if found != head():
        raise Fault(
            "The database is at {found}, this version needs {needed}: run `bordereau migrate`.",
            found=found or "-",
            needed=head(),
        )


def head() -> str:
    """The newest revision that this version brings."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise Fault("There are no migrations in {folder}.", folder=_MIGRATIONS)
    return found


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config
