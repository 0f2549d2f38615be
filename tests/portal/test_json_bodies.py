"""JSON that can't be kept is refused with the place where it stands, before anything is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

Program = Callable[..., APIClient]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (rb'{"name": "a\u0000b"}', "name: a NUL character can't be kept."),
        (rb'{"members": [{"user": "\ud800"}]}', "members[0].user: half of a surrogate pair"),
        (rb'{"a\u0000": 1}', "a name in it: a NUL character"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "nested deeper than 100 levels"),
        (b"[" * 200_000, "nested deeper than 100 levels"),
        (b'{"name": ', "JSON parse error"),
    ],
    ids=["nul", "half a pair", "in a name", "deep", "deeper than the stack", "broken"],
)
def test_what_can_not_be_kept_is_named(program: Program, body: bytes, said: str) -> None:
    answer = program("mira").post("/api/v1/runs/", body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer.json()["type"].endswith(":not-readable")
    assert said in answer.json()["detail"]


def test_letters_of_any_language_are_kept(program: Program) -> None:
    body = {"username": "noor", "full_name": "Nour حداد 😀"}
    answer = program("priya").post("/api/v1/users/", body, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["full_name"] == body["full_name"]
