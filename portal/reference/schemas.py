"""What a schema in the OpenAPI document says of a value. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def meant(schema: Schema, known: Schema) -> Schema:
    """What a reference leads to; of several possibilities the first one that is not null."""
    if "$ref" in schema:
        return meant(known[schema["$ref"].rpartition("/")[2]], known)
    for key in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(key, ()):
            if part.get("type") != "null":
                return meant(part, known)
    return schema


def kind_of(schema: Schema, known: Schema) -> str:
    if words := [str(word) for word in schema.get("enum", ()) if word]:
        return " or ".join(words)
    if schema.get("format") == "date-time":
        return "time"
    kind = type_of(schema)
    if kind == "array":
        return f"list of {kind_of(meant(schema.get('items', {}), known), known)}"
    return kind


def type_of(schema: Schema) -> str:
    kind = schema.get("type", "anything")
    return str(kind if isinstance(kind, str) else next(one for one in kind if one != "null"))
