"""Is it alive, and is it ready? Asked by whoever starts or balances it, so without signing in."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import cache
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from portal import outage_log, outages, redis_clients
from portal.audit import keeping
from portal.workers import queries

SECONDS = 2.0  # how long each part may take to answer


class NotReady(Exception):
    """A part that does not work now, in words."""


@login_not_required
@require_safe
def healthz(_: HttpRequest) -> HttpResponse:
    """The process answers. It asks nobody: a database that is away is no reason to restart it."""
    return JsonResponse({"state": "alive"})


@login_not_required
@require_safe
def readyz(_: HttpRequest) -> HttpResponse:
    """Part by part: 200 when all that pages need works, else 503 with what does not."""
    is_ready, told = parts()
    answer = JsonResponse(
        {"state": "ready" if is_ready else "not ready", "parts": told},
        status=200 if is_ready else 503,
    )
    return outage_log.unlogged(answer) if outages.OUTAGE.is_known else answer


def parts() -> tuple[bool, dict[str, dict[str, Any]]]:
    """Whether all that pages need works, and each part with its state and words.

    Workers are told about beside that: without one of them pages work, and work waits.
    """
    found: dict[str, dict[str, Any]] = {"database": _state(_database)}
    if found["database"]["state"] == "ready":
        found["migrations"] = _state(_migrations)
    found |= {"redis": _state(_redis), "sandbox": _state(_sandbox)}
    is_ready = all(part["state"] == "ready" for part in found.values())
    if found.get("migrations", {}).get("state") == "ready":  # else there may be no such table
        found["workers"] = _workers()
        if settings.AUDIT_HEADS:
            state, message = keeping.told(timezone.now())
            found["audit_heads"] = {"state": state, "message": message}
        found |= {name: _told(source) for name, source in settings.TOLD_WHEN_READY.items()}
    return is_ready, found


def _workers() -> dict[str, Any]:
    """Each queue with the age of its newest heartbeat; "degraded" where one is not served."""
    pulses = queries.pulses(timezone.now())
    silent = [pulse.words for pulse in pulses if not pulse.is_served]
    return {
        "state": "degraded" if silent else "ready",
        "message": " ".join(silent) or "Every queue is served, and ticks come.",
        "seconds_since_heartbeat": {pulse.queue: pulse.seconds for pulse in pulses},
    }


def _told(source: str) -> dict[str, str]:
    """What an upper floor says; it keeps nobody from pages."""
    state, message = import_string(source)(now=timezone.now())
    return {"state": state, "message": message}


def _state(check: Callable[[], str]) -> dict[str, str]:
    try:
        return {"state": "ready", "message": check()}
    except NotReady as reason:
        return {"state": "not ready", "message": str(reason)}


def _database() -> str:
    try:
        return f"PostgreSQL {outages.version(SECONDS)} answers."
    except psycopg.Error as error:
        raise NotReady(f"PostgreSQL does not answer: {_first_line(error)}") from error


def _migrations() -> str:
    applied = MigrationRecorder(connection).applied_migrations()
    if missing := sorted(_known_migrations() - applied.keys()):
        names = ", ".join(f"{floor}.{name}" for floor, name in missing[:5])
        raise NotReady(f"{len(missing)} not applied ({names}): run manage.py migrate.")
    return "All are applied."


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Those in the code; read once, because it can't change while the process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _redis() -> str:
    try:
        redis_clients.client(SECONDS).ping()
    except redis.RedisError as error:
        raise NotReady(f"Redis does not answer: {_first_line(error)}") from error
    return "Redis answers."


def _sandbox() -> str:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(SECONDS)
            asking.connect(settings.ZYGOTE_SOCKET)
    except OSError as error:
        raise NotReady(
            f"The sandbox does not answer, so no run can start: {_first_line(error)}"
        ) from error
    return "The sandbox answers."


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
