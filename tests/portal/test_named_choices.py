"""What is none of a few words is answered with those that there are, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DictField,
    ListField,
    Serializer,
)
from rest_framework.test import APIClient

from portal.named_choices import named

WORDS = "“blue” is none of these: red, green."


class Colour(Serializer):
    name = CharField()
    colour = ChoiceField(["red", "green"])


class Flag(Serializer):
    colour = ChoiceField(["red", "green"])
    stripes = ListField(child=ChoiceField(["red", "green"]))
    corners = DictField(child=ChoiceField(["red", "green"]))
    middle = Colour()
    others = Colour(many=True)


FITS: dict[str, Any] = {
    "colour": "red",
    "stripes": ["red"],
    "corners": {"left": "green"},
    "middle": {"name": "sun", "colour": "red"},
    "others": [{"name": "star", "colour": "red"}],
}


def told(**other: Any) -> Any:
    flag = Flag(data=FITS | other)
    assert not flag.is_valid()
    return named(flag.errors, flag, flag.initial_data)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"colour": "blue"}, {"colour": [WORDS]}),
        ({"stripes": ["red", "blue"]}, {"stripes": {1: [WORDS]}}),
        ({"corners": {"left": "blue"}}, {"corners": {"left": [WORDS]}}),
        ({"middle": {"name": "sun", "colour": "blue"}}, {"middle": {"colour": [WORDS]}}),
        (
            {"others": [FITS["middle"], {"name": "star", "colour": "blue"}]},
            {"others": {1: {"colour": [WORDS]}}},
        ),
    ],
)
def test_the_words_that_there_are(given: dict[str, Any], said: dict[str, Any]) -> None:
    assert told(**given) == said


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"colour": None}, "colour"),
        ({"stripes": "red"}, "stripes"),
        ({"middle": "sun"}, "middle"),
        ({"others": {"name": "star"}}, "others"),
        ({"others": [3]}, "others"),
    ],
)
def test_what_is_wrong_otherwise_is_said_as_before(given: dict[str, Any], place: str) -> None:
    flag = Flag(data=FITS | given)
    assert not flag.is_valid()
    assert told(**given) == flag.errors
    assert place in flag.errors


def test_over_the_api(program: Callable[..., APIClient]) -> None:
    answer = program("priya").post(
        "/api/v1/teams/airline-data/members/", {"user": "mira", "role": "owner"}, format="json"
    )
    assert answer.status_code == 422, answer.json()
    assert "“owner” is none of these: viewer, developer, maintainer." in answer.json()["detail"]
    assert answer.json()["field"] == "role"
