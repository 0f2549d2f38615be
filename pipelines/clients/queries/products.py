"""What clients get, from which version, how fresh, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from deployments.environments.models import Environment
from deployments.releases import queries as releases
from deployments.releases.models import Rejection
from deployments.rollouts.models import Hold, Live
from pipelines.clients import freshness
from pipelines.clients.freshness import Facts, Standing, Trouble
from pipelines.clients.queries.failing import failing
from pipelines.connections.models import Binding, Client, Destination
from pipelines.deliveries import products as index
from pipelines.deliveries.models import Delivery
from pipelines.deliveries.products import Ends, Key
from pipelines.runs.models import Run
from pipelines.schedules import due
from pipelines.schedules.models import Schedule
from pipelines.transformations import diff, schedules
from pipelines.transformations.models import Transformation, Version
from portal.arrays import UUIDS, InArray
from portal.catalog.models import Component, Dependency

Place = tuple[UUID, UUID]  # a transformation or component, and an environment
KEPT = {Delivery.State.FAILED: "failed", Delivery.State.HELD: "held"}
# What is read of rows: a page of clients reads thousands.
OF_RELEASE = ("release__component_id", "release__number", "release__digest")
OF_LIVE = ("component_id", "environment_id", "channel", *OF_RELEASE)
OF_DELIVERIES = (
    *("format", "path", "state", "message", "created_at", "delivered_at", "rows", "bytes"),
    *("run__number", "run__logical_at", "run__requested_at", *OF_RELEASE),
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What matters here of a live version's file."""

    deliveries: tuple[Mapping[str, Any], ...]
    promised: timedelta | None

    def entry(self, destination: Destination) -> Mapping[str, Any] | None:
        """The delivery that it names for a destination."""
        name = destination.name
        return next((one for one in self.deliveries if one.get("destination") == name), None)


@dataclass(frozen=True, slots=True)
class Product:
    """One dataset that a client gets at one destination in one environment."""

    client: Client
    destination: Destination
    environment: Environment
    transformation: Transformation
    live: Live | None
    entry: Mapping[str, Any] | None  # as the live version's file has it; None: it does not
    newest: Delivery | None
    good: Delivery | None  # the newest that arrived
    trouble: Trouble | None
    next_at: datetime | None
    standing: Standing

    @property
    def component(self) -> Component:
        return self.transformation.component

    @property
    def words(self) -> str:
        """ "Parquet at punctuality/{month}.parquet": as what it arrives."""
        if self.entry is not None:
            return diff.delivery_words(self.entry)
        return f"{self.newest.format.capitalize()} at {self.newest.path}" if self.newest else ""

    @property
    def key(self) -> Key:
        return self.destination.pk, self.transformation.pk, self.environment.pk


def places(clients: Sequence[Client]) -> list[Environment]:
    """Where these clients have an address, in the order of promotion; one query."""
    bound = Binding.objects.filter(destination__client__in=clients).values("environment")
    return list(Environment.objects.filter(pk__in=bound).order_by("order"))


def place(places: Sequence[Environment], wanted: str) -> Environment | None:
    """The environment asked for, else the last on the way to production."""
    return next((one for one in places if one.name == wanted), places[-1] if places else None)


def top_places(clients: Sequence[Client]) -> dict[UUID, Environment]:
    """The most important environment in which each of these has an address; one query."""
    rows = (
        Binding.objects.filter(destination__client__in=clients)
        .select_related("environment", "destination")
        .order_by("environment__order")
    )
    return {row.destination.client_id: row.environment for row in rows if row.destination}


def products(
    clients: Sequence[Client], now: datetime, *, environments: Iterable[Environment]
) -> list[Product]:
    """What these clients get there, by component; twelve queries however much they were sent."""
    gathered = _Gathered(clients, list(environments))
    found = [gathered.product(key, now) for key in gathered.keys]
    return sorted(found, key=lambda one: (one.component.name, one.destination.name))


