"""What was seen in spans, for the graph of dependencies: edges between things, and what they are.

In the graph data flow: who calls a service reads from it, so the edge leads from it to the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from observability.servicemap import mapped
from observability.servicemap.models import ObservedEdge
from observability.servicemap.peers import DATABASE, HOST, OTHER, QUEUE, SERVICE
from portal.graph.things import Edge, Found, Key, Thing

LATELY = timedelta(days=7)
MOST = 60  # edges of one picture; those seen last
OURS = (DATABASE, QUEUE, HOST)


def known(keys: Collection[Key], *, now: datetime, **_: object) -> Found:
    """Calls of these components within a week; one query."""
    names = [name for kind, name in keys if kind == SERVICE]
    edges = list(dict.fromkeys(_edges(names, now))) if names else []
    ends = {end for edge in edges for end in edge.ends} | set(keys)
    things = {
        key: Thing(key, label=mapped.LABELS[key[0]], icon=mapped.ICONS[key[0]])
        for key in ends
        if key[0] in OURS
    }
    return Found(things, tuple(edges))


def _edges(names: Collection[str], now: datetime) -> Iterator[Edge]:
    about = Q(caller_kind=SERVICE, caller__in=names) | Q(callee_kind=SERVICE, callee__in=names)
    rows = (
        ObservedEdge.objects.filter(about, last_seen_at__gte=now - LATELY)
        .exclude(callee_kind=OTHER)
        .exclude(caller_kind=OTHER)
        .order_by("-last_seen_at")
        .values_list("caller_kind", "caller", "callee_kind", "callee")
    )
    for caller_kind, caller, callee_kind, callee in rows[:MOST]:
        called, calling = (callee_kind, callee), (caller_kind, caller)
        if called == calling:
            continue
        is_message = QUEUE in {caller_kind, callee_kind}
        ends = (calling, called) if is_message else (called, calling)
        yield Edge(*ends, is_seen=True)
