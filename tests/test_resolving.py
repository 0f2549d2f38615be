"""Names in strings lead somewhere, and each process loads what it needs and no more."""

from __future__ import annotations

import ast
import importlib
import pydoc
import re
import subprocess
import sys
from collections.abc import Iterator

from celery import current_app
from django.conf import settings
from django.urls import get_resolver

from launch.places import ROOT
from portal import frame, navigation
from portal.home import mine, running
from tests.source import FLOORS, each, modules, target

# Slipway's own bench process: nothing may load what only workers need.
HEAVY = ("duckdb", "sqlglot", "pyarrow", "sentry_sdk", "numpy", "pandas")
DOTTED = re.compile(rf"(?:{'|'.join(FLOORS)})(?:\.\w+)+")


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str) and DOTTED.fullmatch(value):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(key)
            yield from strings(inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from strings(inner)


def resolves(name: str) -> bool:
    if name in current_app.tasks:
        return True
    return name == settings.AUTH_USER_MODEL or pydoc.locate(name) is not None


def test_every_name_in_the_settings_resolves() -> None:
    current_app.loader.import_default_modules()
    names = {
        name
        for setting in dir(settings)
        if setting.isupper()
        for name in strings(getattr(settings, setting))
    }
    assert names
    each(f"settings name {name}, which does not exist" for name in names if not resolves(name))


def test_every_name_in_the_navigation_resolves() -> None:
    each(
        f"navigation names {name}, which does not exist"
        for table in (
            *(table.values() for table in (navigation.NEEDS, navigation.FACTS, navigation.PLACES)),
            *(navigation.CHECKS.values(), navigation.STATES.values(), navigation.TODAY),
            *(navigation.FINDABLES, navigation.LABELLED, navigation.NUMBERED.values()),
            *(navigation.ASPECTS, navigation.COMPONENT_VERBS, *navigation.VERBS.values()),
            [navigation.VERSIONS, navigation.REQUESTED, navigation.ENVIRONMENTS, mine.NEXT_RUNS],
            [running.DEPLOYMENTS],
            mine.TROUBLES.values(),
        )
        for name in table
        if not resolves(name)
    )
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    known |= {
        f"{space}:{name}"
        for space, (_, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    wanted = [entry.url for entry in frame.places()]
    wanted += [panel.url for panel in (*navigation.COMPONENT_PANELS, *navigation.COMPONENT_MARGIN)]
    wanted += [url for _, url in navigation.COMPONENT_TABS]
    each(f"navigation names {name}, which is no page" for name in set(wanted) - known)


def enqueued() -> Iterator[tuple[str, object]]:
    """(place, task) of every call of enqueue, whether it names a string or a constant."""
    for module in modules():
        for call in module.calls():
            function = target(module, call)
            if function is None or function.__qualname__ != "enqueue":
                continue
            name = call.args[0]
            if isinstance(name, ast.Constant):
                yield f"{module.place}:{call.lineno}", name.value
            elif isinstance(name, ast.Name) and name.id.isupper():
                value = getattr(importlib.import_module(module.name), name.id)
                yield f"{module.place}:{call.lineno}", value


def test_every_message_names_a_task() -> None:
    current_app.loader.import_default_modules()
    found = list(enqueued())
    assert found
    each(f"{place} enqueues {name}" for place, name in found if name not in current_app.tasks)


def test_the_web_process_loads_nothing_that_only_workers_need() -> None:
    assert loaded("import portal.urls, portal.wsgi", HEAVY) == "[]"


def test_workers_load_nothing_of_the_api_and_its_pages() -> None:
    """Some 20 MB in each of them."""
    tasks = "from portal.celery import app; app.loader.import_default_modules()"
    assert loaded(tasks, ("portal.api", "rest_framework.serializers", "requests")) == "[]"


def test_what_the_settings_name_is_loaded_before_processes_are_forked() -> None:
    """Else an upgrade lets a process that is old load, at the first use, a module that is new."""
    load = "from portal.preloaded import load; load(); from portal.settings import WORKLOADS"
    every = "{name.rpartition('.')[0] for name in WORKLOADS}"
    assert loaded(f"{load}; assert {every} <= set(sys.modules)", ()) == "[]"


def loaded(what: str, names: tuple[str, ...]) -> str:
    program = (
        f"import django, sys; django.setup(); {what};"
        f"print([name for name in {names!r} if name in sys.modules])"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SLIPWAY_DATA": str(settings.DATA_DIR),
        "CELERY_SKIP_CHECKS": "1",
    }
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()