class _Gathered:
    """All that is known of the products of some clients: each property is one query."""

    def __init__(self, clients: Sequence[Client], environments: Sequence[Environment]) -> None:
        self.clients = {client.pk: client for client in clients}
        self.environments = {place.pk: place for place in environments}

    @cached_property
    def destinations(self) -> dict[UUID, Destination]:
        bound = Binding.objects.filter(environment__in=self.environments)
        rows = Destination.objects.filter(client__in=self.clients).prefetch_related(
            Prefetch("bindings", bound)
        )
        return {row.pk: row for row in rows}

    @cached_property
    def ends(self) -> dict[Key, Ends]:
        found = index.ends(self.destinations)
        return {one.key: one for one in found if one.key[2] in self.environments}

    @cached_property
    def transformations(self) -> dict[UUID, Transformation]:
        """Those that were sent, and those whose newest file names one of the clients."""
        declared = Dependency.objects.filter(
            kind="client",
            direction=Dependency.Direction.FEEDS,
            name__in=[client.name for client in self.clients.values()],
        )
        sent = {key[1] for key in self.ends}
        rows = Transformation.objects.filter(
            Q(InArray("pk", sent, UUIDS)) | Q(component__in=declared.values("component"))
        )
        rows = rows.select_related("component").prefetch_related("component__team")
        return {row.pk: row for row in rows.only("component__name", "component__team_id")}

    @cached_property
    def components(self) -> list[UUID]:
        return [row.component_id for row in self.transformations.values()]

    @cached_property
    def live(self) -> dict[Place, Live]:
        """With what the live version's file says of deliveries, without reading the file whole."""
        file = Version.objects.filter(
            transformation__component=OuterRef("component"), number=OuterRef("release__number")
        ).values(
            json=JSONObject(
                deliveries="spec__deliveries",
                promised="spec__defaults__objectives__freshness",
            )
        )
        rows = Live.objects.filter(
            InArray("component", self.components, UUIDS),
            environment__in=self.environments,
            channel=Live.Channel.STABLE,
        ).annotate(said=Subquery(file))
        return {
            (row.component_id, row.environment_id): row
            for row in rows.select_related("release").only(*OF_LIVE)
        }

    @cached_property
    def carried(self) -> dict[Place, Carried]:
        return {place: _carried(row) for place, row in self.live.items()}

    @cached_property
    def deliveries(self) -> dict[UUID, Delivery]:
        wanted = {row for one in self.ends.values() for row in one.all()}
        rows = Delivery.objects.filter(InArray("pk", wanted, UUIDS))
        rows = rows.select_related("run", "release").only(*OF_DELIVERIES)
        return {row.pk: row for row in rows}

    @cached_property
    def schedules(self) -> dict[Place, Schedule]:
        rows = Schedule.objects.filter(
            InArray("transformation", self.transformations, UUIDS),
            environment__in=self.environments,
            channel=Live.Channel.STABLE,
            state=Schedule.State.ACTIVE,
        )
        return {(row.transformation_id, row.environment_id): row for row in rows}

    @cached_property
    def holds(self) -> dict[Place, Hold]:
        rows = Hold.objects.filter(
            InArray("component", self.components, UUIDS),
            environment__in=self.environments,
            resumed_at=None,
        )
        return {(row.component_id, row.environment_id): row for row in rows}

    @cached_property
    def rejections(self) -> Mapping[tuple[object, str], Rejection]:
        return releases.rejections([row.release for row in self.live.values()])

    @cached_property
    def failing(self) -> dict[Place, Run]:
        return failing({key[1:] for key in self.keys})

    @cached_property
    def keys(self) -> list[Key]:
        """What was sent, and what is live and would be; only where it has an address."""
        wanted = set(self.ends) | set(self._promised())
        bound = {
            (row.pk, binding.environment_id)
            for row in self.destinations.values()
            for binding in row.bindings.all()
        }
        return [key for key in wanted if (key[0], key[2]) in bound]

    def _promised(self) -> Iterator[Key]:
        """What the files of live versions name: from their entries, which are few."""
        named = {row.name: row for row in self.destinations.values()}
        by_component = {row.component_id: row for row in self.transformations.values()}
        for component, place in self.live:
            transformation = by_component[component]
            for entry in self.carried[component, place].deliveries:
                if destination := named.get(entry.get("destination", "")):
                    yield destination.pk, transformation.pk, place

    def product(self, key: Key, now: datetime) -> Product:
        destination, transformation = self.destinations[key[0]], self.transformations[key[1]]
        place, found = key[1:], self.ends.get(key)
        live = self.live.get((transformation.component_id, key[2]))
        carried = self.carried.get((transformation.component_id, key[2]))
        entry = carried.entry(destination) if carried else None
        newest = self.deliveries.get(found.newest) if found else None
        good = self.deliveries.get(found.good) if found and found.good else None
        since = self.deliveries.get(found.since) if found and found.since else None
        trouble = _trouble(newest, since, self.failing.get(place)) if entry else None
        schedule = self.schedules.get(place)
        facts = Facts(
            delivered_at=good.delivered_at if good else None,
            promised=carried.promised if carried else None,
            missed_at=_missed(schedule, good, now),
            next_at=schedule.next_at if schedule else None,
            trouble=trouble,
            stopped=self._stopped(transformation, live, key[2]),
            is_sending=newest is not None and newest.state in Delivery.UNFINISHED,
            is_declared=entry is not None,
        )
        return Product(
            client=self.clients[destination.client_id],
            destination=destination,
            environment=self.environments[key[2]],
            transformation=transformation,
            live=live,
            entry=entry,
            newest=newest,
            good=good,
            trouble=trouble,
            next_at=facts.next_at,
            standing=freshness.standing(facts, now),
        )

    def _stopped(self, transformation: Transformation, live: Live | None, place: UUID) -> str:
        if live and (live.component_id, live.release.digest) in self.rejections:
            return f"{live.release} is rejected"
        hold = self.holds.get((transformation.component_id, place))
        return f"paused, “{hold.reason}”" if hold else ""


