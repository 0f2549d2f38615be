"""What slows people down: transformations, waiting, and the portal's own pages and statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from observability.bottlenecks.base import (
    SHOWN,
    Slow,
    SlowWork,
    Waiting,
    WaitingWork,
    Wanted,
)
from observability.health import figures
from observability.health.figures import Red
from observability.health.windows import Window
from observability.logs.queries import told
from observability.traces.stores.base import OURS, Scope, Statement
from observability.traces.stores.registry import store
from portal.accounts import access
from portal.accounts.models import User

METHODS = ("GET ", "POST ", "PUT ", "PATCH ", "DELETE ")
TASK = "run/"  # how the instrumentation of Celery calls a task that is done


@dataclass(frozen=True, slots=True)
class Work:
    """What takes long and what waits, for everybody: as their runs and queues are."""

    slowest: tuple[Slow, ...]
    dearest: tuple[Slow, ...]  # by CPU
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Timed:
    """A page or a task of the portal's own."""

    name: str
    red: Red


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal's own; the slowest first."""

    pages: tuple[Timed, ...]
    tasks: tuple[Timed, ...]
    statements: tuple[Statement, ...]


def work(window: Window, team: str = "") -> Work:
    """One question of each source."""
    wanted = Wanted(window.since, window.until, team)
    slow: SlowWork = import_string(settings.SLOW_WORK)
    found = slow(wanted)
    sources: list[WaitingWork] = [import_string(path) for path in settings.WAITING_WORK]
    waiting = [one for source in sources for one in source(wanted)]
    return Work(
        slowest=_most(found, lambda one: one.p95),
        dearest=_most(found, lambda one: one.cpu),
        waiting=tuple(sorted(waiting, key=lambda one: (-one.p95, one.queue, one.team))),
    )


def _most(rows: Sequence[Slow], measure: Callable[[Slow], float | None]) -> tuple[Slow, ...]:
    measured = [(value, row) for row in rows if (value := measure(row)) is not None]
    measured.sort(key=lambda pair: (-pair[0], pair[1].name))
    return tuple(row for _, row in measured[:SHOWN])


def portal(window: Window, by: User) -> Portal:
    """For the platform role: two questions."""
    access.require(by, "bottleneck.read")
    scope = Scope(OURS, "", window.since, window.until)
    with told():
        operations = store().volumes(scope, wide=window.wide).operations
        statements = store().statements(window.since, window.until)
    timed = [Timed(name, figures.red(one, window.seconds)) for name, one in operations.items()]
    timed.sort(key=lambda one: (-(one.red.p95 or 0), one.name))
    return Portal(
        pages=tuple(one for one in timed if one.name.startswith(METHODS))[:SHOWN],
        tasks=tuple(one for one in timed if one.name.startswith(TASK))[:SHOWN],
        statements=tuple(statements),
    )
