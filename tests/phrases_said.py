"""Every English template that the code and the pages can say, read from their source.

A template reaches a reader through ``phrase``, through the constructor of a fault, or
through a function that hands its own argument on to one of these: such functions are
found, not listed. Tables of templates are followed to their values.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, nodes

from app import errors
from tests.architecture.source import files, tree
from tests.databases import ROOT

TEMPLATES = Path("app/web/templates")
Function = ast.FunctionDef | ast.AsyncFunctionDef
Where = dict[str, str]
"""Each template, and one place that says it."""


class Argument(NamedTuple):
    """Which argument of a function is a template."""

    position: int
    name: str


@dataclass
class Found:
    """What was found: templates, and template arguments that no reading of source resolves."""

    said: Where = field(default_factory=dict)
    computed: set[str] = field(default_factory=set)


def faults() -> Iterator[type[errors.Fault]]:
    """Every class of fault."""
    kinds = [errors.Fault]
    while kinds:
        kind = kinds.pop()
        yield kind
        kinds.extend(kind.__subclasses__())


@cache
def phrases() -> Found:
    """What the Python code says, the titles of faults included."""
    found, sayers = Found(), _sayers()
    for path in files("app"):
        reader = _Reader(path, sayers)
        for node, argument in reader.templates():
            texts = reader.texts(argument, node)
            if texts is None:
                found.computed.add(f"{path} {ast.unparse(argument)}")
            for text in texts or ():
                found.said.setdefault(text, f"{path}:{node.lineno}")
    for kind in faults():
        found.said.setdefault(kind.title(), f"title of {kind.__name__}")
    return found


@cache
def pages() -> Where:
    """What the pages' templates say: the literal first argument of each ``_(…)``."""
    found: Where = {}
    for path in sorted((ROOT / TEMPLATES).rglob("*.html")):
        parsed = Environment().parse(path.read_text(encoding="utf-8"))
        for call in parsed.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
                for text in _literals(call.args[0]):
                    found.setdefault(text, f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def _literals(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _literals(node.expr1)
        if node.expr2 is not None:
            yield from _literals(node.expr2)


Sayers = dict[tuple[Path | None, str], Argument]
"""Who takes a template: functions by their module, and by name alone for all others."""


@cache
def _sayers() -> Sayers:
    plain = {kind.__name__ for kind in faults()} - {"NotFound", "Invalid"}
    seeds = ("phrase", "Phrase", "translate", "msg", "_")
    sayers: Sayers = {(None, name): Argument(0, "template") for name in seeds}
    sayers |= {(None, name): Argument(0, "message") for name in plain}
    known = 0
    while known != len(sayers):
        known = len(sayers)
        for path in files("app"):
            for name, argument in list(_Reader(path, sayers).forwarders()):
                sayers.setdefault((path, name), argument)
                sayers.setdefault((None, name), argument)
    return sayers


class _Reader:
    """One module's calls of those who take a template."""

    def __init__(self, path: Path, sayers: Sayers) -> None:
        self.path = path
        self.module = tree(path)
        self.sayers = sayers
        self.around = {
            inner: outer for outer in ast.walk(self.module) for inner in ast.iter_child_nodes(outer)
        }
        self.own = {n.name for n in ast.walk(self.module) if isinstance(n, Function)}

    def templates(self) -> Iterator[tuple[ast.Call, ast.expr]]:
        """Each call that takes a template, with that argument."""
        for node in ast.walk(self.module):
            if not isinstance(node, ast.Call):
                continue
            taken = self._taken(node)
            if taken is None:
                continue
            named = [k.value for k in node.keywords if k.arg == taken.name]
            given = node.args[taken.position : taken.position + 1] or named
            for argument in given:
                yield node, argument

    def _taken(self, node: ast.Call) -> Argument | None:
        match node.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
                literal = bool(node.args) and isinstance(node.args[0], ast.Constant)
                is_fault = literal and self.path == Path("app/errors.py")
                return Argument(0, "message") if is_fault else None
            case ast.Attribute(attr="translate"):
                return None  # str.translate
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self.sayers.get((self.path if name in self.own else None, name))
        return None

    def forwarders(self) -> Iterator[tuple[str, Argument]]:
        """Functions whose own parameter is the template of a call they make."""
        for node, argument in self.templates():
            for function in self._functions(node):
                taken = [*function.args.posonlyargs, *function.args.args]
                names = [a.arg for a in taken if a.arg not in ("self", "cls")]
                if (
                    isinstance(argument, ast.Name)
                    and argument.id in names
                    and not function.name.startswith("__")
                ):
                    yield function.name, Argument(names.index(argument.id), argument.id)

    def _functions(self, node: ast.AST) -> Iterator[Function]:
        while node in self.around:
            node = self.around[node]
            if isinstance(node, Function):
                yield node

    def texts(self, node: ast.expr, call: ast.AST) -> list[str] | None:
        """The literals that an expression can be; None when its source does not say."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.Constant():
                return []
            case ast.IfExp(body=body, orelse=orelse):
                return self._all([body, orelse], call)
            case ast.Dict(values=values) | ast.BoolOp(values=values):
                return self._all(values, call)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return self._all(elts, call)
            case ast.Subscript(value=table):
                return self.texts(table, call)
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, *default]):
                return self._all([table, *default], call)
            case ast.Call() if self._taken(node) is not None:
                return []  # a phrase already, found by itself
            case ast.Name(id=name):
                return self._named(name, call)
        return None

    def _all(self, parts: Iterable[ast.expr], call: ast.AST) -> list[str] | None:
        found = [self.texts(part, call) for part in parts]
        if None in found:
            return None
        return [text for texts in found if texts for text in texts]

    def _named(self, name: str, call: ast.AST) -> list[str] | None:
        for scope in self._functions(call):
            assigned = _assigned(scope, name)
            if assigned:
                return self._all(assigned, call)
            arguments = ast.walk(scope.args)
            if any(isinstance(a, ast.arg) and a.arg == name for a in arguments):
                return []  # handed on: whoever calls this function says it
        assigned = _assigned(self.module, name)
        return self._all(assigned, call) if assigned else None


def _assigned(scope: ast.AST, name: str) -> list[ast.expr]:
    """What is assigned to a name in a scope; nothing when it is bound in another way."""
    found: list[ast.expr] = []
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name:
                found.append(value)
            case ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value) if (
                bound == name
            ):
                found.append(value)
    return found
