"""The project's source, parsed once, for tests that read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.databases import ROOT


@cache
def files(*folders: str) -> list[Path]:
    """Every Python file in ``folders``, as paths from the project's root."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Each module that ``path`` imports, with its line; ``from app import models`` too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module == "app":
                yield from ((node.lineno, f"app.{name.name}") for name in node.names)
            else:
                yield node.lineno, module


def method_calls(path: Path, *names: str) -> Iterator[tuple[int, str]]:
    """Each call of a method (``x.name()``) with one of ``names``, with its line."""
    for node in ast.walk(tree(path)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
        ):
            yield node.lineno, node.func.attr


def within(module: str, *packages: str) -> bool:
    """Whether ``module`` is one of ``packages``, or inside one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def module(path: Path) -> str:
    """The dotted name under which ``path`` is imported."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def listed(found: list[str]) -> str:
    return "".join(f"\n  {one}" for one in found)
