"""A file read: its spec, and everything that is wrong with it, each with its place. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipelines.transformations import rules, sql
from pipelines.transformations.outline import Outline
from pipelines.transformations.spec import File
from pipelines.transformations.sql import Statement
from portal.files import document, shape
from portal.files.document import Document
from portal.files.events import Unreadable
from portal.files.findings import Finding, Path


@dataclass(frozen=True)
class Reading:
    """What a file says. `findings` are of its text, its shape and its rules, not of its SQL."""

    document: Document
    outline: Outline
    findings: tuple[Finding, ...] = ()
    statements: Mapping[Path, Statement] = field(default_factory=dict)

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The content; only where there are no findings."""
        spec: dict[str, Any] = self.document.data["spec"]
        return spec

    @property
    def source(self) -> dict[str, Any]:
        """Where the file comes from, as it says."""
        return dict(self.outline.mapping("source"))

    def sql_findings(self, statements: Mapping[Path, Statement]) -> Iterator[Finding]:
        """What does not fit between these statements and the rest of the file."""
        for problem in sql.problems(self.outline, statements):
            yield self.document.finding_inside(
                problem.message, problem.path, problem.line, problem.column
            )


def read(file: str | bytes | dict[str, Any]) -> Reading:
    """Read a file as far as it goes. It never raises for what people write."""
    try:
        found = document.read(file)
    except Unreadable as unreadable:
        nothing = Document(data=None, text="")
        return Reading(nothing, Outline(None), (unreadable.finding,))
    return of(found)


def of(found: Document) -> Reading:
    """The same of a document that was taken apart already, perhaps one of several in a file."""
    outline = Outline(found.data)
    return Reading(
        document=found,
        outline=outline,
        findings=(*found.findings, *_findings(found, outline)),
        statements={path: sql.read(text) for path, text in outline.queries},
    )


def _findings(found: Document, outline: Outline) -> Iterator[Finding]:
    for path, message, is_key in shape.problems(File, found.data):
        yield found.finding(message, path, at_key=is_key)
    for path, message in rules.name_problems(outline):
        yield found.finding(message, path, at_key=True)
    for path, message in rules.problems(outline):
        yield found.finding(message, path)
    if (text := outline.text("spec", "sql")) and not text.strip():
        yield found.finding("The query is empty. Write one SELECT.", ("spec", "sql"))
