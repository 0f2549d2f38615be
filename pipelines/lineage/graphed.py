"""What this floor adds to a graph: sources and clients in full, destinations, what was seen to go.

A file declares; a run shows. What the last run of a transformation read and fed was seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from pipelines.connections.models import Client, Connection, Destination
from pipelines.runs.failures import failing
from pipelines.runs.models import Run
from pipelines.transformations import diff
from pipelines.transformations.models import Transformation, Version
from portal.graph.things import Edge, Found, Key, Thing


def known(keys: Collection[Key], *, has_destinations: bool, now: datetime, **_: object) -> Found:
    """Six queries, and two more where destinations are asked for."""
    seen = list(_seen(keys))
    declared = list(_through_destinations(keys)) if has_destinations else []
    ends = {end for edge in seen for end in edge.ends}
    through = {first.target for first, _ in declared}
    found = dict(_things({*keys, *ends, *through})) | dict(_failing(keys, now))
    seen_ends = {edge.ends for edge in seen}
    instead = frozenset((first.source, second.target) for first, second in declared)
    edges = [edge for edge in seen if edge.ends not in instead]
    for first, second in declared:  # what was seen to reach the client went this way
        is_seen = (first.source, second.target) in seen_ends
        edges += [replace(first, is_seen=is_seen), replace(second, is_seen=is_seen)]
    return Found(found, tuple(edges), instead)


def _failing(keys: Collection[Key], now: datetime) -> Iterator[tuple[Key, Thing]]:
    """Transformations whose last run failed somewhere; one query."""
    names = [name for kind, name in keys if kind == "component"]
    rows = failing(now).filter(transformation__component__name__in=names)
    for name in set(rows.values_list("transformation__component__name", flat=True)):
        key = ("component", name)
        yield key, Thing(key, tone="bad", state="last run failed")


def _things(keys: Collection[Key]) -> Iterator[tuple[Key, Thing]]:
    names: dict[str, list[str]] = {}
    for kind, name in keys:
        names.setdefault(kind, []).append(name)
    for row in Connection.objects.filter(name__in=names.get("connection", [])).select_related(
        "team"
    ):
        yield _thing("connection", row, "Connection", "database", row.get_kind_display())
    for client in Client.objects.filter(name__in=names.get("client", [])).select_related("team"):
        yield _thing("client", client, "Client", "client", "")
    if of_kind := names.get("destination"):
        for place in Destination.objects.filter(name__in=of_kind).select_related("team"):
            yield _thing("destination", place, "Destination", "send", place.get_kind_display())


def _thing(
    kind: str, row: Connection | Client | Destination, label: str, icon: str, what: str
) -> tuple[Key, Thing]:
    thing = Thing(
        key=(kind, row.name),
        title=getattr(row, "description", "") or (row.title if row.title != row.name else ""),
        label=label,
        team=row.team.name,
        url=f"/{kind}s/{row.name}/",
        icon=icon,
        facts=(("Kind", what),) if what else (),
    )
    return thing.key, thing


def _transformations(keys: Collection[Key]) -> QuerySet[Transformation]:
    names = [name for kind, name in keys if kind == "component"]
    return Transformation.objects.filter(component__name__in=names)


def _seen(keys: Collection[Key]) -> Iterator[Edge]:
    """What the last run of each transformation read and fed; two queries."""
    last = Run.objects.filter(transformation=OuterRef("pk"), version__isnull=False).order_by("-pk")
    rows = _transformations(keys).annotate(ran=Subquery(last.values("version")[:1]))
    versions = [pk for pk in rows.values_list("ran", flat=True) if pk]
    for name, inputs, deliveries in Version.objects.filter(pk__in=versions).values_list(
        "transformation__component__name", "spec__inputs", "spec__deliveries"
    ):
        here = ("component", name)
        for entry in (inputs or {}).values():
            yield Edge(("connection", entry["connection"]), here, is_seen=True)
        for entry in deliveries or ():
            yield Edge(here, ("client", entry["client"]), is_seen=True)


def _through_destinations(keys: Collection[Key]) -> Iterator[tuple[Edge, Edge]]:
    """Transformation to destination to client, as the newest file of each declares it; a query."""
    newest = Version.objects.filter(transformation=OuterRef("transformation")).order_by("-number")
    rows = Version.objects.filter(
        transformation__in=_transformations(keys), number=Subquery(newest.values("number")[:1])
    ).annotate(name=F("transformation__component__name"))
    wanted = set(keys)
    for name, deliveries in rows.values_list("name", "spec__deliveries"):
        for entry in deliveries or ():
            if ("client", entry["client"]) in wanted:
                yield _pair(name, entry)


def _pair(name: str, entry: Mapping[str, Any]) -> tuple[Edge, Edge]:
    destination = ("destination", entry["destination"])
    words = diff.delivery_words(entry)
    return (
        Edge(("component", name), destination, is_declared=True, words=words),
        Edge(destination, ("client", entry["client"]), is_declared=True),
    )
