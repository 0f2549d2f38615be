"""What would be done, in order and in words: documents against what is there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.manifests.kinds import registry
from portal.manifests.kinds.base import Action, Difference, Fields, Key, Manifest
from portal.manifests.world import APPLY, World

DONE: dict[Action, str] = {
    "create": "is created",
    "change": "is changed",
    "keep": "is as the file says, and is kept there from now on",
    "remove": "is removed",
    "leave": "stays, and is kept in no file any more",
}


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a thing that files keep: by whom, where, and what they said last."""

    source: str
    file: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that would become otherwise. With refusals it would not."""

    action: Action
    kind: str
    name: str
    file: str = ""
    line: int | None = None
    team: str | None = None
    words: str = ""
    differences: tuple[Difference, ...] = ()
    refusals: tuple[str, ...] = ()
    kept_in: str = ""  # the source that keeps it so far
    is_forbidden: bool = False  # it is not this person's to keep in files

    @property
    def key(self) -> Key:
        return (self.kind, self.name)

    def as_json(self) -> dict[str, Any]:
        return {
            "action": self.action,
            "kind": self.kind,
            "name": self.name,
            "file": self.file,
            "line": self.line,
            "team": self.team,
            "words": self.words,
            "differences": [each.as_json() for each in self.differences],
            "refusals": list(self.refusals),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it. `stray` was kept in files of this source and stands in none any more."""

    source: str
    prune: bool
    steps: tuple[Step, ...] = ()
    unchanged: int = 0
    stray: tuple[Key, ...] = ()
    manifests: Mapping[Key, Manifest] = field(default_factory=dict)
    wanted: Mapping[Key, Fields] = field(default_factory=dict)

    @property
    def refused(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.refusals)

    @property
    def counts(self) -> dict[str, int]:
        """How many things would be created, changed, kept, removed and left."""
        found: dict[str, int] = dict.fromkeys(DONE, 0)
        for step in self.steps:
            found[step.action] += 1
        return found

    @property
    def secrets(self) -> list[dict[str, Any]]:
        """The references to secrets that documents name, and where."""
        found = []
        for key, manifest in self.manifests.items():
            if secret := self.wanted[key].get("secret"):
                word, name = next((word, name) for word, name in secret.items() if name)
                place = manifest.document.finding("", ("spec", "secret", word)).line
                reference = f"{word}:{name}"
                found.append({"reference": reference, "file": manifest.file, "line": place or 1})
        return found

    @property
    def digest(self) -> str:
        """The same for the same steps, whoever asks: what was agreed to is what is done."""
        steps = [
            {**step.as_json(), "refusals": None, "kept_in": step.kept_in} for step in self.steps
        ]
        said = [self.source, self.prune, steps]
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def plan(
    *,
    manifests: Mapping[Key, Manifest],
    world: World,
    held: Mapping[Key, Held],
    source: str,
    prune: bool,
    take_over: bool,
) -> Plan:
    """The steps from what is there to what the documents say. Asks nothing of the database."""
    steps = [
        step
        for manifest in _ordered(manifests)
        if (
            step := _step(
                manifest, world, held.get(manifest.key), source=source, take_over=take_over
            )
        )
    ]
    stray = [key for key, one in held.items() if one.source == source and key not in manifests]
    farewells = list(_farewells(stray, world, held)) if prune else []
    return Plan(
        source=source,
        prune=prune,
        steps=(*steps, *farewells),
        unchanged=len(manifests) - len(steps),
        stray=() if prune else tuple(sorted(stray)),
        manifests=manifests,
        wanted=world.wanted,
    )


