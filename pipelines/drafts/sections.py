"""The parts of the form: which findings belong to each, and what still has to be done. Pure.

A part that nobody has filled in yet is to do, not wrong: it says what is missing once somebody
wants to register. Inputs are to do until a query stands that needs none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote

from pipelines.transformations.outline import Outline
from portal.files.findings import Finding, Path

Standing = Literal["done", "todo", "wrong", "optional"]
# name -> (title, is it optional)
SECTIONS: Mapping[str, tuple[str, bool]] = {
    "about": ("Name", False),
    "inputs": ("Inputs", False),
    "query": ("Query", False),
    "contract": ("Contract", True),
    "checks": ("Checks", True),
    "deliveries": ("Deliveries", True),
    "schedule": ("Schedule", True),
}
OF_SPEC = {
    "inputs": "inputs",
    "sql": "query",
    "engine": "query",
    "parameters": "query",
    "contract": "contract",
    "checks": "checks",
    "deliveries": "deliveries",
    "defaults": "schedule",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding beside the form. `number`: the entry of a list that it is about.

    `about` is what that entry is called, where it is a check: its row says it itself. Line and
    column are those of the file; `inside` is the line of the query that one sees.
    """

    message: str
    section: str
    line: int | None = None
    column: int | None = None
    number: int | None = None
    is_missing: bool = False  # to do, not wrong
    inside: int | None = None
    about: str = ""

    @property
    def is_in_row(self) -> bool:
        return bool(self.about)

    def as_detail(self) -> dict[str, object]:
        """In the form that `Refused` carries."""
        place = {"line": self.line, "column": self.column}
        return {"message": self.message, "field": self.section, **place}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with what is to be said about it."""

    name: str
    title: str
    standing: Standing
    told: tuple[Told, ...] = ()

    @property
    def wrong(self) -> tuple[Told, ...]:
        return tuple(one for one in self.told if not one.is_missing)

    @property
    def aside(self) -> tuple[Told, ...]:
        """What is wrong that no row says of itself."""
        return tuple(one for one in self.wrong if not one.is_in_row)

    @property
    def left(self) -> int:
        """How much is to mend or to do here: what the rail says, and the dock adds up."""
        return len(self.told) or int(self.standing == "todo")

    @property
    def tone(self) -> str:
        return {"done": "good", "wrong": "bad"}.get(self.standing, "neutral")

    @property
    def icon(self) -> str:
        return {"done": "check", "wrong": "bad"}.get(self.standing, "waiting")

    @property
    def words(self) -> str:
        return {"done": "done", "wrong": "to mend", "todo": "to do"}.get(self.standing, "optional")


def section_of(path: Path) -> str:
    """The part of the form in which a place of the file is edited; "file" for none."""
    if path[:1] == ("metadata",):
        return "about"
    if path[:1] == ("spec",) and len(path) > 1:
        return OF_SPEC.get(str(path[1]), "file")
    return "file"


def told(findings: Iterable[Finding], outline: Outline) -> list[Told]:
    """Findings as the form shows them, each beside the part that it is about."""
    return [told_one(finding, outline) for finding in findings]


def told_one(finding: Finding, outline: Outline) -> Told:
    """The same of one."""
    path, section = finding.path, section_of(finding.path)
    numbers = [part for part in path if isinstance(part, int)]
    return Told(
        finding.message,
        section,
        finding.line,
        finding.column,
        numbers[0] if numbers and section in {"checks", "deliveries"} else None,
        is_missing=_is_missing(path, outline),
        inside=finding.inside,
        about=_check_called(outline.mapping(*path[:3])) if section == "checks" else "",
    )


def row_key(name: str) -> str:
    """A name as part of an id, which has no spaces; no two names make the same."""
    return quote(name, safe="")


def _check_called(check: Mapping[str, object]) -> str:
    """Empty where there is no such check, and so no row of it."""
    return f"Check “{check['name']}”" if check.get("name") else "A check" if check else ""


def _is_missing(path: Path, outline: Outline) -> bool:
    """Whether nobody has written anything yet where the finding points."""
    if path == ("spec", "sql"):
        return not outline.text(*path).strip()
    return path == ("metadata", "name") and not outline.text(*path)


def sections(outline: Outline, found: Sequence[Told]) -> list[Section]:
    """All parts, in the order of the form."""
    filled = _filled(outline)
    needs_none = filled["query"] and not any(one.section == "query" for one in found)
    result = []
    for name, (title, is_optional) in SECTIONS.items():
        mine = tuple(one for one in found if one.section == name)
        may_be_empty = is_optional or (name == "inputs" and needs_none)
        standing: Standing = "done" if filled[name] else "optional" if may_be_empty else "todo"
        if any(not one.is_missing for one in mine):
            standing = "wrong"
        result.append(Section(name, title, standing, mine))
    return result


def said_missing(found: Sequence[Told]) -> list[Told]:
    """For whoever wants to register: what is to do, in words of doing."""
    words = {"query": "Write the query.", "about": "Give it a name."}
    return [
        replace(one, message=words[one.section]) if one.is_missing and one.section in words else one
        for one in found
    ]


def _filled(outline: Outline) -> dict[str, bool]:
    return {
        "about": bool(outline.text("metadata", "name") and outline.text("metadata", "team")),
        "inputs": bool(outline.inputs),
        "query": bool(outline.text("spec", "sql").strip()),
        "contract": bool(outline.columns),
        "checks": bool(outline.entries("spec", "checks")),
        "deliveries": bool(outline.entries("spec", "deliveries")),
        "schedule": bool(outline.text("spec", "defaults", "schedule", "cron")),
    }
