"""The law of the house: what stops a change that would cost everyone later."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any, Protocol

from launch import processes
from launch.places import ROOT, Places
from launch.processes import Settings
from observability.changes import operations as changes
from portal.audit import operations as audit
from tests.source import FLOORS, Module, each, modules, reached, target

LONGEST = 350  # lines
DOORS = {"views", "api", "tasks", "queries", "forms", "metrics", "needs", "facts", "panels"}
WRITES = {
    *("save", "create", "update", "delete", "bulk_create", "bulk_update"),
    *("get_or_create", "update_or_create"),
}
NAMELESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "mixins",
    "services",
    "managers",
}
IMPURE = ("django", "rest_framework", "celery", "httpx", "requests", "socket", "psycopg", "redis")
NAMED_BY_DJANGO = "portal/postgresql/base.py"  # what it looks for in an ENGINE; no port
PROCESSES_AND_MAP = "docs/architecture.md"


def test_imports_point_down() -> None:
    each(
        f"{module.place}:{line} imports {name} from above"
        for module in modules()
        for line, name in module.imported()
        if name.split(".")[0] in FLOORS and FLOORS.index(name.split(".")[0]) > module.floor
    )


def test_floors_know_nothing_of_the_launcher_and_the_tests() -> None:
    each(
        f"{module.place}:{line} imports {name}"
        for module in modules()
        for line, name in module.imported()
        if name.split(".")[0] in {"launch", "tests"}
    )


def test_the_launcher_needs_no_django() -> None:
    each(
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in (ROOT / "launch").rglob("*.py")
        for line, name in Module(path).imported()
        if name.split(".")[0] in {*FLOORS, "django", "celery"}
    )


def test_the_command_line_knows_nothing_of_the_house() -> None:
    """It is installed alone: nothing but itself, three packages and what Python brings."""
    allowed = {"slipway_cli", "httpx", "rich", "typer", *sys.stdlib_module_names}
    files = [*(ROOT / "slipway_cli").rglob("*.py")]
    assert len(files) > 10
    each(
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in files
        for line, name in Module(path).imported()
        if name.split(".")[0] not in allowed
    )
    each(
        f"{path.relative_to(ROOT)}: {lines} lines know more than one thing"
        for path in files
        if (lines := len(path.read_text().splitlines())) > LONGEST
    )


def is_pure(module: Module) -> bool:
    """A module that thinks without tables, clock or network says so in its docstring."""
    return "Pure." in module.docstring


def test_pure_modules_import_no_django() -> None:
    pure = {module.name for module in modules() if is_pure(module)}
    assert {"portal.audit.chain", "deployments.rollouts.lifecycle"} <= pure
    each(
        f"{module.place}:{line} is pure but imports {name}"
        for module in modules()
        if is_pure(module)
        for line, name in module.imported()
        if name.split(".")[0] in IMPURE
    )


def test_doors_and_questions_write_nothing() -> None:
    each(
        f"{module.place}:{call.lineno} calls .{call.func.attr}()"
        for module in modules()
        if DOORS & set(module.name.split("."))
        for call in module.calls()
        if isinstance(call.func, ast.Attribute) and _writes(module, call.func, call)
    )


def _writes(module: Module, function: ast.Attribute, call: ast.Call) -> bool:
    """Not so an operation's own name (`teams.create(…)`), nor what a dictionary can do, too."""
    owner = function.value.id if isinstance(function.value, ast.Name) else ""
    if "operations" in module.aliases.get(owner, "").split("."):
        return False
    return function.attr in WRITES and not (function.attr == "update" and call.args)


def operations() -> Iterator[Any]:
    """Every public operation that is done by someone: what a module or package of them offers."""
    for module in modules():
        if not module.name.split(".")[-1].endswith("operations"):
            continue
        for name, found in vars(importlib.import_module(module.name)).items():
            operation = inspect.unwrap(found) if inspect.isfunction(found) else None
            if operation is None or name.startswith("_"):
                continue
            is_own = operation.__module__.startswith(module.name)
            if is_own and "by" in inspect.signature(operation).parameters:
                yield operation


def test_every_operation_that_someone_does_is_audited() -> None:
    # The axis of changes is written by operations that are audited themselves.
    without = {inspect.unwrap(changes.record), audit.record}
    each(
        f"{operation.__module__}.{operation.__name__} writes no audit entry"
        for operation in operations()
        if operation not in without and audit.record not in reached(operation)
    )


