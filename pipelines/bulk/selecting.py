"""Which runs or deliveries a bulk action would touch: asked for the preview, and again to do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from deployments.environments.models import Environment
from pipelines.bulk.models import BulkAction
from pipelines.connections.models import Client
from pipelines.deliveries.models import Delivery
from pipelines.runs.models import Run
from portal.accounts.models import Team
from portal.catalog.models import Component
from portal.errors import Refused
from portal.filters import identities
from portal.ids import first_at

Verb = BulkAction.Verb
MOST = 2000  # at a time: a longer list nobody reads
# In which states a verb can be said; what moved meanwhile refuses it then, in words
STATES: dict[str, tuple[str, ...]] = {
    Verb.RUN_CANCEL: Run.UNFINISHED,
    Verb.RUN_AGAIN: (Run.State.FAILED, Run.State.CANCELLED),
    Verb.DELIVERY_CANCEL: (Delivery.State.QUEUED,),
    Verb.DELIVERY_AGAIN: (Delivery.State.FAILED, Delivery.State.CANCELLED),
}
OF_RUNS = (Verb.RUN_CANCEL, Verb.RUN_AGAIN)
NAMES: dict[str, QuerySet[Any]] = {
    "component": Component.objects.all(),
    "team": Team.objects.all(),
    "environment": Environment.objects.all(),
    "client": Client.objects.all(),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the list, as it is now."""

    pk: UUID
    number: int
    title: str
    url: str
    team: str
    client: str
    environment: str
    state: str
    message: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be touched. `digest` names exactly this list in these states."""

    verb: str
    items: tuple[Item, ...]
    digest: str

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def teams(self) -> list[tuple[str, int]]:
        return _counted(item.team for item in self.items)

    @property
    def clients(self) -> list[tuple[str, int]]:
        return _counted(item.client for item in self.items if item.client)

    @property
    def environments(self) -> list[tuple[str, int]]:
        return _counted(item.environment for item in self.items)


def plan(*, verb: str, selection: Mapping[str, Any]) -> Plan:
    """The list, the oldest first. Refused where it is longer than anyone reads."""
    is_runs = verb in OF_RUNS
    rows = _runs(verb, selection) if is_runs else _deliveries(verb, selection)
    found = list(rows.order_by("pk")[: MOST + 1])
    if len(found) > MOST:
        raise Refused(
            f"That is more than {MOST:,}. Narrow it down: by component, team, environment or time."
        )
    called: Callable[[Any], Item] = _run if is_runs else _delivery
    items = tuple(called(row) for row in found)
    said = "\n".join([verb, *(f"{item.pk} {item.state}" for item in items)])
    return Plan(verb, items, sha256(said.encode()).hexdigest())


def _counted(names: Any) -> list[tuple[str, int]]:
    return Counter(names).most_common()


def _runs(verb: str, selection: Mapping[str, Any]) -> QuerySet[Run]:
    if selection.get("client"):
        raise Refused("A run has no client of its own: choose deliveries.", field="client")
    rows = Run.objects.filter(state__in=STATES[verb]).select_related(
        "transformation__component", "environment", "team"
    )
    return _narrowed(rows, selection, component="transformation__component")


def _deliveries(verb: str, selection: Mapping[str, Any]) -> QuerySet[Delivery]:
    newer = Delivery.objects.filter(
        run=OuterRef("run"), name=OuterRef("name"), revision__gt=OuterRef("revision")
    )
    rows = Delivery.objects.filter(~Exists(newer), state__in=STATES[verb], replaced_by=None)
    rows = rows.select_related("run__transformation__component", "environment", "client", "team")
    return _narrowed(rows, selection, component="run__transformation__component")


def _narrowed(
    rows: QuerySet[Any], selection: Mapping[str, Any], *, component: str
) -> QuerySet[Any]:
    """By names, whose identities are asked for first; and by when it was asked for."""
    for name, things in NAMES.items():
        if wanted := selection.get(name):
            field = component if name == "component" else name
            rows = rows.filter(**{f"{field}__in": identities(things, name=wanted)})
    since: datetime | None = selection.get("since")
    until: datetime | None = selection.get("until")
    if since:
        rows = rows.filter(pk__gte=first_at(since))
    return rows.filter(pk__lt=first_at(until)) if until else rows


def _run(row: Run) -> Item:
    name = row.transformation.component.name
    return Item(
        pk=row.pk,
        number=row.number,
        title=f"Run {row.number} of {name}",
        url=f"/runs/{row.number}/",
        team=row.team.name,
        client="",
        environment=row.environment.name,
        state=row.state,
        message=row.message,
    )


def _delivery(row: Delivery) -> Item:
    name = row.run.transformation.component.name
    return Item(
        pk=row.pk,
        number=row.number,
        title=f"{name} to {row.client.name}, revision {row.revision}",
        url=f"/deliveries/{row.number}/",
        team=row.team.name,
        client=row.client.name,
        environment=row.environment.name,
        state=row.state,
        message=row.message,
    )
