"""What reads a connection: components whose newest or live file says so, and what is live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import JSONObject

from deployments.environments.models import Environment
from deployments.rollouts.models import Live
from pipelines.connections.models import Connection, Destination
from pipelines.transformations.models import Version
from portal.catalog.models import Component, Dependency

MOST = 12  # components on a page, versions in a dialog; the search has all


@dataclass(frozen=True, slots=True)
class Readers:
    """The first of them by name, and whether there are others."""

    first: Sequence[Component] | Sequence[Live]
    is_cut: bool


def everywhere(connection: Connection) -> Readers:
    """Components, each with its live versions that read it in `reading`; two queries."""
    live = _live(connection).select_related("environment", "release")
    rows = _components(connection).select_related("team")
    shown = live.order_by("-environment__order")
    found = list(rows.prefetch_related(Prefetch("live", shown, "reading"))[: MOST + 1])
    return Readers(found[:MOST], is_cut=len(found) > MOST)


def at(thing: Connection | Destination, environment: Environment) -> Readers | None:
    """The live versions that read it in one environment; a query, none for a destination.

    Those of components whose newest file has left it too: they go on reading until it is live.
    """
    if isinstance(thing, Destination):
        return None
    live = _live(thing).filter(environment=environment).select_related("component", "release")
    found = list(live.order_by("component__name")[: MOST + 1])
    return Readers(found[:MOST], is_cut=len(found) > MOST)


def _components(connection: Connection) -> QuerySet[Component]:
    """By their newest file, or by a version that is live somewhere."""
    reads = Dependency.objects.filter(
        kind="connection", name=connection.name, direction=Dependency.Direction.READS
    )
    by_either = Q(pk__in=reads.values("component")) | Q(
        pk__in=_live(connection).values("component")
    )
    return Component.objects.filter(by_either).order_by("name")


def _live(connection: Connection) -> QuerySet[Live]:
    """What is live may be older than the newest file: its own version has to name it."""
    inputs = Func(
        F("spec"),
        Value("$.inputs.*.connection ? (@ == $name)"),
        JSONObject(name=Value(connection.name, TextField())),
        function="jsonb_path_exists",
        output_field=BooleanField(),
    )
    version = Version.objects.filter(
        transformation__component=OuterRef("component"), number=OuterRef("release__number")
    )
    return Live.objects.filter(Exists(version.filter(inputs)), channel=Live.Channel.STABLE)
