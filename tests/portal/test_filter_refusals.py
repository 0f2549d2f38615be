"""A filter that can't be read is refused by what it could be: a list never ignores it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

Program = Callable[..., APIClient]


@pytest.mark.parametrize(
    "asked",
    [
        *("users/?is_platform=yes", "users/?is_active=maybe", "environments/?is_production=1"),
        *("notifications/?is_unread=foo", "feedback/?is_open=2", "workers/?takes_work=TRUE"),
    ],
)
def test_what_is_neither_true_nor_false_is_refused(program: Program, asked: str) -> None:
    answer = program("priya").get(f"/api/v1/{asked}")
    name, value = asked.split("?")[1].split("=")
    assert (answer.status_code, answer.json()["field"]) == (422, name)
    assert answer.json()["detail"] == f"{name}: “{value}” is none of these: true, false."


@pytest.mark.parametrize("value", ["true", "True", "false", "False", ""])
def test_true_and_false_are_read(program: Program, value: str) -> None:
    found = program("priya").get(f"/api/v1/users/?is_platform={value}").json()["results"]
    said = {person["is_platform"] for person in found}
    assert said == ({value.lower() == "true"} if value else {True, False})
