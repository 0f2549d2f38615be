"""Components in files: what they are, who answers for them, and when they end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field

from portal.accounts import queries as accounts
from portal.accounts.models import Team
from portal.catalog import facts, operations, queries
from portal.catalog.models import Component
from portal.manifests.kinds.base import Farewell, Fields, Manifest, Problem, Reference, Task
from portal.manifests.kinds.described import Described
from portal.manifests.shapes import Envelope, Name, Part, Title, Words
from portal.manifests.world import World
from portal.names import in_one_line

FACTS = ("title", "description", "tier", "lifecycle", "links")
DEPRECATED = Component.Lifecycle.DEPRECATED.value
UNOWNED = "components that nobody answers for"
ENDING = ("sunset_on", "replacement")


class Metadata(Part):
    """What it is called, and who answers for it."""

    name: Name
    team: Name
    title: Title = ""
    description: Words = ""


class Link(Part):
    """A page where one looks further."""

    url: Annotated[str, Field(min_length=1, max_length=400)]
    title: Title = ""
    kind: Literal["repository", "runbook", "dashboard", "other"] = "other"


class Spec(Part):
    """What it is. `tier` 1 is the most important; `sunset_on` and `replacement` of an ending."""

    kind: Literal["transformation", "service", "library", "resource", "api"]
    tier: Annotated[int, Field(ge=1, le=4)] = 3
    lifecycle: Literal["experimental", "production", "deprecated"] = "experimental"
    sunset_on: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    replacement: Name | None = None
    links: Annotated[list[Link], Field(max_length=facts.MOST_LINKS)] = []


class ComponentDocument(Envelope):
    """A thing that a team answers for."""

    kind: Literal["Component"]
    metadata: Metadata
    spec: Spec


class Components(Described):
    name = "Component"
    noun = "component"
    file = "components.yaml"
    model: ClassVar[type[BaseModel]] = ComponentDocument
    fixed = ("kind",)
    verbs = ("component.register", "component.change")

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        yield from super().problems(manifest)
        spec = manifest.data["spec"]
        is_ending = spec.get("lifecycle") == DEPRECATED
        if is_ending and not spec.get("sunset_on"):
            words = "Say with sunset_on after which day it is gone, such as 2027-03-31."
            yield Problem(words, ("spec", "lifecycle"))
        if spec.get("sunset_on") and not _is_day(spec["sunset_on"]):
            yield Problem(f"{spec['sunset_on']} is no day.", ("spec", "sunset_on"))
        for word in ENDING:
            if spec.get(word) and not is_ending:
                yield Problem(f"{word} is for what is deprecated.", ("spec", word), is_key=True)
        if spec.get("replacement") == manifest.name:
            yield Problem("It can't replace itself.", ("spec", "replacement"))
        for words in facts.problems(facts.links(spec.get("links", []))):
            yield Problem(words, ("spec", "links"))

    def fields(self, data: Mapping[str, Any]) -> Fields:
        found = super().fields(data)
        if "links" in found:
            found["links"] = _links(found["links"])
        if found.get("lifecycle") == DEPRECATED:
            found.setdefault("replacement", None)
        return found

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        yield from super().references(data)
        if data["spec"]["kind"] == Component.Kind.TRANSFORMATION:
            yield Reference("Transformation", data["metadata"]["name"], ("spec", "kind"))
        if other := data["spec"].get("replacement"):
            yield Reference("Component", other, ("spec", "replacement"))

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        rows = queries.components().exclude(team__is_nobody=True)
        if names is not None:
            rows = rows.filter(name__in=names)
        return {component.name: _fields(component) for component in rows}

    def ahead(self, manifest: Manifest, world: World) -> Fields | None:
        """A transformation's component is made with it."""
        made = world.documents.get(("Transformation", manifest.name))
        if made is None:
            return None
        new = Component(
            name=manifest.name,
            kind=Component.Kind.TRANSFORMATION,
            title=in_one_line(made.data["metadata"].get("title", "")),
            description=made.data["metadata"].get("description", ""),
            team=Team(name=made.data["metadata"]["team"]),
        )
        return _fields(new)

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterator[str]:
        if present is None and manifest.name in _unowned(world):
            yield operations.unclaimed(manifest.name, wanted["team"])
        is_made = (self.name, manifest.name) in world.present
        if present is None or is_made:
            yield from super().refusals(manifest, wanted, present, world)
        else:  # the document of a transformation makes it, for the team that it names
            yield from world.forbidden("transformation.register", present["team"])
            yield from world.forbidden("component.change", present["team"])
        if present is not None and wanted["team"] != present["team"]:
            yield from world.forbidden("component.hand_over", present["team"])
        is_ending = wanted.get("lifecycle") == DEPRECATED
        if is_ending and (present is None or wanted["sunset_on"] != present["sunset_on"]):
            yield from world.forbidden("component.deprecate", wanted["team"])
            if wanted["sunset_on"] <= world.now.date().isoformat():
                yield "Choose a day to come: whoever uses it needs time to leave it."

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        words = (
            "A component has a history that stays: say lifecycle: deprecated with sunset_on, so "
            "that those who use it hear of its end."
        )
        return dict.fromkeys(names, Farewell(words, stays=True))

    def document(self, name: str, fields: Fields) -> dict[str, Any] | str:
        kept = {key: value for key, value in fields.items() if value is not None}
        return super().document(name, kept)

    def do(self, task: Task) -> None:
        component = Component.objects.select_related("team").filter(name=task.name).first()
        if component is None:
            component = operations.register(
                name=task.name,
                team=accounts.team(task.wanted["team"]),
                kind=task.wanted["kind"],
                by=task.by,
                now=task.now,
            )
        if component.team.name != task.wanted["team"]:
            component = operations.hand_over(
                component=component,
                to=accounts.team(task.wanted["team"]),
                confirm=component.name,
                by=task.by,
                now=task.now,
                reason=task.reason,
            )
        _change(component, task)


