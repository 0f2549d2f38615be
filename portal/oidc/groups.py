"""What the groups of an identity provider mean here. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

PLATFORM = "platform"
RANK = {"viewer": 1, "developer": 2, "maintainer": 3}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A role in a team; the platform role has no team."""

    team: str
    role: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody's groups give: for each team (role, group), and the group behind `platform`."""

    teams: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    platform: str = ""

    @property
    def is_something(self) -> bool:
        return bool(self.teams or self.platform)


def read(text: str) -> dict[str, tuple[Meaning, ...]]:
    """`group=team:role; group=platform`, separated by semicolons or lines.

    A group may be named more than once, and may hold `=` itself (as names of a directory do).
    ValueError, in words, for what can't be read.
    """
    found: dict[str, tuple[Meaning, ...]] = {}
    for part in text.replace("\n", ";").split(";"):
        if not part.strip():
            continue
        group, _, meant = (word.strip() for word in part.rpartition("="))
        found[group] = (*found.get(group, ()), _meaning(part.strip(), group, meant))
    return found


def _meaning(part: str, group: str, meant: str) -> Meaning:
    if group and meant == PLATFORM:
        return Meaning("", PLATFORM)
    team, _, role = meant.partition(":")
    if not (group and team and role in RANK):
        raise ValueError(
            f"“{part}” is not understood: write group=team:role with viewer, developer or "
            "maintainer, or group=platform."
        )
    return Meaning(team, role)


def wanted(meanings: Mapping[str, tuple[Meaning, ...]], held: Collection[str]) -> Wanted:
    """What these groups give; the strongest role where several name one team."""
    teams: dict[str, tuple[str, str]] = {}
    platform = ""
    for group in sorted(set(held) & meanings.keys()):
        for meaning in meanings[group]:
            if meaning.role == PLATFORM:
                platform = platform or group
            elif RANK[meaning.role] > RANK.get(teams.get(meaning.team, ("", ""))[0], 0):
                teams[meaning.team] = (meaning.role, group)
    return Wanted(teams, platform)