def test_operations_are_called_by_keyword() -> None:
    each(
        f"{operation.__module__}.{operation.__name__}({parameter})"
        for operation in operations()
        for parameter in inspect.signature(operation).parameters.values()
        if parameter.kind is not parameter.KEYWORD_ONLY
        and parameter.kind is not parameter.VAR_KEYWORD
    )


def test_a_module_is_short_and_named_for_what_it_knows() -> None:
    each(
        f"{module.place}: {lines} lines know more than one thing"
        for module in modules()
        if (lines := len(module.path.read_text().splitlines())) > LONGEST
    )
    each(
        f"{module.place}: say what it knows"
        for module in modules()
        if NAMELESS & set(module.name.split("."))
    )
    each(
        f"{module.place}: say what it is for"
        for module in modules()
        if module.tree.body and not module.docstring
    )


def test_ports_are_protocols() -> None:
    ours = (module for module in modules() if module.place != NAMED_BY_DJANGO)
    bases = [module for module in ours if module.path.stem == "base"]
    assert bases
    for module in bases:
        classes = vars(importlib.import_module(module.name)).values()
        own = [c for c in classes if inspect.isclass(c) and c.__module__ == module.name]
        assert any(Protocol in c.__mro__[1:] for c in own), f"{module.place} defines no port"
        each(
            f"{module.place}:{line}: a port knows no tables, but imports {name}"
            for line, name in module.imported()
            if name.startswith(("django.db", "django.contrib"))
        )


def topics(floor: str) -> set[str]:
    found = {path.parent.name for path in (ROOT / floor).glob("*/__init__.py")}
    return found - {"migrations", "management", "templatetags"}


def test_the_maps_name_every_topic() -> None:
    readme, architecture = ((ROOT / name).read_text() for name in ("README.md", PROCESSES_AND_MAP))
    for floor in FLOORS:
        block = re.search(rf"^{floor}/ .*?(?=^\S|^$)", readme, re.MULTILINE | re.DOTALL)
        row = re.search(rf"^\| `{floor}/` .*$", architecture, re.MULTILINE)
        assert block
        assert row
        for place, said in (("README.md", block[0]), (PROCESSES_AND_MAP, row[0])):
            each(
                f"{place} does not name {floor}/{topic}"
                for topic in sorted(topics(floor) - set(re.findall(r"\w+", said)))
            )


def test_the_documents_name_every_process() -> None:
    given = Settings(Places(ROOT), 8000, "", "", {})
    programs = [processes.zygote(given), processes.web(given), *processes.workers(given)]
    architecture, operating = (
        (ROOT / name).read_text() for name in (PROCESSES_AND_MAP, "docs/operations.md")
    )
    each(
        f"{program.name} is not in the documents"
        for program in programs
        if f"\n    {program.name}[" not in architecture or f"| `{program.name}` |" not in operating
    )


def test_someone_dies_at_every_failpoint() -> None:
    """A name of a floor's failpoint stands in some test, whole or without its first word."""
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    points = {
        (f"{module.place}:{call.lineno}", str(call.args[0].value))
        for module in modules()
        for call in module.calls()
        if (function := target(module, call)) is not None
        and function.__qualname__ == "hit"
        and isinstance(call.args[0], ast.Constant)
    }
    assert points
    each(
        f"{place}: nobody dies at {name}"
        for place, name in sorted(points)
        if not re.search(rf'"({re.escape(name)}|{re.escape(name.partition(".")[2])})["=]', tests)
    )


def test_there_are_no_signals() -> None:
    each(
        f"{module.place}:{line} imports {name}: call the function instead"
        for module in modules()
        for line, name in module.imported()
        if "signals" in name.split(".") or name.startswith("django.dispatch")
    )


def test_tests_replace_none_of_our_own_parts_and_skip_nothing() -> None:
    forbidden = (
        "unittest.mock",
        "pytest.skip",
        "pytest.importorskip",
        "pytest.mark.skip",
        ".xfail",
    )
    each(
        f"{path.relative_to(ROOT)}: {words}"
        for path in (ROOT / "tests").rglob("*.py")
        if path.name != "test_architecture.py"
        for words in forbidden
        if words in path.read_text()
    )