def _step(
    manifest: Manifest, world: World, held: Held | None, *, source: str, take_over: bool
) -> Step | None:
    kind = registry.kind_of(manifest.kind)
    wanted = world.wanted[manifest.key]
    present = world.present.get(manifest.key) or kind.ahead(manifest, world)
    found = kind.differences(manifest.name, wanted, present or {}, world)
    differences = tuple(_marked(each, wanted, held) for each in found)
    is_elsewhere = held is not None and held.source != source
    action: Action = "create" if present is None else "change" if differences else "keep"
    is_kept = held == Held(source, manifest.file, wanted)
    if action == "keep" and is_kept:
        return None
    team = kind.team(manifest.name, present or wanted, world)
    refusals = []
    if is_elsewhere and not take_over and held:
        refusals.append(
            f"It is kept in {held.source}, file {held.file}. Take it out there, or take it over "
            "with --take-over."
        )
    if action != "keep":
        refusals += kind.refusals(manifest, wanted, present, world)
    refusals = refusals or world.forbidden(APPLY, team)
    return Step(
        action=action,
        kind=manifest.kind,
        name=manifest.name,
        file=manifest.file,
        line=manifest.line,
        team=team,
        words=f"{kind.noun.capitalize()} {manifest.name} {DONE[action]}.",
        differences=differences,
        refusals=tuple(dict.fromkeys(refusals)),
        kept_in=held.source if held else "",
        is_forbidden=not world.may(APPLY, team),
    )


def _marked(found: Difference, wanted: Fields, held: Held | None) -> Difference:
    """Drift is what the file said before already: somebody changed it elsewhere."""
    is_drift = held is not None and held.fields.get(found.field, ...) == wanted.get(found.field)
    return replace(found, is_drift=is_drift)


def _ordered(manifests: Mapping[Key, Manifest]) -> Iterator[Manifest]:
    """By kind, then by name; what others of its kind need comes before them."""
    rank = {name: number for number, name in enumerate(registry.names())}
    done: set[Key] = set()
    for key in sorted(manifests, key=lambda key: (rank[key[0]], key[1])):
        yield from _after_needed(key, manifests, done)


def _after_needed(
    key: Key, manifests: Mapping[Key, Manifest], done: set[Key]
) -> Iterator[Manifest]:
    """One and what it needs of its own kind. A circle is cut where it is met again."""
    if key in done or key not in manifests:
        return
    done.add(key)
    manifest = manifests[key]
    for reference in registry.kind_of(key[0]).references(manifest.data):
        if reference.kind == key[0]:
            yield from _after_needed(reference.key, manifests, done)
    yield manifest


def _farewells(stray: Iterable[Key], world: World, held: Mapping[Key, Held]) -> Iterator[Step]:
    """What is in no file any more, from the last kind to the first."""
    names: dict[str, list[str]] = {}
    for word, name in sorted(stray):
        names.setdefault(word, []).append(name)
    for word in reversed(registry.names()):
        kind = registry.kind_of(word)
        there = {name for name in names.get(word, ()) if (word, name) in world.present}
        found = kind.farewells(there, world)
        for name in names.get(word, ()):
            key = (word, name)
            farewell = found.get(name)
            is_gone = name not in there
            stays = is_gone or farewell is None or farewell.stays
            team = kind.team(name, world.present.get(key, {}), world)
            why = "It is gone already." if is_gone else farewell.words if farewell else ""
            action: Action = "leave" if stays else "remove"
            refusals = [] if stays else world.forbidden(kind.leaving, team)
            yield Step(
                action=action,
                kind=word,
                name=name,
                file=held[key].file,
                team=team,
                words=f"{kind.noun.capitalize()} {name} {DONE[action]}. {why}".strip(),
                refusals=tuple(refusals or world.forbidden(APPLY, team)),
                kept_in=held[key].source,
                is_forbidden=not world.may(APPLY, team),
            )


def drift(held: Mapping[Key, Held], world: World) -> list[Step]:
    """What is not as files said last: it was changed elsewhere, or is gone."""
    found = []
    for key, one in sorted(held.items()):
        kind = registry.kind_of(key[0])
        present = world.present.get(key)
        noun = f"{kind.noun.capitalize()} {key[1]}"
        if present is None:
            found.append(Step("create", *key, file=one.file, words=f"{noun} is gone."))
            continue
        differences = tuple(kind.differences(key[1], one.fields, present, world))
        if differences:
            names = ", ".join(each.field for each in differences)
            words = f"{noun} was changed elsewhere: {names}."
            found.append(Step("change", *key, one.file, words=words, differences=differences))
    return found
