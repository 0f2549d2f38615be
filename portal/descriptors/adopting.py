"""What an entity is in our own words: which component it would be, and its facts. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from portal import page_addresses
from portal.descriptors.described import Described
from portal.descriptors.refs import DEFAULT

COMPONENT = "slipway.dev/component"  # annotation: the component's name here, where it is another
TEAM = "slipway.dev/team"  # annotation of a group: the team's name here
SOURCE = "backstage.io/source-location"
SLUG = "github.com/project-slug"
# Kinds that are components here -> the kinds that a component of that name may have
FITTING: dict[str, frozenset[str]] = {
    "component": frozenset({"service", "library", "transformation"}),
    "api": frozenset({"api"}),
    "resource": frozenset({"resource"}),
}
LIBRARIES = frozenset({"library", "package", "module"})
LIFECYCLES = frozenset({"experimental", "production"})
LONGEST_NAME, LONGEST_TITLE = 60, 120
ADDRESS = re.compile(r"https?://[^\s@]+\Z")
MOST_LINKS, LONGEST_LINK = 12, 400


@dataclass(frozen=True, slots=True)
class Facts:
    """What a component's page says, as the file says it."""

    title: str
    description: str
    lifecycle: str
    links: list[dict[str, str]]

    def kept(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "description": self.description,
            "lifecycle": self.lifecycle,
            "links": self.links,
        }


def is_component(kind: str) -> bool:
    return kind.lower() in FITTING


def names(entity: Described) -> list[str]:
    """What it may be called here, the best first. APIs and resources often share a name."""
    if own := entity.annotation(COMPONENT):
        return [own]
    name = slug(entity.name if entity.namespace == DEFAULT else f"{entity.namespace}-{entity.name}")
    return [name, slug(f"{name}-{entity.kind}")]


def slug(text: str) -> str:
    """As names are here: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def kind(entity: Described) -> str:
    """Which kind of component it is."""
    folded = entity.kind.lower()
    if folded != "component":
        return folded
    return "library" if entity.word("type").lower() in LIBRARIES else "service"


def facts(entity: Described) -> Facts:
    """A lifecycle that has a date and tells people (deprecated) is not set by a file."""
    stage = entity.word("lifecycle").lower()
    if stage == "deprecated" or entity.kind.lower() == "resource":
        stage = "production"
    return Facts(
        title=entity.title[:LONGEST_TITLE],
        description=entity.about("description"),
        lifecycle=stage if stage in LIFECYCLES else "experimental",
        links=_links(entity),
    )


def _links(entity: Described) -> list[dict[str, str]]:
    given = entity.metadata.get("links")
    found = [
        {"title": str(one.get("title") or one["url"])[:120], "url": one["url"], "kind": "other"}
        for one in (given if isinstance(given, list) else [])
        if isinstance(one, dict) and isinstance(one.get("url"), str) and _is_page(one["url"])
    ]
    if repository := _repository(entity):
        found.insert(0, {"title": "Repository", "url": repository, "kind": "repository"})
    return found[:MOST_LINKS]


def _repository(entity: Described) -> str:
    where = entity.annotation(SOURCE).removeprefix("url:")
    if not where and (project := entity.annotation(SLUG)):
        where = f"https://github.com/{project}"
    return where if _is_page(where) else ""


def _is_page(url: str) -> bool:
    fits = ADDRESS.match(url) and len(url) <= LONGEST_LINK
    return bool(fits) and page_addresses.read(url) is not None
