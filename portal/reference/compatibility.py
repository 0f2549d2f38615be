"""What of a released API a program would miss in a newer one. Pure.

The rules are those of docs/api.md: addresses, fields, values and inputs that may be left out come
at any time; none goes; nothing that is sent becomes narrower, nothing that is answered wider. What
was released as deprecated may go. Names of schemas stay, too: programs are generated from them.
Of what is sent the bounds are held as well: none becomes closer, and a pattern stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
ASKED = {"query": "?", "header": "header:"}  # how a parameter is written behind its operation
HIGHEST = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")
LOWEST = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Part:
    """One place of the API: which types of JSON or named schemas it has, and which values alone.

    `bounds` are those of what is sent; None where a release from before did not keep them.
    """

    kinds: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    is_sent: bool = False
    is_required: bool = False
    is_leaving: bool = False
    bounds: Mapping[str, Any] | None = None


Parts = Mapping[str, Part]


def parts(document: Schema) -> dict[str, Part]:
    """Every operation, parameter, body, answer and field of an OpenAPI document, by its place."""
    found: dict[str, Part] = {}
    for path, verbs in document["paths"].items():
        for method in METHODS:
            if method in verbs:
                found |= dict(_operation(f"{method.upper()} {path}", verbs[method]))
    for name, schema in document["components"]["schemas"].items():
        found |= dict(_schema(name, schema, is_sent=name.endswith("Request")))
    return found


def breaks(old: Parts, new: Parts) -> Iterator[str]:
    """Each thing that a program written for `old` would stumble over in `new`."""
    leaving = tuple(f"{place} " for place, part in old.items() if part.is_leaving)
    for place, part in old.items():
        if part.is_leaving or place.startswith(leaving):
            continue
        if place not in new:
            yield f"{place} is gone"
        else:
            yield from (f"{place} {words}" for words in _narrowed(part, new[place]))
    for place, part in new.items():
        if place not in old and part.is_sent and part.is_required and _stood(place, old):
            yield f"{place} is wanted now"


def _stood(place: str, old: Parts) -> bool:
    """Whether what this is a part of was there before: what is wholly new may want anything."""
    if any(place.rpartition(f" {mark}")[0] in old for mark in ASKED.values()):
        return True
    return place.rpartition(".")[0] in old


def _narrowed(old: Part, new: Part) -> Iterator[str]:
    lost = old.kinds - new.kinds if old.is_sent else set()
    if gone := lost | (old.values - new.values if new.values else set()):
        yield f"has {_words(gone)} no longer"
    if old.is_sent and new.values and not old.values:
        yield f"takes only {_words(new.values)} now"
    if old.kinds and not old.is_sent and (more := new.kinds - old.kinds):
        yield f"may be {_words(more)} now"
    if old.is_sent and old.bounds is not None:
        yield from _closer(old.bounds, new.bounds or {})
    if old.is_sent and new.is_required and not old.is_required:
        yield "is wanted now"
    if not old.is_sent and old.is_required and not new.is_required:
        yield "may be absent now"


def _closer(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Bounds that something passes no longer which passed before."""
    for name in HIGHEST:
        if name in new and (name not in old or new[name] < old[name]):
            yield f"has a {name} of {new[name]} now"
    for name in LOWEST:
        if name in new and (name not in old or new[name] > old[name]):
            yield f"has a {name} of {new[name]} now"
    if PATTERN in new and new[PATTERN] != old.get(PATTERN):
        yield f"has to be like {new[PATTERN]} now"


def _operation(place: str, operation: Schema) -> Iterator[tuple[str, Part]]:
    yield place, Part(is_leaving=operation.get("deprecated", False))
    for one in operation.get("parameters", ()):
        if mark := ASKED.get(one["in"]):
            kinds, values = _what(one["schema"])
            part = Part(
                kinds,
                values,
                is_sent=True,
                is_required=one.get("required", False),
                bounds=_bounds(one["schema"]),
            )
            yield f"{place} {mark}{one['name']}", part
    for kind, one in operation.get("requestBody", {}).get("content", {}).items():
        yield from _schema(f"{place} {kind}", one.get("schema", {}), is_sent=True)
    for status, answer in operation["responses"].items():
        if status != "default":
            yield f"{place} {status}", Part()
            for name in answer.get("headers", {}):
                yield f"{place} {status} header:{name}", Part()
            for kind, one in answer.get("content", {}).items():
                yield from _schema(f"{place} {status} {kind}", one.get("schema", {}), is_sent=False)


def _schema(
    place: str, schema: Schema, *, is_sent: bool, is_required: bool = False
) -> Iterator[tuple[str, Part]]:
    kinds, values = _what(schema)
    bounds = _bounds(schema) if is_sent else None
    yield place, Part(kinds, values, is_sent, is_required, bounds=bounds)
    for name, inner in schema.get("properties", {}).items():
        wanted = name in schema.get("required", ())
        yield from _schema(f"{place}.{name}", inner, is_sent=is_sent, is_required=wanted)
    if isinstance(schema.get("items"), Mapping):
        yield from _schema(f"{place}[]", schema["items"], is_sent=is_sent)


def _what(schema: Schema) -> tuple[frozenset[str], frozenset[str]]:
    """Types and named schemas, and the only values where there are such."""
    said = schema.get("type", [])
    kinds = {said} if isinstance(said, str) else set(said)
    values = {str(one) for one in schema.get("enum", ())}
    if "$ref" in schema:
        kinds.add(str(schema["$ref"]).rpartition("/")[2])
    for way in ("allOf", "oneOf", "anyOf"):
        for one in schema.get(way, ()):
            more = _what(one)
            kinds |= more[0]
            values |= more[1]
    return frozenset(kinds), frozenset(values)


def _bounds(schema: Schema) -> dict[str, Any]:
    return {name: schema[name] for name in (*HIGHEST, *LOWEST, PATTERN) if name in schema}


def _words(found: AbstractSet[str]) -> str:
    return ", ".join(sorted(found))
