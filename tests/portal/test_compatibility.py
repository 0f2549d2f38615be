"""What was released as v1 stays: a program that was written for it goes on working."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.reference import releasing
from portal.reference.compatibility import breaks, parts


def test_nothing_of_the_released_api_is_broken() -> None:
    released = releasing.released()
    assert len(released) > 4000
    assert any("header:If-Match" in place for place in released)
    assert any(part.bounds for part in released.values())
    broken = list(breaks(released, releasing.now()))
    assert not broken, (
        "Programs that use v1 would break. Put it back, or mark it as leaving (docs/api.md):\n"
        + "\n".join(broken)
    )


def api(**changed: Any) -> dict[str, Any]:
    """A document of two operations, with something in it changed."""
    of = {"type": "string", "maxLength": 60, "minLength": 1, "pattern": "[a-z]+"}
    sent = {"type": "object", "required": ["of"], "properties": {"of": of}}
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
                "post": _asked() | {"parameters": [KEY]} | _answer("201", "Run"),
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
KEY = {"in": "header", "name": "Key", "schema": {"type": "string", "maxLength": 200}}


def _asked() -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/RunRequest"}
    return {"requestBody": {"content": {"application/json": {"schema": reference}}}}


def _answer(status: str, name: str, headers: tuple[str, ...] = ("ETag",)) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{name}"}
    content = {"application/json": {"schema": reference}}
    return {
        "responses": {status: {"content": content, "headers": {header: {} for header in headers}}}
    }


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
        ({"paths__runs__post__parameters": []}, "POST /runs/ header:Key is gone"),
        (
            {"paths__runs__post__parameters": [{**KEY, "required": True}]},
            "POST /runs/ header:Key is wanted now",
        ),
        (
            {"paths__runs__get__parameters__0__in": "header"},
            "GET /runs/ ?q is gone",
        ),
        (
            {"paths__runs__get__responses": _answer("200", "Run", headers=())["responses"]},
            "GET /runs/ 200 header:ETag is gone",
        ),
        ({f"{INPUTS}__of__maxLength": 59}, "RunRequest.of has a maxLength of 59 now"),
        ({f"{INPUTS}__of__minLength": 2}, "RunRequest.of has a minLength of 2 now"),
        ({f"{INPUTS}__of__maxItems": 2}, "RunRequest.of has a maxItems of 2 now"),
        ({f"{INPUTS}__of__pattern": "[a-m]+"}, "RunRequest.of has to be like [a-m]+ now"),
        (
            {
                "paths__runs__post__parameters": [
                    KEY,
                    {**KEY, "name": "Why", "required": True},
                ]
            },
            "POST /runs/ header:Why is wanted now",
        ),
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
        {f"{INPUTS}__of__maxLength": 61},
        {f"{INPUTS}__of__minLength": None},
        {f"{INPUTS}__of__pattern": None},
        {f"{FIELDS}__state__maxLength": 3},
    ],
    ids=[
        *("nothing", "an address", "a field", "a value", "an input", "null may be sent"),
        *("a longer one", "a shorter one", "any letters", "what is answered is shorter"),
    ],
)
def test_what_comes_breaks_nothing(changed: dict[str, Any]) -> None:
    assert list(breaks(parts(api()), parts(api(**changed)))) == []


def test_what_was_released_as_leaving_may_go() -> None:
    leaving = api(paths__runs__get__deprecated=True)
    assert list(breaks(parts(leaving), parts(api(paths__runs__get=None)))) == []


def test_a_release_that_kept_no_bounds_holds_to_none() -> None:
    old = {place: replace(part, bounds=None) for place, part in parts(api()).items()}
    assert list(breaks(old, parts(api(**{f"{INPUTS}__of__maxLength": 1})))) == []


def test_what_is_kept_of_a_release_is_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bounds and headers as well: what is written down is read again the same."""
    monkeypatch.setattr(releasing, "RELEASED", tmp_path / "v1.json")
    assert releasing.release() == len(releasing.released())
    assert releasing.released() == releasing.now()
    assert any("header:If-Match" in place for place in releasing.released())
