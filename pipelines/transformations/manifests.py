"""Transformations in files: each is the file that is registered anyway."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel

from pipelines.transformations import digest, operations, reading
from pipelines.transformations.models import Version
from pipelines.transformations.spec import File
from portal.catalog.models import Component
from portal.files import document, writing
from portal.files.events import Unreadable
from portal.files.findings import Finding
from portal.manifests.kinds.base import (
    Difference,
    Farewell,
    Fields,
    Manifest,
    Reference,
    Task,
)
from portal.manifests.kinds.described import API_VERSION, Described
from portal.manifests.world import World

GRANTED = {"connection": "Connection", "client": "Client", "destination": "Destination"}
TO = {"connection": "query", "client": "deliver to", "destination": "deliver to"}


class Transformations(Described):
    """Fields are the parts of its content; what a component is besides, Component documents say."""

    name = "Transformation"
    noun = "transformation"
    file = "transformations/{name}.yaml"
    model: ClassVar[type[BaseModel]] = File
    fixed = ("team",)
    is_set_back = False  # a version that is registered elsewhere stands beside that of the file
    verbs = ("transformation.register", "transformation.register")

    def problems_inside(self, manifest: Manifest, present: Fields | None) -> Iterator[Finding]:
        """What reading finds in the whole file, SQL included."""
        spec = manifest.data["spec"]
        if present and _is_registered(spec, present):
            return
        found = reading.of(manifest.document)
        yield from found.findings
        yield from found.sql_findings(found.statements)

    def fields(self, data: Mapping[str, Any]) -> Fields:
        return {"team": data["metadata"]["team"], **digest.normalised(data["spec"])}

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        team = data["metadata"]["team"]
        yield Reference("Team", team, ("metadata", "team"))
        yield Reference("Component", data["metadata"]["name"], is_needed=False)
        for path, kind, name in _used(data["spec"]):
            yield Reference(GRANTED[kind], name, path)
            yield Reference("Grant", _grant(team, kind, name), is_needed=False)

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        versions = Version.objects.select_related("transformation__component__team")
        if names is not None:
            versions = versions.filter(transformation__component__name__in=names)
        digests: dict[str, set[str]] = {}
        for name, known in versions.values_list("transformation__component__name", "digest"):
            digests.setdefault(name, set()).add(known)
        newest = versions.order_by("transformation_id", "-number").distinct("transformation_id")
        return {
            version.transformation.component.name: {
                **_team_and_spec(version),
                "": {
                    "digests": digests[version.transformation.component.name],
                    "component": version.transformation.component,
                    "file": version.file,
                },
            }
            for version in newest
        }

    def differences(
        self, name: str, wanted: Fields, present: Fields, world: World
    ) -> Iterator[Difference]:
        spec = {key: value for key, value in wanted.items() if key != "team"}
        if present and wanted["team"] != present["team"]:
            yield Difference("team", present["team"], wanted["team"])
        if present and _is_registered(spec, present):
            return
        for field in dict.fromkeys((*spec, *(key for key in present if key not in {"", "team"}))):
            if spec.get(field) != present.get(field):
                yield Difference(field, present.get(field), spec.get(field))

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterator[str]:
        yield from super().refusals(manifest, wanted, present, world)
        team = wanted["team"]
        other = world.present.get(("Component", manifest.name))
        if present is None and other:
            yield (
                f"{manifest.name} is a {other['kind']} of {other['team']}. Names are unique: "
                "choose another."
            )
        for _, kind, name in _used(manifest.data["spec"]):
            if world.fields_of("Grant", _grant(team, kind, name)) is None:
                yield (
                    f"{team} may not {TO[kind]} {name}. Add a document: kind: Grant, name: "
                    f"{_grant(team, kind, name)}."
                )

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        words = "Its versions, runs and deliveries stand in the history."
        return dict.fromkeys(names, Farewell(words, stays=True))

    def document(self, name: str, fields: Fields) -> dict[str, Any] | str:
        """The file as it was sent, unless another team answers for it by now."""
        component: Component = fields[""]["component"]
        file: str = fields[""]["file"]
        if _team_in(file) == fields["team"]:
            return file
        metadata = {"name": name, "team": fields["team"]}
        words = {"title": component.title, "description": component.description}
        spec = {key: value for key, value in fields.items() if key not in {"", "team"}}
        return writing.written(
            {
                "apiVersion": API_VERSION,
                "kind": self.name,
                "metadata": {**metadata, **{key: word for key, word in words.items() if word}},
                "spec": spec,
            }
        )

    def do(self, task: Task) -> None:
        operations.register(file=task.text, by=task.by, now=task.now)


def _team_and_spec(version: Version) -> Fields:
    return {"team": version.transformation.component.team.name, **version.spec}


def _is_registered(spec: Mapping[str, Any], present: Fields) -> bool:
    """Whether some version has this content: registering it again would change nothing."""
    return digest.identity(spec) in present[""]["digests"]


def _used(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """What it reads and where it delivers: the place in the file, the kind, the name."""
    for word, entry in spec["inputs"].items():
        yield ("spec", "inputs", word, "connection"), "connection", entry["connection"]
    for number, entry in enumerate(spec.get("deliveries", [])):
        for kind in ("client", "destination"):
            yield ("spec", "deliveries", number, kind), kind, entry[kind]


def _grant(team: str, kind: str, name: str) -> str:
    return f"{team}/use/{kind}/{name}"


def _team_in(file: str) -> str:
    try:
        data = document.read(file).data
    except Unreadable:
        return ""
    return str(data["metadata"]["team"])
