"""A golden path read from its file: the definition, or what is wrong with it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.files import document, shape
from portal.files.document import Document
from portal.files.events import Unreadable
from portal.files.findings import Finding, in_order
from portal.golden_paths import rules
from portal.golden_paths.definition import Definition
from portal.golden_paths.rules import Vocabulary


@dataclass(frozen=True)
class Reading:
    """What a file says; the definition only where there are no findings."""

    content: dict[str, Any] = field(default_factory=dict)
    definition: Definition | None = None
    findings: tuple[Finding, ...] = ()
    name: str = ""  # as far as it can be read


def read(file: str | bytes | dict[str, Any], known: Vocabulary) -> Reading:
    """Read a file as far as it goes. It never raises for what people write."""
    try:
        found = document.read(file)
    except Unreadable as unreadable:
        return Reading(findings=(unreadable.finding,))
    findings = in_order([*found.findings, *_findings(found, known)])
    name = _name(found.data)
    if findings:
        return Reading(findings=tuple(findings), name=name)
    return Reading(content=found.data, definition=Definition.model_validate(found.data), name=name)


def digest(content: dict[str, Any]) -> str:
    """The identity of a path's content: SHA-256 of its canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def as_content(content: dict[str, Any]) -> str:
    """The content as JSON, with its keys as they stand in the file."""
    return json.dumps(content, ensure_ascii=False)


def as_text(file: str | bytes | dict[str, Any]) -> str:
    """The file as it is kept beside its content: as written, or as JSON where it was data."""
    if isinstance(file, dict):
        return json.dumps(file, indent=2, ensure_ascii=False)
    return file if isinstance(file, str) else file.decode(errors="replace")


def _findings(found: Document, known: Vocabulary) -> Iterator[Finding]:
    """Of the shape first; between parts that have another shape there is nothing to say."""
    is_sound = True
    for path, message, is_key in shape.problems(Definition, found.data):
        is_sound = False
        yield found.finding(message, path, at_key=is_key)
    if is_sound:
        for path, message, is_key in rules.problems(Definition.model_validate(found.data), known):
            yield found.finding(message, path, at_key=is_key)


def _name(data: Any) -> str:
    metadata = data.get("metadata") if isinstance(data, dict) else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""
