"""What was seen in spans, for the graph of dependencies: edges between things, and what they are.

In the graph data flow: who calls a service reads from it, so the edge leads from it to the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from observability.logs import queries as logs
from observability.servicemap import declared, mapped
from observability.servicemap.joining import joined, named
from observability.servicemap.models import ObservedEdge
from observability.servicemap.peers import DATABASE, HOST, OTHER, QUEUE, SERVICE
from portal.accounts.models import User
from portal.arrays import InArray
from portal.graph.things import Edge, Found, Key, Thing

LATELY = timedelta(days=7)
MOST = 60  # edges of one picture; those seen last
OURS = (DATABASE, QUEUE, HOST)


def known(keys: Collection[Key], *, by: User, now: datetime, **_: object) -> Found:
    """Calls of these components within a week, as `by` may read them; eight queries at most."""
    names = [name for kind, name in keys if kind == SERVICE]
    edges = list(dict.fromkeys(_edges(names, by, now))) if names else []
    ends = {end for edge in edges for end in edge.ends} | set(keys)
    things = {
        key: Thing(key, label=mapped.LABELS[key[0]], icon=mapped.ICONS[key[0]])
        for key in ends
        if key[0] in OURS
    }
    return Found(things, tuple(edges))


def _edges(names: Collection[str], by: User, now: datetime) -> Iterator[Edge]:
    seen = mapped.veiled(_seen(names, now), frozenset(logs.hidden_from(by)))
    for edge in seen:
        if edge.caller == edge.callee:
            continue
        is_message = QUEUE in {edge.caller[0], edge.callee[0]}
        ends = edge.ends if is_message else (edge.callee, edge.caller)
        yield Edge(*ends, is_seen=True)


def _seen(names: Collection[str], now: datetime) -> list[mapped.Edge]:
    every = set().union(*named((SERVICE, name) for name in names).values())
    hosts = [name for kind, name in every if kind == HOST]
    about = Q(InArray("caller", names), caller_kind=SERVICE)
    about |= Q(InArray("callee", names), callee_kind=SERVICE)
    about |= Q(InArray("callee", hosts), callee_kind=HOST)
    rows = (
        ObservedEdge.objects.filter(about, last_seen_at__gte=now - LATELY)
        .exclude(callee_kind=OTHER)
        .exclude(caller_kind=OTHER)
        .order_by("-last_seen_at")
        .values_list("caller_kind", "caller", "callee_kind", "callee")
    )
    said = {edge.ends for edge in declared.by(names)}
    found = joined([mapped.Edge((a, b), (c, d)) for a, b, c, d in rows[:MOST]])
    return [replace(edge, is_declared=edge.ends in said) for edge in found]
