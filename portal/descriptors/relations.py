"""What entities say of each other, once, in one direction; the other direction is a word. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.descriptors import refs
from portal.files.findings import Path

# The direction that is kept -> how it is called from the other end
PAIRS = {
    "ownedBy": "ownerOf",
    "partOf": "hasPart",
    "dependsOn": "dependencyOf",
    "providesApi": "apiProvidedBy",
    "consumesApi": "apiConsumedBy",
    "memberOf": "hasMember",
    "childOf": "parentOf",
}
WORDS = {
    "ownedBy": "owned by",
    "ownerOf": "owns",
    "partOf": "part of",
    "hasPart": "consists of",
    "dependsOn": "depends on",
    "dependencyOf": "needed by",
    "providesApi": "provides",
    "apiProvidedBy": "provided by",
    "consumesApi": "consumes",
    "apiConsumedBy": "consumed by",
    "memberOf": "member of",
    "hasMember": "has as member",
    "childOf": "child of",
    "parentOf": "parent of",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of `spec` that names others: their kind where none is written ("" if it must be)."""

    name: str
    relation: str
    kind: str
    is_list: bool = False
    is_turned: bool = False  # the other one stands at the kept end


def _part_of(name: str, kind: str) -> Field:
    return Field(name, "partOf", kind)


OWNER = Field("owner", "ownedBy", "group")
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "component": (
        OWNER,
        _part_of("system", "system"),
        _part_of("subcomponentOf", "component"),
        Field("providesApis", "providesApi", "api", is_list=True),
        Field("consumesApis", "consumesApi", "api", is_list=True),
        Field("dependsOn", "dependsOn", "", is_list=True),
        Field("dependencyOf", "dependsOn", "", is_list=True, is_turned=True),
    ),
    "api": (OWNER, _part_of("system", "system")),
    "resource": (
        OWNER,
        _part_of("system", "system"),
        Field("dependsOn", "dependsOn", "", is_list=True),
        Field("dependencyOf", "dependsOn", "", is_list=True, is_turned=True),
    ),
    "system": (OWNER, _part_of("domain", "domain")),
    "domain": (OWNER, _part_of("subdomainOf", "domain")),
    "user": (Field("memberOf", "memberOf", "group", is_list=True),),
    "group": (
        Field("parent", "childOf", "group"),
        Field("children", "childOf", "group", is_list=True, is_turned=True),
        Field("members", "memberOf", "user", is_list=True, is_turned=True),
    ),
    "template": (OWNER,),
}


@dataclass(frozen=True, slots=True)
class Relation:
    """`source` stands in `type` to `target`; both are whole references."""

    source: str
    type: str
    target: str


def said(
    kind: str, namespace: str, ref: str, spec: Mapping[str, Any]
) -> Iterator[Relation | tuple[Path, str]]:
    """The relations that an entity tells of, and a place with a sentence for what is none."""
    for field in FIELDS.get(kind.lower(), ()):
        given = spec.get(field.name)
        if given is None:
            continue
        if field.is_list != isinstance(given, list):
            wanted = "a list of references" if field.is_list else "one reference"
            yield ("spec", field.name), f"spec.{field.name} is to be {wanted}."
            continue
        for number, one in enumerate(given if field.is_list else [given]):
            path: Path = ("spec", field.name, number) if field.is_list else ("spec", field.name)
            yield _related(field, one, ref, namespace, path)


def _related(
    field: Field, given: Any, ref: str, namespace: str, path: Path
) -> Relation | tuple[Path, str]:
    other = refs.read(given, field.kind, namespace)
    if not other or len(other) > refs.LONGEST:
        shape = "kind:namespace/name" if not field.kind else f"[{field.kind}:][namespace/]name"
        return path, f"“{_cut(given)}” names no entity. Write {shape}, such as {_sample(field)}."
    ends = (other, ref) if field.is_turned else (ref, other)
    return Relation(ends[0], field.relation, ends[1])


def _sample(field: Field) -> str:
    return "component:checkout" if not field.kind else f"{field.kind}:default/payments"


def _cut(given: Any) -> str:
    return str(given)[:60]
