"""Who stands at the other end of a span, as the semantic conventions say it. Pure.

Names as they are now first, then as older SDKs still send them: db.system.name or db.system,
server.address or net.peer.name, messaging.destination.name or messaging.destination.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

Node = tuple[str, str]  # its kind and its name: ("database", "postgresql orders at db-1")

SERVICE, DATABASE, QUEUE, HOST, OTHER = "component", "database", "queue", "host", "other"
LONGEST = 60  # characters of a name: catalog.Dependency holds no more

DB_SYSTEM = ("db.system.name", "db.system")
DB_NAMESPACE = ("db.namespace", "db.name", "db.redis.database_index", "db.instance")
MESSAGING_SYSTEM = ("messaging.system.name", "messaging.system")
DESTINATION = (
    "messaging.destination.name",
    "messaging.destination",
    "messaging.destination_publish.name",
)
OPERATION = ("messaging.operation.type", "messaging.operation")
PEER = ("service.peer.name", "peer.service")
ADDRESS = (
    *("server.address", "net.peer.name", "net.sock.peer.name", "http.host", "peer.hostname"),
    *("network.peer.address", "net.sock.peer.addr", "net.peer.ip", "peer.address"),
)
URL = ("url.full", "http.url")
# What says that a message is only made or fetched: sending and processing it are told beside that.
UNCOUNTED = frozenset({"create", "receive", "settle"})
RENAMED = {
    "mssql": "microsoft.sql_server",
    "oracle": "oracle.db",
    "azure_cosmosdb": "azure.cosmosdb",
}


def peer(attributes: Mapping[str, Any]) -> Node | None:
    """What a client or producer span speaks to, where nobody answers it with a span of its own."""
    return database(attributes) or queue(attributes) or host(attributes)


def database(attributes: Mapping[str, Any]) -> Node | None:
    """ "postgresql orders at db-1", as far as it is said."""
    system = _said(attributes, DB_SYSTEM)
    if not system:
        return None
    words = [RENAMED.get(system, system)]
    if namespace := _said(attributes, DB_NAMESPACE):
        words.append(namespace)
    if address := _address(attributes):
        words += ["at", address]
    return DATABASE, _short(" ".join(words))


def queue(attributes: Mapping[str, Any]) -> Node | None:
    """ "kafka orders"; without a system the destination alone."""
    destination = _said(attributes, DESTINATION)
    if not destination or _is_passing(attributes, destination):
        return None
    system = _said(attributes, MESSAGING_SYSTEM)
    return QUEUE, _short(f"{system} {destination}".strip())


def host(attributes: Mapping[str, Any]) -> Node | None:
    """The logical name of a service, where the span says one; else an address."""
    name = _said(attributes, PEER) or _address(attributes)
    return (HOST, _short(name)) if name else None


def is_uncounted(attributes: Mapping[str, Any]) -> bool:
    """A message is made, fetched or settled here, not sent or processed."""
    return _said(attributes, OPERATION) in UNCOUNTED


def _is_passing(attributes: Mapping[str, Any], destination: str) -> bool:
    """Queues for one answer have names of their own: each would be a node."""
    marks = ("messaging.destination.temporary", "messaging.destination.anonymous")
    return any(attributes.get(mark) is True for mark in marks) or destination.startswith("amq.gen-")


def _address(attributes: Mapping[str, Any]) -> str:
    if said := _said(attributes, ADDRESS):
        return said if said.count(":") > 1 else said.partition(":")[0]  # IPv6 has more of them
    for url in (str(attributes.get(name, "")) for name in URL):
        try:
            if found := urlsplit(url).hostname:
                return found
        except ValueError:
            continue
    return ""


def _said(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = attributes.get(name)
        if value not in (None, "") and not isinstance(value, (list, dict, bool)):
            return str(value).strip().lower()
    return ""


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
