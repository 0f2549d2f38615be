"""Loads all of Slipway before it is known which of its processes this will be.

The supervisor loads it once and forks the web server, the workers and beat from what it has in
memory (launch/forked.py); each fork calls `begin` under its own environment. Until then nothing is
connected, nothing is told and no thread runs.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import cast

import django
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

from portal import env, failpoints, servers, upper_floors

NOBODY_YET = "preloaded"  # what SLIPWAY_PROCESS says while this loads
# What the programs themselves bring along
OF_PROCESSES = (
    *("celery.apps.worker", "celery.bin.celery", "celery.concurrency.thread", "celery.schedules"),
    *("celery.worker.consumer", "kombu.transport.redis", "psycopg_pool", "granian.cli"),
    *("django.contrib.auth.hashers", "django.test.signals", "django.db.migrations.loader"),
    *("opentelemetry.sdk.trace", "opentelemetry.instrumentation.django"),
    "opentelemetry.instrumentation.celery",
)
OF_A_MODULE = re.compile(r"(\.[A-Z]\w*)+$|\.\w+$")  # what a dotted name says behind its module
OF_SESSIONS = ("SLIPWAY_IDLE_IN_TRANSACTION", "SLIPWAY_STATEMENT_SECONDS")


def is_to_be_forked() -> bool:
    return env.text(servers.PROCESS) == NOBODY_YET


@contextmanager
def told_in_words() -> Iterator[None]:
    """A setting that makes no sense ends the process with its sentence and nothing else."""
    try:
        yield
    except env.Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None


@told_in_words()
def load() -> None:
    """Settings, models, tasks, and every page: what any of the processes may need."""
    os.environ[servers.PROCESS] = NOBODY_YET
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    app = import_module("portal.celery").app
    app.loader.import_default_modules()
    app.finalize()
    load_pages()
    load_upper_floors()
    for module in OF_PROCESSES:
        import_module(module)


def load_upper_floors() -> None:
    """What settings name as strings: later it might come from a tree that has changed."""
    for name, value in vars(upper_floors).items():
        if name.isupper():
            for path in _names_in(value):
                import_module(OF_A_MODULE.sub("", path))


def _names_in(value: object) -> Iterator[str]:
    """Dotted names of things in our own code, however deep."""
    if isinstance(value, str):
        if "." in value and apps.is_installed(value.partition(".")[0]):
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _names_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _names_in(one)


def load_pages() -> None:
    """Every view and every template: 100,000 objects, which would come one page after the other."""
    get_resolver().url_patterns  # noqa: B018 - it is found when it is asked for
    folder = settings.BASE_DIR / "templates"
    for template in folder.rglob("*.html"):
        get_template(str(template.relative_to(folder)))


def spare_the_collector() -> None:
    """What is loaded stays until the end, and what a request or a run makes goes at its end.

    By Python's own measure (700, 10, 10) the tens of thousands of objects of a page are looked
    through while they live and grow old with it, and of every tenth request all that was loaded
    since the start is looked through as well: 30 to 150 ms.
    """
    gc.freeze()
    gc.set_threshold(10_000, 5, 50)


@told_in_words()
def begin() -> None:
    """In a fork: what depends on which process this is, of all that was loaded before."""
    for name in (servers.PROCESS, *OF_SESSIONS, failpoints.NAME):
        env.forget(name)
    failpoints.read()
    settings.IDLE_IN_TRANSACTION_SECONDS = servers.idle_in_transaction()
    options = cast(dict[str, object], settings.DATABASES["default"]["OPTIONS"])
    options.update(servers.of_this_process())
    spare_the_collector()
    settings.LOGGING_CONFIG = None  # Celery and WSGI set up again: what `begins` adds would go
    for config in apps.get_app_configs():
        if begins := getattr(config, "begin", None):
            begins()
