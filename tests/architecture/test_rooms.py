"""Who may know whom, where import-linter's layers (pyproject.toml) do not say it."""

from __future__ import annotations

import sys

import pytest

from tests.architecture.source import files, imports, listed, module, within

# What answers HTTP. `app.problems` is the table from faults to HTTP statuses.
HTTP_ROOMS = (
    "app.main", "app.api", "app.web", "app.receiving", "app.sending", "app.deps", "app.problems",
)  # fmt: skip
# The standard library's doors to the world: a file, a network, a clock, chance.
IMPURE = (
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets",
    "shutil", "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib",
)  # fmt: skip


def test_the_law_imports_the_standard_library_and_nothing_that_reaches_outside() -> None:
    pure = sys.stdlib_module_names - set(IMPURE) | {"dateutil"}
    found = [
        f"{path}:{line} imports {name}"
        for path in files("app/domain")
        for line, name in imports(path)
        if name.split(".")[0] not in pure
        and not within(name, "app.domain", "app.errors", "app.phrases")
    ]
    assert not found, (
        "The law is pure: no clock, no file, no framework. Let the verb (app/services) fetch"
        f" what the rule needs and pass it as an argument:{listed(found)}"
    )


def test_only_the_doors_speak_http() -> None:
    found = [
        f"{path}:{line} imports {name}"
        for path in files("app")
        for line, name in imports(path)
        if within(name, "fastapi", "starlette") and not within(module(path), *HTTP_ROOMS)
    ]
    assert not found, (
        "Only the doors know HTTP. Raise a fault of app/errors.py, return a schema, and let"
        f" the door turn it into an answer:{listed(found)}"
    )


def test_the_demo_uses_the_service_as_a_stranger_would() -> None:
    # What an operator does before anybody can sign in; the rest is told over HTTP.
    operator = ("app.services.courts", "app.services.people")
    found = [
        f"{path}:{line} imports {name}"
        for path in files("app/demo")
        for line, name in imports(path)
        if within(name, "app.models", "app.api", "app.web", "app.storage", "app.services")
        and not within(name, *operator)
    ]
    assert not found, f"The demo speaks to the service over HTTP only:{listed(found)}"


@pytest.mark.parametrize("folder", ["tests/unit", "tests/properties"])
def test_unit_and_property_tests_open_no_database(folder: str) -> None:
    found = [
        f"{path}:{line} imports {name}"
        for path in files(folder)
        for line, name in imports(path)
        if within(name, "app.db", "app.models", "app.services", "sqlalchemy", "sqlite3")
    ]
    assert not found, (
        "Tests of the law need no database: that keeps them fast, and the law pure. Move the"
        f" test to tests/services:{listed(found)}"
    )
