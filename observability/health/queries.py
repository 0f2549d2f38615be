"""How a component fares: what its spans say, and what the floors above know of its work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from observability.health import figures, work
from observability.health.figures import Operation, Red
from observability.health.windows import Window
from observability.health.work import Executions
from observability.known_names import refuse_environment
from observability.logs import markers
from observability.logs.asking import Asked
from observability.logs.drawing import Mark
from observability.logs.language import field, joined
from observability.logs.queries import told
from observability.traces.stores.base import Exact, Measured, Scope, Volumes
from observability.traces.stores.registry import store
from portal import navigation
from portal.catalog.models import Component
from portal.errors import Away

FEW = 5_000  # requests of which the spans say the percentiles themselves
NOTHING = Measured()
WORKING = "transformation"  # the kind of component whose executions are known

__all__ = ["Away", "Health", "environment", "health", "marks"]


@dataclass(frozen=True, slots=True)
class Health:
    """A component in a time and the time before. `executions` are None of what has none.

    `since`: spans were counted from then on, here and of any component. None: none was.
    """

    window: Window
    red: Red
    before: Red
    steps: Mapping[datetime, Red]
    operations: tuple[Operation, ...]
    executions: Executions | None
    earlier: Executions | None
    since: datetime | None

    @property
    def is_counted(self) -> bool:
        """All of it was counted, also of the time before."""
        return self.since is None or self.since <= self.window.before.since


def environment(name: str | None) -> tuple[str, list[str]]:
    """Where ("" is everywhere), and what else there is; None is where clients are served."""
    known = navigation.environments()
    names = [each for each, _ in known]
    if name is None:
        return next((each for each, serves in known if serves), ""), names
    refuse_environment(name, names)
    return name, names


def health(component: Component, place: str, window: Window) -> Health:
    """A fixed number of questions, whatever it did."""
    before = window.before
    now, then = (_scope(component, place, each) for each in (window, before))
    with told():
        volumes = store().volumes(now, wide=window.wide)
        earlier = store().volumes(then, wide=window.wide)
        exact = _exact(now, volumes)
        since = store().counted_since()
    known = component.kind == WORKING
    return Health(
        window=window,
        red=_whole(volumes, window, exact),
        before=_whole(earlier, before, {}),
        steps={at: figures.red(one, window.wide) for at, one in volumes.steps.items()},
        operations=tuple(_operations(volumes, earlier, window, before, exact)),
        executions=_executions(now) if known else None,
        earlier=_executions(then) if known else None,
        since=since,
    )


def marks(component: str, place: str, window: Window) -> list[Mark]:
    """What was deployed meanwhile."""
    terms = [field("component", component), *([field("environment", place)] if place else [])]
    return markers.marks(Asked(joined(terms), window.span))


def _scope(component: Component, place: str, window: Window) -> Scope:
    return Scope(component.name, place, window.since, window.until)


def _executions(scope: Scope) -> Executions:
    wanted = work.Wanted(scope.component, scope.environment, scope.since, scope.until)
    return work.executions(wanted)


def _exact(scope: Scope, volumes: Volumes) -> dict[str, Exact]:
    """Where there are few, by the spans themselves; {} where there are many."""
    n = sum(one.spans for one in volumes.operations.values())
    return store().exact(scope, most=FEW + 1) if n <= FEW else {}


def _whole(volumes: Volumes, window: Window, exact: Mapping[str, Exact]) -> Red:
    return figures.red(figures.together(volumes.operations), window.seconds, exact.get(""))


def _operations(
    volumes: Volumes,
    earlier: Volumes,
    window: Window,
    before: Window,
    exact: Mapping[str, Exact],
) -> list[Operation]:
    """What took the most time together stands first."""
    found = [
        Operation(
            name,
            figures.red(one, window.seconds, exact.get(name)),
            figures.red(earlier.operations.get(name, NOTHING), before.seconds),
        )
        for name, one in volumes.operations.items()
    ]
    return sorted(found, key=lambda one: (-one.red.total, one.name))
