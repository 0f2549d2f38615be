"""Two versions beside each other: what differs, in words first, and the text for the browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deployments.releases import queries as releases
from deployments.releases.models import Release
from deployments.rollouts import queries as rollouts
from pipelines.transformations import diff, queries
from pipelines.transformations.diff import Difference
from pipelines.transformations.models import Version
from portal import diff as texts
from portal.catalog.models import Component
from portal.errors import Refused
from portal.tones import Tone


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the version, its release, where it is live, and whether it is rejected."""

    version: Version
    release: Release
    places: tuple[str, ...]

    @property
    def rejection(self) -> Mapping[str, Any] | None:
        return self.release.rejection  # type: ignore[attr-defined, no-any-return]

    @property
    def number(self) -> int:
        return self.version.number


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether clients who read the one can read the other, in a glance and a sentence."""

    tone: Tone
    icon: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    old: Side
    new: Side
    difference: Difference
    file: texts.Diff
    unified: str

    @property
    def verdict(self) -> Verdict:
        return verdict(self.difference, str(self.old.version), str(self.new.version))

    @property
    def same_columns(self) -> int:
        contract = self.difference.contract
        return len(contract.rows) - len(contract.changed)


def comparison(component: Component, old: str, new: str) -> Comparison:
    """Of two versions by their numbers; without them the newest with the one before it."""
    chosen = _chosen(component, old, new)
    places = rollouts.matrix(component)
    sides = []
    for number in chosen:
        release = releases.release(component, number)
        serving = tuple(place.environment.name for place in rollouts.serving(places, release))
        sides.append(Side(queries.version(component, number), release, serving))
    before, after = sides
    names = f"{component.name}.yaml {before.version}", f"{component.name}.yaml {after.version}"
    return Comparison(
        old=before,
        new=after,
        difference=diff.compare(
            before.version.spec,
            after.version.spec,
            is_same_meaning=before.version.meaning == after.version.meaning,
        ),
        file=texts.compare(before.version.file, after.version.file),
        unified=diff.unified(before.version.file, after.version.file, *names),
    )


def verdict(difference: Difference, old: str, new: str) -> Verdict:
    """A sentence about both: compatible or not, and what changes."""
    changes = difference.words()
    changed = f"Changes {_listed(changes)}." if changes else "Nothing that runs differs."
    if difference.is_same_meaning and changes == ["the SQL"]:
        changed = "Both mean the same: only layout, comments or descriptions differ."
    contract = difference.contract
    if contract.breaking:
        columns = _listed([row.column for row in contract.breaking])
        words = f"Clients that read {old} may fail on {columns}. {changed}"
        return Verdict("bad", "bad", "Not compatible", words)
    if contract.changed:
        return Verdict("good", "good", "Compatible", f"Clients of {old} can read {new}. {changed}")
    return Verdict("good", "good", "Same columns", changed)


def numbers(component: Component, most: int = 50) -> Sequence[int]:
    """What can be compared, newest first."""
    rows = queries.versions(component).order_by("-number")
    return list(rows.values_list("number", flat=True)[:most])


def _chosen(component: Component, old: str, new: str) -> tuple[int, int]:
    newest = numbers(component, 2)
    if not newest:
        raise Refused(f"{component.name} has no versions to compare yet.")
    after = _number(new) or newest[0]
    before = _number(old) or max(after - 1, 1)
    return before, after


def _number(text: str) -> int:
    digits = text.removeprefix("v")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
