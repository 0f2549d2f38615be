"""What every page stands in: the rail, the bar, the tabs; and what "g" and a letter lead to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal import platform_tabs
from portal.handbook import helping
from portal.navigation import COMPONENT_TABS
from portal.notifications import queries as notifications
from portal.stars import rail
from portal.workers import pauses

COUNTS = {
    "portal:home": "portal/home/_rail_needs.html",
    "deployments:deployment-list": "portal/home/_rail_running.html",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the rail. `nouns` are the nouns of the URL names that belong to it.

    `count` is the template of what is counted beside its name; the others are the same for all.
    `also` are other words that people say for it.
    """

    label: str
    url: str
    icon: str
    key: str  # "g" and this letter go there
    nouns: frozenset[str]
    count: str = ""
    also: str = ""


def _entry(label: str, url: str, icon: str, key: str, *nouns: str, also: str = "") -> Entry:
    return Entry(label, url, icon, key, frozenset(nouns), COUNTS.get(url, ""), also)


CATALOG = (
    *("component", "plan", "version", "release", "hold"),
    *("draft", "sender", "entity", "catalog"),
)
NEWS = ("change", "event", "history")
RAIL = (
    _entry("Home", "portal:home", "home", "h", "home"),
    _entry("Catalog", "portal:component-list", "catalog", "c", *CATALOG, also="components"),
    _entry("Golden paths", "portal:golden-path-list", "path", "p", "golden"),
    _entry("Deployments", "deployments:deployment-list", "deploy", "d", "deployment"),
    _entry("Runs", "pipelines:run-list", "run", "r", "run", "delivery", "backfill"),
    _entry("Logs", "observability:log-list", "log", "s", "log"),
    _entry("Traces", "observability:trace-list", "trace", "i", "trace"),
    _entry("Service map", "observability:service-map", "map", "v", "service"),
    _entry("Changes", "observability:change-list", "change", "x", *NEWS, also="events history"),
    _entry("DORA", "observability:dora", "dora", "f", "dora", also="metrics"),
    _entry("Audit", "portal:audit-list", "audit", "a", "audit"),
)
RAIL_PLACES = (
    _entry("Environments", "deployments:environment-list", "environment", "e", "environment"),
    _entry("Connections", "pipelines:connection-list", "database", "o", "connection"),
    _entry("Clients", "pipelines:client-list", "client", "l", "client", also="customers"),
    _entry("Teams", "portal:team-list", "team", "t", "team", "person"),
    _entry("Kept in files", "portal:manifest-list", "file", "y", "manifest", also="manifests"),
    _entry(
        *("Platform", "portal:worker-list", "resource", "w", *platform_tabs.NOUNS),
        also="queues workers",
    ),
    _entry("Bottlenecks", "observability:bottleneck-list", "slow", "k", "bottleneck"),
    _entry("Handbook", "portal:handbook", "book", "b", "handbook", also="docs help"),
)
# Reached from the bar
ELSEWHERE = (
    _entry("Notifications", "portal:notification-list", "bell", "n", "notification", also="inbox"),
    _entry("Account", "portal:account", "account", "m", "account", also="settings password"),
)


def places() -> tuple[Entry, ...]:
    """Everything that "g" and a letter leads to."""
    return (*RAIL, *RAIL_PLACES, *ELSEWHERE)


def frame(request: HttpRequest) -> dict[str, Any]:
    """For every template: the rail, where we are in it, the time. One query, for the bell.

    `paused` is asked only by pages on which something waits: each queue that is paused, by name.
    """
    match = request.resolver_match
    name = match.view_name.partition(":")[2] if match and match.view_name else ""
    noun = name.partition("-")[0]
    return {
        "rail": _standing(RAIL, noun),
        "rail_places": _standing(RAIL_PLACES, noun),
        "component_tabs": COMPONENT_TABS,
        "platform_tabs": platform_tabs.tabs(getattr(request, "user", None), name),
        "help": helping.page_for(name),
        "now": timezone.now(),
        "pinned": rail.framed(getattr(request, "user", None)),
        "here": request.path,
        "unread": SimpleLazyObject(lambda: _unread(request)),
        "paused": SimpleLazyObject(pauses.standing),
    }


@cache
def _standing(entries: tuple[Entry, ...], noun: str) -> tuple[tuple[Entry, bool], ...]:
    """Each entry, and whether this noun belongs to it."""
    return tuple((entry, noun in entry.nouns) for entry in entries)


def _unread(request: HttpRequest) -> int:
    """What the bell counts: one query by index, and only in a page that has the bell."""
    user = getattr(request, "user", None)
    return notifications.unread(user) if user else 0
