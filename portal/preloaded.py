"""Loads all of Slipway before it is known which of its processes this will be.

The supervisor loads it once and forks the web server, the workers and beat from what it has in
memory (launch/forked.py); each fork calls `begin` under its own environment. Until then nothing is
connected, nothing is told and no thread runs.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import cast

import django
from django.apps import apps
from django.conf import settings

from portal import env, servers

NOBODY_YET = "preloaded"  # what SLIPWAY_PROCESS says while this loads
# What the programs themselves bring along
OF_PROCESSES = (
    *("celery.apps.worker", "celery.bin.celery", "celery.concurrency.thread", "celery.schedules"),
    *("celery.worker.consumer", "kombu.transport.redis", "psycopg_pool", "granian.cli"),
    *("django.contrib.auth.hashers", "django.test.signals", "django.db.migrations.loader"),
    *("opentelemetry.sdk.trace", "opentelemetry.instrumentation.django"),
    "opentelemetry.instrumentation.celery",
)
IDLE = "SLIPWAY_IDLE_IN_TRANSACTION"


def is_to_be_forked() -> bool:
    return env.text(servers.PROCESS) == NOBODY_YET


def load() -> None:
    """Settings, models, tasks, and every page: what any of the processes may need."""
    os.environ[servers.PROCESS] = NOBODY_YET
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    app = import_module("portal.celery").app
    app.loader.import_default_modules()
    app.finalize()
    import_module(settings.ROOT_URLCONF)
    for module in OF_PROCESSES:
        import_module(module)


def begin() -> None:
    """In a fork: what depends on which process this is, of all that was loaded before."""
    for name in (servers.PROCESS, IDLE):
        env.forget(name)
    settings.IDLE_IN_TRANSACTION_SECONDS = servers.idle_in_transaction()
    options = cast(dict[str, object], settings.DATABASES["default"]["OPTIONS"])
    options.update(servers.of_this_process())
    settings.LOGGING_CONFIG = None  # Celery and WSGI set up again: what `begins` adds would go
    for config in apps.get_app_configs():
        if begins := getattr(config, "begin", None):
            begins()
