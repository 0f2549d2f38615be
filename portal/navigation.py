"""What pages lead to: the tabs and panels of a component, and what home asks the floors.

Names of upper floors stand here as strings only: imports point down.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string

from portal.palette.verbs import Verb
from portal.tones import Tone

log = logging.getLogger(__name__)


# label, URL name with the component's name as its argument
COMPONENT_TABS = (
    ("Overview", "portal:component-detail"),
    ("Runs", "pipelines:component-runs"),
    ("Deployments", "deployments:component-deployments"),
    ("Health", "observability:component-health"),
    ("Logs", "observability:component-logs"),
    ("Calls", "observability:component-map"),
    ("Versions", "pipelines:component-versions"),
    ("Dependencies", "portal:component-dependencies"),
    ("Audit", "portal:component-audit"),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the component page that a floor brings by itself; `rows` keep its height."""

    title: str
    url: str
    rows: int
    kind: str = ""  # of components that have it; "" is all


COMPONENT_PANELS = (
    Panel("Right now", "deployments:component-now", 3),
    Panel("Runs", "pipelines:component-strip", 3, "transformation"),
    Panel("What changed", "observability:component-changes", 6),
    Panel("How it is delivered", "observability:component-dora", 3),
)
COMPONENT_MARGIN = (
    Panel("Schedule", "pipelines:component-schedule", 3, "transformation"),
    Panel("Clients", "pipelines:component-clients", 2, "transformation"),
    Panel("Versions", "deployments:component-releases", 3),
    Panel("Ready for others", "portal:component-checklist", 4),
)


