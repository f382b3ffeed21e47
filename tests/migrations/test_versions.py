"""The migrations: up and down on both databases, in step with the models, dated."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.db import Database
from app.models import Base
from tests.databases import SqliteTemplates, alembic_config, migrate


@pytest.fixture(scope="module")
def script() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def test_the_history_has_one_head(script: ScriptDirectory) -> None:
    assert len(script.get_heads()) == 1, "Two branches: point one's down_revision at the other."


def test_each_version_says_when_it_was_written(script: ScriptDirectory) -> None:
    names = [version.path.rsplit("/", 1)[-1] for version in script.walk_revisions()]
    undated = [name for name in names if not re.fullmatch(r"20\d\d_\d\d_\d\d_[a-z_]+\.py", name)]
    assert not undated, "Name a version 2026_11_23_what_it_does.py: `alembic revision` does."


def test_a_database_goes_up_and_down_and_up_again(database_url: str) -> None:
    migrate(database_url, "base")
    assert _tables(database_url) == {"alembic_version"}
    migrate(database_url, "head")
    assert _tables(database_url) == {"alembic_version", *Base.metadata.tables}


def test_going_down_leaves_no_trigger_or_function(database_url: str) -> None:
    migrate(database_url, "base")
    engine = sa.create_engine(database_url)
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite"
        else "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    with engine.connect() as connection:
        assert connection.exec_driver_sql(query).all() == []
    engine.dispose()


def test_the_head_is_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        drift = compare_metadata(context, Base.metadata)
    assert not drift, (
        "The models and the migrations differ: run `alembic revision --autogenerate`"
        " and read what it wrote."
    )


def test_partial_indexes_and_checks_are_what_the_models_say(
    sqlite_templates: SqliteTemplates, tmp_path: Path
) -> None:
    # compare_metadata looks at neither an index's WHERE nor a CHECK; SQLite keeps both
    # word for word, so comparing there is enough.
    migrated = sa.create_engine(sqlite_templates.create(tmp_path))
    modelled = sa.create_engine("sqlite://")
    Base.metadata.create_all(modelled)
    assert _indexes_and_checks(migrated) == _indexes_and_checks(modelled)
    migrated.dispose()
    modelled.dispose()


def _tables(url: str) -> set[str]:
    engine = sa.create_engine(url)
    try:
        return set(sa.inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _indexes_and_checks(engine: sa.Engine) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        indexes = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        )
        return {
            "indexes": sorted((name, " ".join(sql.split())) for name, sql in indexes),
            "checks": sorted(
                (table, check["name"], check["sqltext"])
                for table in Base.metadata.tables
                for check in inspector.get_check_constraints(table)
            ),
        }
