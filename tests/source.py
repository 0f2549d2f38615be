"""The house as its own source code: modules, imports and calls, for the tests of its law."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from launch.places import ROOT

FLOORS = ("portal", "observability", "deployments", "pipelines")  # from the ground up


@dataclass(frozen=True)
class Module:
    """One Python file of a floor."""

    path: Path

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def name(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def floor(self) -> int:
        return FLOORS.index(self.path.relative_to(ROOT).parts[0])

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.path)

    @property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    def imported(self) -> Iterator[tuple[int, str]]:
        """(line, full name) of everything imported anywhere in the file, deferred imports too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield node.lineno, f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Call) and _called(node) in {"import_module", "import_string"}:
                for argument in node.args[:1]:
                    if isinstance(argument, ast.Constant):
                        yield node.lineno, str(argument.value)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """What each imported name stands for."""
        names = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    names[alias.asname or alias.name] = alias.name
        return names

    def functions(self) -> Iterator[ast.FunctionDef]:
        return (node for node in self.tree.body if isinstance(node, ast.FunctionDef))

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def modules() -> tuple[Module, ...]:
    """Every file of the four floors but their migrations."""
    return tuple(
        Module(path)
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        if "migrations" not in path.parts
    )


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def target(module: Module, call: ast.Call) -> Any:
    """The function of this house that a call names, or None: unwrapped, wherever it is defined."""
    function = call.func
    found = None
    if isinstance(function, ast.Name):
        found = _named(module, function.id)
    elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        found = getattr(_named(module, function.value.id), function.attr, None)
    found = inspect.unwrap(found) if inspect.isfunction(found) else None
    return found if found and found.__module__.split(".")[0] in FLOORS else None


def _named(module: Module, name: str) -> Any:
    return getattr(importlib.import_module(module.name), name, None)


@cache
def reached(function: Any) -> frozenset[Any]:
    """Functions of this house that `function` calls, directly or through one another."""
    seen: set[Any] = set()
    waiting = [function]
    while waiting:
        new = _called_by(waiting.pop()) - seen
        seen |= new
        waiting += new
    return frozenset(seen)


@cache
def _called_by(function: Any) -> frozenset[Any]:
    module = Module(Path(inspect.getsourcefile(function) or ""))
    body = next((f for f in ast.walk(module.tree) if _is(f, function)), None)
    calls = (node for node in ast.walk(body or ast.Module()) if isinstance(node, ast.Call))
    return frozenset(filter(None, (target(module, call) for call in calls)))


def _is(node: ast.AST, function: Any) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == function.__name__


def each(rows: Iterator[str] | list[str]) -> None:
    """Fail with all that was found, not only the first."""
    found = list(rows)
    assert not found, "\n" + "\n".join(found)