def panels_of(panels: Sequence[Panel], kind: str) -> list[Panel]:
    """Those that a component of this kind has something to say in."""
    return [panel for panel in panels if panel.kind in ("", kind)]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for this person: what, where, since when, and the verb of its button."""

    tone: Tone
    icon: str
    label: str  # "Approval": what the icon says
    title: str
    text: str
    at: datetime
    url: str
    verb: str


# Each gives the Needs of a person: (user, now) -> list[Need]
NEEDS = {
    "Deployments": "deployments.rollouts.queries.waiting.needs_of",
    "Runs and deliveries": "pipelines.runs.waiting.needs_of",
    "Schedules": "pipelines.schedules.waiting.needs_of",
    "Incidents": "observability.changes.incidents.needs_of",
    "Messages": "portal.notifications.waiting.needs_of",
    "Golden paths": "portal.golden_paths.waiting.needs_of",
}
# Each gives what is wrong with one component, for its page: (component, now) -> list[Need]
NOTICES = {
    "Runs and deliveries": "pipelines.runs.waiting.notices_of",
    "Incidents": "observability.changes.incidents.notices_of",
}
# What has states, for the handbook: models with `State`
STATES = {
    "Deployments": "deployments.rollouts.models.Deployment",
    "Steps of a deployment": "deployments.rollouts.models.Step",
    "Runs": "pipelines.runs.models.Run",
    "Attempts at a run": "pipelines.runs.models.Attempt",
    "Deliveries": "pipelines.deliveries.models.Delivery",
    "Schedules": "pipelines.schedules.models.Schedule",
    "Bulk actions": "pipelines.bulk.models.BulkAction",
    "Drafts": "pipelines.drafts.models.Draft",
    "Previews": "pipelines.previews.models.Preview",
    "Uses of golden paths": "portal.golden_paths.models.PathRun",
    "Steps of golden paths": "portal.golden_paths.models.PathStep",
}
# What went on since midnight, in a few words: (teams, now) -> sentence parts
TODAY = ("pipelines.runs.today.of",)
# What a component has and lacks, by who says so: (component, user) -> Items
CHECKS = {
    "The catalog": "portal.catalog.checklist.of",
    "Deployments": "deployments.rollouts.readiness.of",
    "Transformations": "pipelines.transformations.readiness.of",
}
# What the catalog can be narrowed down by, beside what it knows itself: Aspects
ASPECTS = (
    "deployments.rollouts.aspects.STANDING",
    "pipelines.runs.aspects.RUNS",
    "deployments.rollouts.aspects.LIVE",
    "portal.entities.aspects.SYSTEM",
)
# Each yields what can be found, for `manage.py search_rebuild`: () -> Things; with their kinds
FINDABLES: dict[str, tuple[str, ...]] = {
    "portal.catalog.findable.every": ("component",),
    "portal.entities.findable.every": ("entity",),
    "portal.accounts.findable.every": ("team", "person"),
    "deployments.environments.findable.every": ("environment",),
    "pipelines.connections.findable.every": ("connection", "client", "destination"),
    "portal.golden_paths.findable.every": ("path",),
    "portal.handbook.findable.every": ("page",),
}
# Each adds labels to what can be found: () -> (kind, name, labels)
LABELLED = ("pipelines.transformations.findable.labelled",)
NUMBERED = {  # what has a number and a page, by its noun: (number) -> Hits
    "run": "pipelines.runs.numbered.hits",
    "deployment": "deployments.rollouts.numbered.hits",
    "backfill": "pipelines.backfills.numbered.hits",
    "delivery": "pipelines.deliveries.numbered.hits",
}
REQUESTED = "observability.logs.requested.hits"  # (text) -> Hits, where it is a request's number
VERSIONS = "deployments.rollouts.numbered.releases"  # (components' names, number) -> Hits
# What a person may do to a component: (user, component) -> Verbs
COMPONENT_VERBS = (
    "deployments.rollouts.verbs.of_component",
    "pipelines.runs.verbs.of_component",
    "pipelines.drafts.verbs.of_component",
    "portal.catalog.verbs.of_component",
)
COMPONENT_NOUNS = ("component", "plan", "version", "release", "place")  # pages about a component
# And to another thing, by its noun: (user, arguments of its address) -> Verbs
VERBS: dict[str, tuple[str, ...]] = {
    "deployment": ("deployments.rollouts.verbs.of_deployment",),
    "run": ("pipelines.runs.verbs.of_run",),
    "version": ("deployments.rollouts.verbs.of_release",),
    "client": ("pipelines.clients.verbs.of_client",),
}
# Lists that the rail has no place for; their `url` is the name of a page
LISTS: tuple[Verb, ...] = (
    Verb("Which version is where", "deployments:deployment-matrix", "table", also="matrix"),
    Verb("Services that were seen", "observability:sender-list", "service", also="unowned"),
    Verb("What depends on what", "portal:component-graph", "link", also="graph lineage"),
    Verb("Entities", "portal:entity-list", "file", also="backstage catalog system domain"),
    Verb("Sources of the catalog", "portal:catalog-source-list", "refresh", also="sync"),
    Verb("Drafts", "pipelines:draft-list", "draft"),
)
# What can be done anywhere: the permission that it takes; a row whose `url` is the name of a page
ANYWHERE: tuple[tuple[str, Verb], ...] = (
    (
        "",
        Verb("New transformation", "pipelines:draft-new", "transformation", also="write draft sql"),
    ),
    ("user.create", Verb("Let somebody in", "portal:people-new", "user", also="person account")),
    ("team.create", Verb("New team", "portal:team-new", "team")),
    ("environment.create", Verb("New environment", "deployments:environment-new", "environment")),
    ("token.create", Verb("Create a token", "portal:token-list", "token")),
    ("", Verb("Read the API", "portal:api-docs", "api", also="program rest")),
    ("", Verb("Shortcuts", "", "keyboard", also="keys", key="?", act="shortcuts")),
    ("", Verb("Light colours", "", "sun", also="scheme", act="scheme:light")),
    ("", Verb("Dark colours", "", "moon", also="scheme", act="scheme:dark")),
    ("", Verb("Colours of the system", "", "screen", also="scheme", act="scheme:system")),
)
# Each adds to lists of components: (components) -> {component id: what the template shows}
FACTS = {
    "live": "deployments.rollouts.queries.lists.serving_of",
    "strips": "pipelines.runs.queries.strips_of",
}


# Where things are deployed to: () -> [(name, whether clients are served from there)], in order
ENVIRONMENTS = "deployments.environments.queries.named"


def environments() -> list[tuple[str, bool]]:
    """The environments that the floor above knows; none where it does not answer."""
    try:
        found: list[tuple[str, bool]] = import_string(ENVIRONMENTS)()
    except Exception:
        log.exception("nobody named the environments")
        return []
    return found


# A few words under an environment's name: (component, now) -> {environment id: words}
PLACES = {"Schedules": "pipelines.schedules.queries.under_environments"}


def under_environments(component: Any, now: datetime) -> dict[Any, str]:
    """What the floors above say about a component in each environment; later ones win."""
    found: dict[Any, str] = {}
    for name, path in PLACES.items():
        try:
            found |= import_string(path)(component, now)
        except Exception:
            log.exception("%s said nothing about environments", name)
    return found


def needs(user: Any, now: datetime) -> tuple[list[Need], list[str]]:
    """What waits for this person, oldest first, and the floors that did not answer."""
    return _told(NEEDS, user, now)


def notices(component: Any, now: datetime) -> list[Need]:
    """What is wrong with a component, oldest first; a silent floor says nothing here."""
    return _told(NOTICES, component, now)[0]


def _told(ports: Mapping[str, str], of: Any, now: datetime) -> tuple[list[Need], list[str]]:
    """By time, what the floors say of it; and those that could not: one must not hide the rest."""
    found: list[Need] = []
    silent: list[str] = []
    for floor, path in ports.items():
        try:
            found += import_string(path)(of, now)
        except Exception:
            log.exception("%s did not say what is wrong, or needs somebody", floor)
            silent.append(floor)
    return sorted(found, key=lambda need: need.at), silent


def facts(components: Sequence[Any]) -> dict[str, dict[Any, Any]]:
    """What the floors above know of these components, by the name of the fact."""
    return facts_or_silence(components)[0]


def facts_or_silence(
    components: Sequence[Any],
) -> tuple[dict[str, dict[Any, Any]], set[str]]:
    """The same, and the names of the facts that nobody answered: those are not known, not none."""
    found: dict[str, dict[Any, Any]] = {}
    silent: set[str] = set()
    for name, path in FACTS.items():
        try:
            found[name] = import_string(path)(components)
        except Exception:
            log.exception("%s did not answer for a list of components", path)
            found[name] = {}
            silent.add(name)
    return found, silent


def today(teams: Sequence[Any], now: datetime) -> list[str]:
    """What these teams' components did since midnight; a silent floor says nothing here."""
    said: list[str] = []
    for path in TODAY if teams else ():
        try:
            said += import_string(path)(teams, now)
        except Exception:
            log.exception("%s did not say what went on today", path)
    return said


def checks(component: Any, user: Any) -> tuple[list[Any], list[str]]:
    """What a component has and lacks, and the floors that did not answer."""
    found: list[Any] = []
    silent: list[str] = []
    for floor, path in CHECKS.items():
        try:
            found += import_string(path)(component, user)
        except Exception:
            log.exception("%s did not answer for the checklist", floor)
            silent.append(floor)
    return found, silent
