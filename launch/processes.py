"""Slipway's processes: what each one runs and what it inherits."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass

from launch.places import PYTHON, ROOT, Places
from launch.preflight import HOST
from launch.program import Program

INHERITED = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "NO_PROXY", "no_proxy")
INHERITED_BEGINNINGS = (
    *("SLIPWAY_", "SENTRY_", "DATABASE_URL", "REDIS_URL", "OTEL_"),
    *("SSL_CERT_", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"),
)
ZYGOTE = "zygote"
WEB_THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)  # no more connections than the pool has

# What is loaded once, and what each fork of it calls first
LOADS, BEGINS = "portal.preloaded:load", "portal.preloaded:begin"


def is_setting(name: str) -> bool:
    """Whether Slipway, or a library in it, is told something by this variable."""
    return name.startswith(INHERITED_BEGINNINGS)


@dataclass(frozen=True)
class Settings:
    """What a start has decided, for all its processes."""

    places: Places
    port: int
    database_url: str
    redis_url: str
    inherited: Mapping[str, str]

    def environment(self, name: str) -> dict[str, str]:
        """What the process of this name gets: settings, not whatever the shell happens to hold."""
        kept = {
            key: value
            for key, value in self.inherited.items()
            if key in INHERITED or is_setting(key)
        }
        return kept | {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SLIPWAY_DATA": str(self.places.data),
            "SLIPWAY_ZYGOTE": kept.get("SLIPWAY_ZYGOTE") or str(self.places.zygote),
            "SLIPWAY_PROCESS": name,
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",  # threads share heaps: tens of megabytes less in each process
        }

    def manage(self, name: str, *arguments: str) -> Program:
        """A command of manage.py that ends by itself."""
        command = [str(PYTHON), "-m", "manage", *arguments]
        return Program(name, command, self.environment(name), ROOT, is_once=True, begins=BEGINS)


def zygote(settings: Settings) -> Program:
    """Forks the sandboxes of runs: no environment, so that no run can read a secret from it."""
    socket = settings.environment(ZYGOTE)["SLIPWAY_ZYGOTE"]
    command = [str(PYTHON), "-m", "pipelines.engines.zygote", "--socket", socket]
    return Program(ZYGOTE, command, {}, ROOT)


def web(settings: Settings) -> Program:
    """One worker with threads over one connection pool."""
    command = [
        *(str(PYTHON), "-m", "granian", "--interface", "wsgi", "portal.wsgi:application"),
        *("--host", HOST, "--port", str(settings.port)),
        *("--workers", "1", "--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "5"),
        *("--log-level", "warning"),
    ]
    # SIGTERM, not SIGKILL: granian has a worker of its own to take along.
    return Program(
        *("web", command, settings.environment("web"), ROOT),
        begins=BEGINS,
        at_death=signal.SIGTERM,
    )


def workers(settings: Settings) -> list[Program]:
    """Four workers for four risks, and the one that ticks."""
    slots = settings.inherited.get("SLIPWAY_RUN_SLOTS") or "2"
    return [
        _worker(settings, "control", "rollback,control", "2"),
        _worker(settings, "runs", "runs", slots),
        _worker(settings, "deliveries", "notifications,deliveries,figures", "4"),
        _worker(settings, "previews", "previews", "3"),
        _celery(settings, "beat", "portal.ticks", "beat"),
    ]


def _worker(settings: Settings, name: str, queues: str, threads: str) -> Program:
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    named = ("-n", f"{name}@slipway", "-Q", queues)
    return _celery(
        settings, name, "portal", "worker", *named, "-P", "threads", "-c", threads, *quiet
    )


def _celery(settings: Settings, name: str, app: str, *arguments: str) -> Program:
    # In a container or a sandbox root is the ordinary user; nothing is unpickled (JSON only).
    no_lecture = ("-W", "ignore:You're running the worker with superuser privileges")
    command = [str(PYTHON), *no_lecture, "-m", "celery", "-A", app, "--quiet", *arguments]
    command += ["--loglevel", "INFO"]
    # The checks are for people (`make check`).
    environment = settings.environment(name) | {"CELERY_SKIP_CHECKS": "1"}
    return Program(name, command, environment, ROOT, begins=BEGINS)
