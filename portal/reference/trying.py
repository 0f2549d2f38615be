"""An operation of the OpenAPI document as a form: what is filled in, and where it goes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from portal.reference.document import METHODS
from portal.reference.schemas import Schema, kind_of, meant, type_of
from portal.schema_headers import LOOKING

SECRET = {"password", "current", "secret"}
LONG = 500  # characters; what may be longer is written in several lines
WORDS = {"description", "file", "definition", "text", "sql"}


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form.

    `place`: path, query, header or body. `shape`: how it is filled in, and what of JSON it becomes.
    """

    place: str
    name: str
    shape: str  # text, long, secret, number, yes, choice, choices or json
    kind: str  # in words
    is_required: bool
    text: str
    choices: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The identity of its element in the page."""
        return f"{self.place}-{self.name}"

    @property
    def rows(self) -> int:
        """How many of its choices are seen at once."""
        return min(len(self.choices), 6)


@dataclass(frozen=True, slots=True)
class Trial:
    """One verb at one address, with all that it takes. `content`: the kind of its body, or ""."""

    method: str
    path: str
    noun: str
    text: str
    content: str
    is_whole: bool  # the body is one text, and has no fields
    is_looking: bool  # it changes nothing, whatever its verb
    inputs: tuple[Input, ...]

    def at(self, place: str) -> list[Input]:
        return [one for one in self.inputs if one.place == place]

    @property
    def groups(self) -> list[tuple[str, list[Input]]]:
        """What is filled in, under a heading each, in the order in which it is sent."""
        heads = (
            ("In the address", self.at("path")),
            ("After the ?", self.at("query")),
            ("In the body", self.at("body")),
            ("In headers", self.at("header")),
        )
        return [(head, inputs) for head, inputs in heads if inputs]


def trials(document: Schema) -> dict[str, Trial]:
    """Every operation by its identity."""
    known = document["components"]["schemas"]
    return {
        said["operationId"]: _trial(method.upper(), path, said, known)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if method in METHODS
    }


def _trial(method: str, path: str, said: Schema, known: Schema) -> Trial:
    content = said.get("requestBody", {}).get("content", {})
    kind = next(iter(content), "")
    schema = meant(content[kind]["schema"], known) if kind else {}
    is_whole = bool(kind) and not schema.get("properties")
    asked = sorted(_asked(said.get("parameters", ()), known), key=lambda one: not one.is_required)
    body = () if is_whole else sorted(_body(schema, known), key=lambda one: not one.is_required)
    return Trial(
        method=method,
        path=path,
        noun=said["tags"][0],
        text=said.get("description", ""),
        content=kind,
        is_whole=is_whole,
        is_looking=method == "GET" or bool(said.get(LOOKING)),
        inputs=(*asked, *body),
    )


def _asked(parameters: Iterable[Schema], known: Schema) -> Iterator[Input]:
    for one in parameters:
        schema = meant(one["schema"], known)
        yield _input(one["in"], one["name"], schema, known, one, is_required=one.get("required"))


def _body(schema: Schema, known: Schema) -> Iterator[Input]:
    needed = schema.get("required", ())
    for name, said in schema.get("properties", {}).items():
        if not said.get("readOnly"):
            fits = meant(said, known)
            yield _input("body", name, fits, known, said, is_required=name in needed)


def _input(
    place: str, name: str, schema: Schema, known: Schema, said: Schema, *, is_required: Any
) -> Input:
    shape, choices = _shape(name, schema, known)
    text = said.get("description") or schema.get("description", "")
    return Input(
        place=place,
        name=name,
        shape=shape,
        kind=kind_of(schema, known) if shape not in {"choice", "choices"} else "",
        is_required=bool(is_required),
        text=str(text).partition("\n\n* ")[0] if not str(text).startswith("* ") else "",
        choices=choices,
    )


def _shape(name: str, schema: Schema, known: Schema) -> tuple[str, tuple[str, ...]]:
    if words := _words(schema):
        return "choice", words
    kind = type_of(schema)
    if kind == "array":
        words = _words(meant(schema.get("items", {}), known))
        return ("choices", words) if words else ("json", ())
    shapes = {"integer": "number", "number": "number", "boolean": "yes", "string": "text"}
    shape = shapes.get(kind, "json")
    if shape == "text" and name in SECRET:
        return "secret", ()
    is_long = name in WORDS or int(schema.get("maxLength", 0)) > LONG
    return ("long" if shape == "text" and is_long else shape), ()


def _words(schema: Schema) -> tuple[str, ...]:
    return tuple(str(word) for word in schema.get("enum", ()) if word not in {"", None})
