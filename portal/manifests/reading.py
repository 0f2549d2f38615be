"""Files read into manifests, and everything that is wrong with them, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from portal.files import document, shape
from portal.files.document import Section
from portal.files.findings import Finding, listed
from portal.manifests.kinds import registry
from portal.manifests.kinds.base import Key, Manifest, Path

LARGEST = 8 * 1024 * 1024  # bytes of all files together
MOST_FINDINGS = 200  # that are told at once
PERSON = "Person"  # who can be named, and is not made by documents
SPOKEN_OUT = (
    "No secret stands in a file. Say where apply finds it: secret: {env: NAME} or {file: PATH}."
)


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent; `path` counts from the folder."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and the file in which it is."""

    file: str
    finding: Finding

    def as_detail(self) -> dict[str, object]:
        """In the form that `Refused` carries."""
        return {"file": self.file, **self.finding.as_detail()}


@dataclass(slots=True)
class Reading:
    """What files say, as far as they can be read."""

    manifests: dict[Key, Manifest]
    findings: list[Located]

    def found(self, manifest: Manifest, message: str, path: Path, *, at_key: bool = False) -> None:
        finding = manifest.document.finding(message, path, at_key=at_key)
        self.findings.append(Located(manifest.file, finding))


def read(files: Iterable[File]) -> Reading:
    """Read all of them as far as they go. It never raises for what people write."""
    reading = Reading({}, [])
    for file in sorted(files, key=lambda file: file.path):
        sections, findings = document.every(file.text, most=LARGEST)
        reading.findings += [Located(file.path, finding) for finding in findings]
        for section in sections:
            _take(reading, file.path, section)
    return reading


def in_order(findings: Iterable[Located]) -> list[Located]:
    """As they stand in the files, each once."""
    unique = dict.fromkeys(findings)
    return sorted(
        unique,
        key=lambda each: (each.file, each.finding.line or 0, each.finding.column or 0),
    )


def _take(reading: Reading, file: str, section: Section) -> None:
    found = section.document
    reading.findings += [Located(file, finding) for finding in found.findings]
    kind, problem, path = _kind(found.data)
    if problem:
        reading.findings.append(Located(file, found.finding(problem, path)))
        return
    manifest = Manifest(kind, _name(found.data), file, _line(found), found, section.text)
    if not _is_sound(reading, manifest):
        return
    first = reading.manifests.setdefault(manifest.key, manifest)
    if first is not manifest:
        words = (
            f"{kind} {manifest.name} stands in {first.file}, line {first.line}, already. Keep one "
            "of them."
        )
        reading.found(manifest, words, ("metadata", "name"))


def _is_sound(reading: Reading, manifest: Manifest) -> bool:
    """Whether the document has its shape and keeps its rules; else with findings."""
    before = len(reading.findings)
    kind = registry.kind_of(manifest.kind)
    for path, message, is_key in shape.problems(
        kind.model, manifest.document.data, top="the document"
    ):
        words = SPOKEN_OUT if "secret" in path else message  # it would repeat what stands there
        reading.found(manifest, words, path, at_key=is_key)
    if len(reading.findings) == before:
        for problem in kind.problems(manifest):
            reading.found(manifest, problem.message, problem.path, at_key=problem.is_key)
    return len(reading.findings) == before


def _kind(data: Any) -> tuple[str, str, Path]:
    """The kind of a document, or what is wrong with it and where."""
    known = registry.names()
    if not isinstance(data, dict):
        return "", "A document is a mapping that begins with apiVersion and kind.", ()
    kind = data.get("kind")
    if kind in known:
        return str(kind), "", ()
    if kind is None:
        return "", f"kind is missing. There is {listed(known)}.", ()
    near = get_close_matches(str(kind), known, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return "", f"“{kind}” is no kind.{meant} There is {listed(known)}.", ("kind",)


def _name(data: dict[str, Any]) -> str:
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""


def _line(found: document.Document) -> int:
    place = found.places.get(())
    return place.start.line + 1 if place else 1


def missing(
    reading: Reading, known: Iterable[Key], names: Callable[[str], list[str]]
) -> Iterator[tuple[Manifest, str, Path]]:
    """References to what is neither there nor in a document; `names` are all of a kind."""
    there = set(known) | set(reading.manifests)
    named = cache(names)
    for manifest in reading.manifests.values():
        for reference in registry.kind_of(manifest.kind).references(manifest.data):
            if reference.is_needed and reference.key not in there:
                near = get_close_matches(reference.name, named(reference.kind), n=1)
                meant = f" Did you mean {near[0]}?" if near else ""
                yield manifest, _lacking(reference.kind, reference.name) + meant, reference.path


def _lacking(kind: str, name: str) -> str:
    if kind == PERSON:
        return f"There is nobody called “{name}”: people sign in or are made before."
    noun = registry.kind_of(kind).noun
    return f"There is no {noun} called “{name}”, and no document makes it."
