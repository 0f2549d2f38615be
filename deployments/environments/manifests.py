"""Environments in files, with how many people approve what goes there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field

from deployments.environments import operations, queries
from portal.manifests.kinds.base import Fields, Manifest, Task
from portal.manifests.kinds.described import Described
from portal.manifests.shapes import Envelope, Name, Part, Title
from portal.manifests.world import World


class Metadata(Part):
    """What it is called."""

    name: Name
    title: Title = ""


class Spec(Part):
    """Where it stands in the order of promotion, and the rule about approvals there."""

    order: Annotated[int, Field(ge=0, le=operations.MOST)]
    approvals: Annotated[int, Field(ge=0, le=10)] = 0
    is_production: bool = False


class EnvironmentDocument(Envelope):
    """A place to deploy to. `approvals`: people beside the one who asks."""

    kind: Literal["Environment"]
    metadata: Metadata
    spec: Spec


class Environments(Described):
    name = "Environment"
    noun = "environment"
    file = "environments.yaml"
    model: ClassVar[type[BaseModel]] = EnvironmentDocument
    in_metadata = ("title",)
    verbs = ("environment.create", "environment.change")

    def team(self, name: str, fields: Fields, world: World | None = None) -> str | None:
        return None

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        """All of them, whichever are asked for: there are few, and they share one order."""
        return {
            place.name: {field: getattr(place, field) for field in operations.CHANGEABLE}
            for place in queries.environments()
        }

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterator[str]:
        yield from super().refusals(manifest, wanted, present, world)
        if present is None or present["order"] != wanted["order"]:
            for kind, name in {*world.present, *world.wanted}:
                if kind != self.name or name == manifest.name:
                    continue
                now = world.present.get((kind, name), {}).get("order")
                then = (world.fields_of(kind, name) or {}).get("order")
                if wanted["order"] in {now, then}:
                    yield f"{name} stands at place {wanted['order']}. Choose another."

    def do(self, task: Task) -> None:
        reason = task.reason or "As it is kept in files."
        if task.present is None:
            operations.create(
                name=task.name,
                title=task.wanted.get("title", ""),
                order=task.wanted["order"],
                approvals=task.wanted.get("approvals", 0),
                is_production=task.wanted.get("is_production", False),
                by=task.by,
                now=task.now,
                reason=reason,
            )
            return
        operations.change(
            environment=queries.environment(task.name),
            by=task.by,
            now=task.now,
            reason=reason,
            **task.given(*operations.CHANGEABLE),
        )
