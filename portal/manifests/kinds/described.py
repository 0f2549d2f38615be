"""What kinds have in common whose documents say `metadata` and `spec`, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel

from portal.files.findings import Finding
from portal.manifests.kinds.base import (
    Difference,
    Farewell,
    Fields,
    Manifest,
    Problem,
    Reference,
)
from portal.names import SLUG_HINT, in_one_line, is_slug

if TYPE_CHECKING:
    from portal.manifests.world import World

API_VERSION = "slipway/v1"


class Described:
    """Fields are those of `metadata` without the name, then those of `spec`."""

    name: ClassVar[str]
    noun: ClassVar[str]
    file: ClassVar[str]
    model: ClassVar[type[BaseModel]]
    in_metadata: ClassVar[tuple[str, ...]] = ("team", "title", "description")
    fixed: ClassVar[tuple[str, ...]] = ()  # fields that stay as they were at the beginning
    verbs: ClassVar[tuple[str, str]]  # the permissions to make it, and to change it
    leaving: ClassVar[str] = ""  # the one to take it away
    is_set_back: ClassVar[bool] = True

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        if not is_slug(manifest.name):
            words = f"“{manifest.name}” can't be a name: use {SLUG_HINT}."
            yield Problem(words, ("metadata", "name"))

    def problems_inside(self, manifest: Manifest, present: Fields | None) -> Iterator[Finding]:
        return iter(())

    def fields(self, data: Mapping[str, Any]) -> Fields:
        metadata = {key: value for key, value in data["metadata"].items() if key != "name"}
        found = {key: tidied(value) for key, value in {**metadata, **data.get("spec", {})}.items()}
        return found | ({"title": in_one_line(found["title"])} if "title" in found else {})

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        if team := data["metadata"].get("team"):
            yield Reference("Team", team, ("metadata", "team"))

    def ahead(self, manifest: Manifest, world: World) -> Fields | None:
        return None

    def team(self, name: str, fields: Fields, world: World | None = None) -> str | None:
        found: str | None = fields.get("team")
        return found

    def differences(
        self, name: str, wanted: Fields, present: Fields, world: World
    ) -> Iterator[Difference]:
        for field, after in wanted.items():
            if field not in present or present[field] != after:
                yield Difference(field, present.get(field), after)

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterator[str]:
        if present is None:
            owner = self.team(manifest.name, wanted, world)
            yield from world.forbidden(self.verbs[0], owner)
            return
        for field in self.fixed:
            if field in wanted and wanted[field] != present[field]:
                yield self._stays(manifest.name, field, present[field])
        yield from world.forbidden(self.verbs[1], self.team(manifest.name, present))

    def _stays(self, name: str, field: str, before: Any) -> str:
        return (
            f"The {field} of a {self.noun} is said once: {name} has “{before}”. Write that, or use "
            "another name."
        )

    def farewells(self, names: Collection[str], world: World) -> Mapping[str, Farewell]:
        words = f"A {self.noun} can't be taken away."
        return dict.fromkeys(names, Farewell(words, stays=True))

    def seen(self, name: str, fields: Fields, world: World) -> Fields:
        return fields

    def document(self, name: str, fields: Fields) -> dict[str, Any] | str:
        metadata = {"name": name, **_picked(fields, self.in_metadata, inside=True)}
        spec = _picked(fields, self.in_metadata, inside=False)
        envelope = {"apiVersion": API_VERSION, "kind": self.name, "metadata": metadata}
        return {**envelope, "spec": spec} if spec else envelope


def tidied(value: Any) -> Any:
    """Short texts as operations keep them, without space around."""
    return value.strip() if isinstance(value, str) else value


def _picked(fields: Fields, names: Iterable[str], *, inside: bool) -> Fields:
    return {
        key: value
        for key, value in fields.items()
        if (key in names) is inside and value not in ("", None, [], {})
    }
