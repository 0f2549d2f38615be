"""An entity as its document describes it. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from portal.descriptors import judging, refs, relations
from portal.descriptors.reading import Document
from portal.descriptors.relations import Relation
from portal.descriptors.substitutions import Load, may_hold, put_in
from portal.files.findings import Finding, Path
from portal.names import in_one_line

LONGEST_WORD = 120
MOST_FINDINGS = 20  # of one entity


@dataclass(slots=True)
class Described:
    """What a document says of one entity; with `findings` it is kept, and not followed."""

    ref: str
    kind: str
    namespace: str
    name: str
    data: dict[str, Any]
    text: str
    line: int
    relations: tuple[Relation, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

    @property
    def metadata(self) -> dict[str, Any]:
        return _mapping(self.data.get("metadata"))

    @property
    def spec(self) -> dict[str, Any]:
        return _mapping(self.data.get("spec"))

    def word(self, name: str) -> str:
        """A short text of `spec`, "" where there is none."""
        value = self.spec.get(name)
        return value[:LONGEST_WORD] if isinstance(value, str) else ""

    def about(self, name: str) -> str:
        """A text of `metadata`."""
        value = self.metadata.get(name)
        return value.strip() if isinstance(value, str) else ""

    @property
    def title(self) -> str:
        """What people call it."""
        return in_one_line(self.about("title"))

    def annotation(self, name: str) -> str:
        value = _mapping(self.metadata.get("annotations")).get(name)
        return value.strip() if isinstance(value, str) else ""

    def target(self, relation: str) -> str:
        """The first that it stands in this relation to, "" for none."""
        own = (
            one.target for one in self.relations if one.type == relation and one.source == self.ref
        )
        return next(own, "")

    @property
    def tags(self) -> list[str]:
        tags = self.metadata.get("tags")
        return [str(tag)[:63] for tag in tags][:50] if isinstance(tags, list) else []


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A document that is no entity: why, and what it seems to be about ("" if it says nothing)."""

    ref: str
    findings: list[Finding]


def described(document: Document, load: Load) -> Described | Unnamed:
    """The entity of a document, with all that is wrong with it."""
    if document.problem is not None:
        return Unnamed(_likely(document), [document.problem])
    identity = judging.identity(document.data)
    if isinstance(identity, list):
        findings = [document.finding(message, path) for path, message in identity]
        return Unnamed(_likely(document), findings)
    kind, namespace, name = identity
    data = document.data
    problems: list[tuple[Path, str]] = []
    if may_hold(document.text):
        data, problems = put_in(data, load)
    ref = refs.full(kind, namespace, name)
    problems += judging.problems(data, kind)
    said = list(relations.said(kind, namespace, ref, _mapping(data.get("spec"))))
    problems += [one for one in said if not isinstance(one, Relation)]
    text = _without_mark(document.text)
    lead = document.text[: len(document.text) - len(text)].count("\n")
    found = Described(
        ref=ref,
        kind=kind,
        namespace=namespace,
        name=name,
        data=data,
        text=text.rstrip() + "\n",
        line=document.line + lead,
        relations=tuple(dict.fromkeys(one for one in said if isinstance(one, Relation))),
        findings=[document.finding(message, path) for path, message in problems[:MOST_FINDINGS]],
    )
    found.digest = _digest(found)
    return found


def _without_mark(text: str) -> str:
    """The document from its first line on, without the line of dashes before it."""
    return text.removeprefix("---").lstrip(" \t").lstrip("\r\n")


def _likely(document: Document) -> str:
    kind, namespace, name = document.likely
    return refs.full(kind, namespace, name)[: refs.LONGEST] if kind and name else ""


def _digest(found: Described) -> str:
    """Of what was written and what was put in; not of where it stands."""
    sum_ = hashlib.sha256(found.text.encode("utf-8", "surrogatepass"))
    if may_hold(found.text):
        sum_.update(repr(found.data).encode("utf-8", "surrogatepass"))
    return sum_.hexdigest()[:32]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
