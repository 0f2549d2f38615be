"""Golden paths in files: each is the file that is published anyway."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel

from portal.golden_paths import operations, queries, rules
from portal.golden_paths.definition import Definition
from portal.golden_paths.models import GoldenPath
from portal.manifests.kinds.base import Farewell, Fields, Manifest, Problem, Reference, Task
from portal.manifests.kinds.described import Described
from portal.manifests.world import World


class GoldenPaths(Described):
    """Fields are the parts of its content, and whether it is offered, which a file says."""

    name = "GoldenPath"
    noun = "golden path"
    file = "golden-paths/{name}.yaml"
    model: ClassVar[type[BaseModel]] = Definition
    verbs = ("golden_path.publish", "golden_path.publish")
    leaving = "golden_path.publish"

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        content = Definition.model_validate(manifest.data)
        teams = {reference.name for reference in self.references(manifest.data)}
        known = queries.vocabulary(teams=teams)  # those of other documents are looked up there
        for path, message, is_key in rules.problems(content, known):
            yield Problem(message, path, is_key)

    def fields(self, data: Mapping[str, Any]) -> Fields:
        return _fields(data, is_offered=True)

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        permissions = data["spec"].get("permissions", {})
        for word, who in permissions.items():
            for number, team in enumerate(who.get("teams", [])):
                place = ("spec", "permissions", word, "teams", number)
                yield Reference("Team", team, place)

    def team(self, name: str, fields: Fields, world: World | None = None) -> str | None:
        return None

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        rows = GoldenPath.objects.select_related("current").exclude(current=None)
        rows = rows.filter(is_offered=True) if names is None else rows.filter(name__in=names)
        return {
            path.name: _fields(json.loads(path.current.content), is_offered=path.is_offered)
            | {"file": path.current.file}
            for path in rows
            if path.current
        }

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        words = "It leaves the shelf; what was started with it goes on."
        return dict.fromkeys(names, Farewell(words))

    def document(self, name: str, fields: Fields) -> dict[str, Any] | str:
        return str(fields["file"])

    def do(self, task: Task) -> None:
        version, _ = operations.publish(
            definition=task.text, by=task.by, now=task.now, name=task.name
        )
        if not version.path.is_offered:
            operations.offer(
                path=version.path, is_offered=True, by=task.by, now=task.now, reason=task.reason
            )

    def leave(self, task: Task) -> None:
        path = queries.path(task.name, by=task.by)
        if path.is_offered:
            operations.offer(
                path=path, is_offered=False, by=task.by, now=task.now, reason=task.reason
            )


def _fields(content: Mapping[str, Any], *, is_offered: bool) -> Fields:
    """Each part of the content by its name, as its digest sees it."""
    metadata = {key: value for key, value in content["metadata"].items() if key != "name"}
    spec = {key: _canonical(value) for key, value in content["spec"].items()}
    return {**metadata, **spec, "is_offered": is_offered}


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
