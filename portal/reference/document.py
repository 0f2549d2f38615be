"""The OpenAPI document as a person reads it: nouns, verbs, fields, and a command to try. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from portal.reference.schemas import Schema, kind_of, meant, type_of

METHODS = ("get", "post", "put", "patch", "delete")
SAMPLES = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Field:
    """Something that can be given. `kind`: its type, or the words that it may be."""

    name: str
    kind: str
    is_required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb at one address. `options` stand behind the curl of `curl`, before the address."""

    id: str
    method: str
    path: str
    text: str
    asked: tuple[Field, ...]  # behind the "?"
    body: tuple[Field, ...]
    options: str

    def curl(self, origin: str) -> str:
        """A command for a shell, for a portal at `origin` ("https://slipway.example")."""
        who = '-H "Authorization: Bearer $SLIPWAY_TOKEN"'
        return f"curl {who}{self.options} {origin}{self.path}"


@dataclass(frozen=True, slots=True)
class Noun:
    """What operations are about: the first part of their addresses."""

    name: str
    operations: tuple[Operation, ...]


def nouns(document: Schema) -> tuple[Noun, ...]:
    """Everything in the document, by noun."""
    found = sorted(_operations(document), key=lambda pair: pair[0])
    groups = groupby(found, key=lambda pair: pair[0])
    return tuple(Noun(name, tuple(one for _, one in pairs)) for name, pairs in groups)


def _operations(document: Schema) -> Iterator[tuple[str, Operation]]:
    known = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method in METHODS:
            if said := methods.get(method):
                yield said["tags"][0], _operation(method.upper(), path, said, known)


def _operation(method: str, path: str, said: Schema, known: Schema) -> Operation:
    content = said.get("requestBody", {}).get("content", {})
    kind = next(iter(content), "")
    schema = meant(content[kind]["schema"], known) if kind else {}
    return Operation(
        id=said["operationId"],
        method=method,
        path=path,
        text=said.get("description", ""),
        asked=tuple(_asked(said.get("parameters", ()), known)),
        body=tuple(_fields(schema, known)),
        options=_options(method, kind, schema, known),
    )


def _asked(parameters: Iterable[Schema], known: Schema) -> Iterator[Field]:
    for one in parameters:
        if one["in"] == "query":
            required = bool(one.get("required"))
            text = one.get("description", "")
            yield Field(one["name"], kind_of(meant(one["schema"], known), known), required, text)


def _fields(schema: Schema, known: Schema) -> Iterator[Field]:
    needed = schema.get("required", ())
    for name, said in schema.get("properties", {}).items():
        if not said.get("readOnly"):
            text = said.get("description", "")
            yield Field(name, kind_of(meant(said, known), known), name in needed, text)


def _options(method: str, kind: str, schema: Schema, known: Schema) -> str:
    verb = "" if method == "GET" else f" -X {method}"
    if not kind:
        return verb
    header = f"{verb} -H 'Content-Type: {kind}'"
    if kind != JSON:
        return f"{header} --data-binary @file"
    needed = schema.get("required", ())
    sample = {
        name: _sample(name, meant(said, known), known)
        for name, said in schema.get("properties", {}).items()
        if name in needed
    }
    return f"{header} --data '{json.dumps(sample)}'"


def _sample(name: str, schema: Schema, known: Schema) -> Any:
    if words := schema.get("enum"):
        return words[0]
    if type_of(schema) == "array" and "enum" in (of := meant(schema.get("items", {}), known)):
        return [of["enum"][0]]
    return SAMPLES.get(type_of(schema), name.upper())
