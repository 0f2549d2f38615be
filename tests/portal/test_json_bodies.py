"""JSON that can't be kept is refused with the place where it stands, before anything is done."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.exceptions import ParseError
from rest_framework.test import APIClient

from portal import json_bodies
from portal.json_bodies import StrictJson
from portal.manifests.api import Folder
from portal.manifests.reading import LARGEST

Program = Callable[..., APIClient]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (rb'{"name": "a\u0000b"}', "name: a NUL character can't be kept."),
        (rb'{"members": [{"user": "\ud800"}]}', "members[0].user: half of a surrogate pair"),
        (rb'{"a\u0000": 1}', "a name in it: a NUL character"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "nested deeper than 100 levels"),
        (b"[" * 200_000, "nested deeper than 100 levels"),
        (b'{"name": ', "This is no JSON: a value is missing (line 1, column 10)."),
        (b'{"name": 1, "name": 2}', "“name” stands twice"),
        (b'{"limit": [-1e400]}', "-1e400 is larger than numbers get here"),
        (b'{"a": 1%s}' % (b"0" * 5000), f"1{'0' * 59}… is larger than numbers get here."),
    ],
    ids=[
        "nul",
        "half a pair",
        "in a name",
        "deep",
        "deeper than the stack",
        "broken",
        "twice",
        "infinite",
        "thousands of digits",
    ],
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


@pytest.mark.parametrize("header", [{}, {"Idempotency-Key": "1"}], ids=["at once", "under a key"])
def test_more_than_is_read_at_once_is_too_large(program: Program, header: dict[str, str]) -> None:
    body = b" " * (StrictJson.most + 1)
    answer = program("mira").post(
        "/api/v1/runs/", body, content_type="application/json", headers=header
    )
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:slipway:problem:too-large")
    assert "larger than 2 MB" in answer.json()["detail"]


def test_a_folder_of_files_may_be_larger_and_not_without_bounds(program: Program) -> None:
    def status(size: int) -> int:
        return (
            program("priya")
            .post("/api/v1/manifests/plan/", b" " * size, content_type="application/json")
            .status_code
        )

    assert status(StrictJson.most + 1) == 400  # read, and no JSON
    assert status(2 * LARGEST + 1) == 413
    assert Folder.most > LARGEST


def test_a_name_twice_is_found_by_looking_once_at_each() -> None:
    """By the comparisons that it takes, not by the clock."""
    compared = 0

    class Name(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    pairs: list[tuple[str, Any]] = [(Name(f"name-{at}"), 1) for at in range(1000)]
    with pytest.raises(ValueError, match="“name-999” stands twice"):
        json_bodies._once([*pairs, (Name("name-999"), 2)])
    assert compared < 10_000


def test_long_names_are_not_written_out_for_every_value() -> None:
    body = json.dumps({"a" * 1_000_000: [1] * 200_000 + ["\0"]}).encode()  # 200 GB of places
    with pytest.raises(ParseError) as refused:
        StrictJson().parse(io.BytesIO(body))
    assert str(refused.value.detail).endswith("a[200000]: a NUL character can't be kept.")
    assert len(str(refused.value.detail)) < 200
