"""What is called like a component is that component, be it named as a service or as a host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from observability.senders import aliases
from observability.senders import queries as senders
from observability.servicemap import mapped
from observability.servicemap.mapped import Edge
from observability.servicemap.peers import HOST, SERVICE, Node
from portal.catalog.models import Component


def joined(edges: Sequence[Edge]) -> list[Edge]:
    """The same with components in place of hosts that are called so; two queries."""
    hosts = {name for edge in edges for kind, name in edge.ends if kind == HOST}
    called = _components(hosts)
    # Never empty: Django would ask nothing, and pages ask as often whatever there is
    rows = Component.objects.filter(name__in=hosts | set(called.values()) or {""})
    known = set(rows.values_list("name", flat=True))
    itself = {host: host for host in hosts & known}
    others = {host: name for host, name in called.items() if name in known}
    return mapped.called(edges, others | itself)


def named(nodes: Iterable[Node]) -> dict[Node, set[Node]]:
    """Each with whatever else spans may say of it; two queries, however many they are."""
    nodes = set(nodes)
    called = _components({name for kind, name in nodes if kind == HOST})
    of = {node: called.get(node[1], node[1]) for node in nodes if node[0] == HOST}
    of |= {node: node[1] for node in nodes if node[0] == SERVICE}
    known = senders.called(of.values())
    named = {node: _names(name, known.get(name, ())) for node, name in of.items()}
    return {node: {node} | named.get(node, set()) for node in nodes}


def _components(hosts: set[str]) -> Mapping[str, str]:
    """By host: what the component would be called; spans tell hosts in small letters."""
    return senders.in_small_letters(hosts) | aliases.called(hosts)


def _names(component: str, others: Iterable[str]) -> set[Node]:
    """Hosts may have other marks between words than a component."""
    written = {component.replace("-", mark) for mark in "_."}
    hosts = {name for name in written if aliases.of(name) == component}
    hosts |= {component, *(name.lower() for name in others)}
    return {(SERVICE, component), *((HOST, name) for name in hosts)}