def _change(component: Component, task: Task) -> None:
    """Its facts, and its end: what is deprecated is brought back before it is changed."""
    given = {key: value for key, value in task.given(*FACTS).items() if value is not None}
    stage = given.get("lifecycle")
    ends = {"sunset_on", "replacement", "lifecycle"} & set(task.differing)
    was_ending = component.lifecycle == DEPRECATED
    if ends and was_ending:
        back = stage if stage and stage != DEPRECATED else Component.Lifecycle.PRODUCTION
        component = operations.restore(
            component=component, lifecycle=back, by=task.by, now=task.now, reason=task.reason
        )
    told = {key: value for key, value in given.items() if value != DEPRECATED}
    if told:
        component = operations.change(component=component, by=task.by, now=task.now, **told)
    if ends and task.wanted.get("lifecycle") == DEPRECATED:
        other = task.wanted.get("replacement")
        operations.deprecate(
            component=component,
            sunset_on=date.fromisoformat(task.wanted["sunset_on"]),
            replacement=queries.component(other) if other else None,
            by=task.by,
            now=task.now,
            reason=task.reason,
        )


def _fields(component: Component) -> Fields:
    other = component.replacement
    return {
        "team": component.team.name,
        "title": component.title,
        "description": component.description,
        "kind": component.kind,
        "tier": component.tier,
        "lifecycle": component.lifecycle,
        "sunset_on": component.sunset_on.isoformat() if component.sunset_on else None,
        "replacement": other.name if other else None,
        "links": component.links,
    }


def _unowned(world: World) -> set[str]:
    if UNOWNED not in world.notes:
        world.notes[UNOWNED] = queries.unowned_names()
    found: set[str] = world.notes[UNOWNED]
    return found


def _links(given: Any) -> list[dict[str, str]]:
    """As the operation keeps them: with a title, and in its order."""
    return [link.kept() for link in facts.links(given)]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