def _carried(live: Live) -> Carried:
    said: Mapping[str, Any] = getattr(live, "said", None) or {}
    promised = said.get("promised")
    seconds = schedules.seconds(promised) if promised else None
    return Carried(
        tuple(said.get("deliveries") or ()), timedelta(seconds=seconds) if seconds else None
    )


def _missed(schedule: Schedule | None, good: Delivery | None, now: datetime) -> datetime | None:
    """The first due time after what the newest delivery was for, if it has passed."""
    if schedule is None or good is None:
        return None
    instant = max(good.run.logical_at or good.run.requested_at, schedule.since_at)
    seen_to, coming = schedule.last_at, schedule.next_at
    if seen_to and seen_to <= instant and coming and coming > now:
        return None  # between these two there is no due time
    following = next(due.instants(schedule.cron, schedule.timezone, after=instant), None)
    return following if following and following <= now else None


def _trouble(newest: Delivery | None, since: Delivery | None, run: Run | None) -> Trouble | None:
    """What went wrong last: a run that failed after it, else the delivery itself."""
    if run and (newest is None or run.pk > newest.run_id):
        at = getattr(run, "since", None) or run.finished_at or run.queued_at
        return Trouble("run", f"Run {run.number} failed: {run.message}", at, f"/runs/{run.number}/")
    if newest and newest.state in KEPT:
        begun = since.created_at if since else newest.created_at
        return Trouble(
            KEPT[Delivery.State(newest.state)],
            newest.message or f"{newest.release} was rejected.",
            begun,
            f"/runs/{newest.run.number}/",
        )
    return None


def sent(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """With what a line of the history needs."""
    return rows.select_related(
        "run__transformation__component__team",
        "client",
        "destination",
        "environment",
        "version",
        "release",
        "requested_by",
        "replaced_by",
    )
