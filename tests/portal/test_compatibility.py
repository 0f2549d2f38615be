"""What was released as v1 stays: a program that was written for it goes on working."""

from __future__ import annotations

from typing import Any

import pytest

from portal.reference import releasing
from portal.reference.compatibility import breaks, parts


def test_nothing_of_the_released_api_is_broken() -> None:
    released = releasing.released()
    assert len(released) > 1000
    broken = list(breaks(released, releasing.now()))
    assert not broken, (
        "Programs that use v1 would break. Put it back, or mark it as leaving (docs/api.md):\n"
        + "\n".join(broken)
    )


def api(**changed: Any) -> dict[str, Any]:
    """A document of two operations, with something in it changed."""
    sent = {"type": "object", "required": ["of"], "properties": {"of": {"type": "string"}}}
    seen = {
        "type": "object",
        "required": ["id", "state"],
        "properties": {
            "id": {"type": "integer"},
            "state": {"type": "string", "enum": ["queued", "done"]},
            "parts": {"type": "array", "items": {"type": "string"}},
        },
    }
    looked = {"parameters": [{"in": "query", "name": "q", "schema": {"type": "string"}}]}
    kept = {
        "paths": {
            "/runs/": {
                "get": looked | _answer("200", "Run"),
                "post": _asked() | _answer("201", "Run"),
            }
        },
        "components": {"schemas": {"Run": seen, "RunRequest": sent}},
    }
    for place, value in changed.items():
        *way, last = place.split("__")
        inner: Any = kept
        for step in way:
            inner = inner[int(step) if step.isdigit() else _REAL.get(step, step)]
        if value is None:
            del inner[_REAL.get(last, last)]
        else:
            inner[_REAL.get(last, last)] = value
    return kept


_REAL = {"runs": "/runs/", "json": "application/json"}
FIELDS = "components__schemas__Run__properties"
INPUTS = "components__schemas__RunRequest__properties"


def _asked() -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/RunRequest"}
    return {"requestBody": {"content": {"application/json": {"schema": reference}}}}


def _answer(status: str, name: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{name}"}
    return {"responses": {status: {"content": {"application/json": {"schema": reference}}}}}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"paths__runs__post": None}, "POST /runs/ is gone"),
        ({"paths__runs__get__parameters": []}, "GET /runs/ ?q is gone"),
        (
            {"paths__runs__post__responses": _answer("202", "Run")["responses"]},
            "POST /runs/ 201 is",
        ),
        ({f"{FIELDS}__id": None}, "Run.id is gone"),
        ({f"{FIELDS}__id__type": ["integer", "null"]}, "Run.id may be null now"),
        ({f"{FIELDS}__id__type": "string"}, "Run.id may be string now"),
        ({f"{FIELDS}__parts__items__type": "object"}, "Run.parts[] may be object now"),
        ({f"{FIELDS}__state__enum": ["done"]}, "Run.state has queued no longer"),
        ({"components__schemas__Run__required": ["id"]}, "Run.state may be absent now"),
        ({f"{INPUTS}__of__type": "integer"}, "RunRequest.of has string no longer"),
        ({f"{INPUTS}__of__enum": ["a", "b"]}, "RunRequest.of takes only a, b now"),
        (
            {
                "components__schemas__RunRequest__required": ["of", "by"],
                f"{INPUTS}__by": {"type": "string"},
            },
            "RunRequest.by is wanted now",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_program_would_stumble_over_is_named(changed: dict[str, Any], said: str) -> None:
    assert any(one.startswith(said) for one in breaks(parts(api()), parts(api(**changed))))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"paths__new": {"get": {"responses": {}, "parameters": []}}},
        {f"{FIELDS}__more": {"type": "string"}},
        {f"{FIELDS}__state__enum": ["queued", "done", "lost"]},
        {f"{INPUTS}__by": {"type": "string"}},
        {f"{INPUTS}__of__type": ["string", "null"]},
    ],
    ids=["nothing", "an address", "a field", "a value", "an input", "null may be sent"],
)
def test_what_comes_breaks_nothing(changed: dict[str, Any]) -> None:
    assert list(breaks(parts(api()), parts(api(**changed)))) == []


def test_what_was_released_as_leaving_may_go() -> None:
    leaving = api(paths__runs__get__deprecated=True)
    assert list(breaks(parts(leaving), parts(api(paths__runs__get=None)))) == []
