"""Teams in files, with who is in them by hand.

Whoever is in a team by a group of the identity provider is none of a file's concern, which neither
names nor takes them; named in a file, they stay when the group no longer says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Literal

from django.db.models import Prefetch
from pydantic import BaseModel

from portal.accounts import change_operations, operations, queries
from portal.accounts.models import Membership, Role, Team, User
from portal.errors import NotFound
from portal.manifests.kinds.base import Difference, Fields, Manifest, Reference, Task
from portal.manifests.kinds.described import Described
from portal.manifests.reading import PERSON
from portal.manifests.shapes import Envelope, Name, Part, Title, Words
from portal.manifests.world import World

BY_HAND = Membership.Source.PERSON


class Metadata(Part):
    """What it is called."""

    name: Name
    title: Title = ""
    description: Words = ""


class Spec(Part):
    """Who is in it, by sign-in name, with the role there. Whoever is not named is in it only where
    a group of the identity provider says so."""

    members: dict[Name, Literal["viewer", "developer", "maintainer"]]


class TeamDocument(Envelope):
    """A team."""

    kind: Literal["Team"]
    metadata: Metadata
    spec: Spec | None = None


class Teams(Described):
    name = "Team"
    noun = "team"
    file = "teams.yaml"
    model: ClassVar[type[BaseModel]] = TeamDocument
    in_metadata = ("title", "description")
    verbs = ("team.create", "team.members")

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        for person in data.get("spec", {}).get("members", {}):
            yield Reference(PERSON, person, ("spec", "members", person))

    def team(self, name: str, fields: Fields, world: World | None = None) -> str | None:
        return name

    def present(self, names: Collection[str] | None) -> dict[str, Fields]:
        members = Membership.objects.filter(source=BY_HAND).select_related("user")
        members = members.order_by("user__username")
        rows = Team.objects.prefetch_related(Prefetch("memberships", members))
        if names is not None:
            rows = rows.filter(name__in=names)
        return {
            team.name: {
                "title": team.title,
                "description": team.description,
                "members": {one.user.username: one.role for one in team.memberships.all()},
            }
            for team in rows
        }

    def differences(
        self, name: str, wanted: Fields, present: Fields, world: World
    ) -> Iterator[Difference]:
        for found in super().differences(name, wanted, present, world):
            if found.field == "members":
                yield from _members(wanted["members"], present.get("members", {}))
            else:
                yield found

    def refusals(
        self, manifest: Manifest, wanted: Fields, present: Fields | None, world: World
    ) -> Iterator[str]:
        if present is None:
            yield from world.forbidden("team.create", None)
            return
        differing = {each.field for each in super().differences("", wanted, present, world)}
        if "members" in differing:
            yield from world.forbidden("team.members", manifest.name)
            if not world.by.is_platform and Role.MAINTAINER not in wanted["members"].values():
                yield "A team keeps a maintainer, who can let others in. Name one."
        if differing - {"members"}:
            yield from world.forbidden("team.change", manifest.name)

    def do(self, task: Task) -> None:
        if task.present is None:
            operations.create_team(
                name=task.name,
                title=task.wanted.get("title", ""),
                description=task.wanted.get("description", ""),
                by=task.by,
                now=task.now,
            )
        team = queries.team(task.name)
        if task.present is not None and (given := task.given("title", "description")):
            change_operations.change_team(team=team, by=task.by, now=task.now, **given)
        if "members" in task.differing:
            _set_members(team, task)


def _members(wanted: Mapping[str, str], present: Mapping[str, str]) -> Iterator[Difference]:
    for person in sorted({*wanted, *present}):
        before, after = present.get(person), wanted.get(person)
        if before != after:
            yield Difference(f"members.{person}", before, after)


def _set_members(team: Team, task: Task) -> None:
    """Who comes in or rises first, so that there is a maintainer at every moment."""
    wanted: dict[str, str] = task.wanted["members"]
    present: dict[str, str] = (task.present or {}).get("members", {})
    people = {user.username: user for user in User.objects.filter(username__in=wanted)}
    rising = sorted(wanted, key=lambda person: wanted[person] != Role.MAINTAINER)
    for person in rising:
        if wanted[person] != present.get(person):
            if person not in people:
                raise NotFound(f"There is nobody called “{person}”.")
            operations.set_member(
                team=team, user=people[person], role=wanted[person], by=task.by, now=task.now
            )
    unnamed = queries.members(team).filter(source=BY_HAND).exclude(user__username__in=wanted)
    for membership in unnamed:
        operations.remove_member(team=team, user=membership.user, by=task.by, now=task.now)
