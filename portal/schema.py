"""What the OpenAPI document says beyond what it reads out of the code."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from portal.api import CONTENT_TYPE
from portal.idempotency.keys import HEADER, KEY_HINT
from portal.schema_headers import LOOKING

PROBLEM = {
    "type": "object",
    "description": "Why it was not done, in words (RFC 9457).",
    "required": ["type", "title", "status", "detail", "field", "details", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:slipway:problem:refused"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What, where, and what next or who can help."},
        "field": {"type": ["string", "null"], "description": "The input that it is about."},
        "details": {"type": "array", "items": {"type": "object"}},
        "request_id": {"type": "string", "description": "Name it when asking for help."},
    },
}

ONCE = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Do this once: for 24 hours the same request with the same key gets the same "
    "answer, marked `Idempotent-Replayed: true`, and is not done again. Another body under the key "
    "is refused (422 `key-reused`), as is one while the first is being done (409 `in-flight`).",
    "schema": {"type": "string", "maxLength": 200, "description": f"{KEY_HINT}."},
}
LOOKED = "Is not read here: this changes nothing, so it may be asked again as it is."


class OnceAProcess(SchemaGenerator):
    """Writes the document for the first who asks: it is the same for all, and takes a second."""

    def get_schema(self, *_: object, **__: object) -> dict[str, Any]:
        return document()


@cache
def document() -> dict[str, Any]:
    """What programs get, for pages too. Addresses and serializers stay until the process ends."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    made = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    read: dict[str, Any] = json.loads(json.dumps(made, default=str))  # only what JSON has
    return read


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.accounts.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "slw_…"}


class PasswordScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.accounts.authentication.NameAndPassword"
    name = "password"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "basic"}


class NamedField(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "portal.api.Named"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, str]:
        return {"type": "string", "description": f"The name of a {self.target.noun}."}


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation may answer with a problem."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {
        "description": "It was not done; the problem says why.",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in result["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"]["default"] = answer
    return result


def with_keys(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every POST may be sent under a key; where it changes nothing, the key changes nothing."""
    for path in result["paths"].values():
        if post := path.get("post"):
            key = ONCE | {"description": LOOKED} if post.get(LOOKING) else ONCE
            post.setdefault("parameters", []).append(key)
    return result


def with_anything(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """JSON that may be null is any JSON: null fits both halves of "one of anything or null"."""
    for schema in result["components"]["schemas"].values():
        for each in schema.get("properties", {}).values():
            if each.get("oneOf") == [{}, {"type": "null"}]:
                del each["oneOf"]
    return result


def with_known_fields(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A body has no other fields than these: `portal.known_fields` refuses them."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request") and "properties" in schema:
            schema["additionalProperties"] = False
    return result


def with_nulls(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What is still written in the words of OpenAPI 3.0: in 3.1 null is one of the types."""
    left: list[Any] = [result["components"]["schemas"]]
    while left:
        each = left.pop()
        if isinstance(each, dict) and each.get("nullable") is True:
            each["type"] = [each["type"], "null"]
            del each["nullable"]
        left += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return result
