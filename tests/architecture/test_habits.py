"""Habits of the house, each with the reason in its message."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.source import files, listed, method_calls, module, tree, within
from tests.databases import ROOT

LINES_MAX = 350
# One file by design: it is handed out, and runs where nothing of ours is.
HANDED_OUT = Path("app/papers/verify.py")


def test_time_is_an_argument() -> None:
    clocks = ("app.deps", "app.worker", "app.__main__", "app.demo")
    found = [
        f"{path}:{line} .{name}()"
        for path in files("app")
        if not within(module(path), *clocks)
        for line, name in method_calls(path, "today", "now", "utcnow")
    ]
    assert not found, (
        "Only doors read the clock (app/deps.py, the worker, the command line). Take `now` as"
        f" an argument, so that a test and a question about the past can say when:{listed(found)}"
    )


def test_only_the_database_module_begins_and_ends_transactions() -> None:
    found = [
        f"{path}:{line} .{name}()"
        for path in files("app")
        # The bytes know no database (an import contract): what they begin is a file.
        if path != Path("app/db.py") and not within(module(path), "app.storage")
        for line, name in method_calls(path, "commit", "begin", "rollback")
    ]
    assert not found, (
        "One request, one transaction, ended in app/db.py. A verb flushes; `Database.writing()`"
        f" commits before the answer leaves:{listed(found)}"
    )


def test_a_module_is_named_after_what_it_is_about() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
    found = [
        str(path) for path in files("app", "bench", "tests") if {*path.parts, path.stem} & vague
    ]
    assert not found, f"Such a name admits anything. Which noun is it about?{listed(found)}"


def test_a_file_is_one_thing() -> None:
    lengths = {
        path: len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in files("app")
        if path != HANDED_OUT
    }
    found = [f"{path}: {n} lines" for path, n in lengths.items() if n > LINES_MAX]
    assert not found, (
        f"Aim at 300 lines; {LINES_MAX} is the end. Is there a second noun in it?{listed(found)}"
    )


def test_only_the_command_line_and_the_demo_print() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in files("app")
        if not within(module(path), "app.__main__", "app.demo") and path != HANDED_OUT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert not found, f"Log it, or return it to who asked:{listed(found)}"


@pytest.mark.parametrize("folder", ["tests/unit", "tests/properties"])
def test_unit_and_property_tests_ask_for_no_database_or_folder(folder: str) -> None:
    resources = {"database", "database_url", "tmp_path", "tmp_path_factory", "shared_data"}
    found = [
        f"{path}:{node.lineno} {node.name}({argument.arg})"
        for path in files(folder)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        for argument in [*node.args.args, *node.args.kwonlyargs]
        if argument.arg in resources
    ]
    assert not found, (
        "Tests here need nothing but memory. Move the test to the folder of the room it tries"
        f" (tests/services, tests/storage, …):{listed(found)}"
    )
