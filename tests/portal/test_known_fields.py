"""What a body says is read, or refused in words: never ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.serializers import CharField, DictField, ListField, Serializer
from rest_framework.test import APIClient

from pipelines.runs.models import Run
from portal.errors import Refused
from portal.known_fields import MOST, refuse_others
from tests.whole_house import Whole

Program = Callable[..., APIClient]


class Side(Serializer):
    colour = CharField()
    made_by = CharField(read_only=True)


class Box(Serializer):
    title = CharField()
    front = Side()
    sides = Side(many=True)
    corners = DictField(child=Side())
    rims = ListField(child=Side())
    notes = DictField()


@pytest.mark.parametrize(
    ("given", "place", "said"),
    [
        (
            {"titel": "x"},
            "titel",
            "There are: title, front, sides, corners, rims, notes. Did you mean title?",
        ),
        (
            {"front": {"color": "red"}},
            "front.color",
            "There is no field “color” in “front”. There are: colour. Did you mean colour?",
        ),
        ({"front": {"made_by": "me"}}, "front.made_by", "There is no field “made_by” in “front”."),
        ({"sides": [{}, {"x": 1}]}, "sides.1.x", "There is no field “x” in “sides.1”."),
        ({"corners": {"left": {"x": 1}}}, "corners.left.x", "no field “x” in “corners.left”"),
        ({"rims": [{"x": 1}]}, "rims.0.x", "no field “x” in “rims.0”"),
    ],
    ids=["body", "nested", "read only", "list", "by name", "field of a list"],
)
def test_a_field_that_nobody_reads_is_named(given: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        refuse_others(Box(data=given))
    assert refused.value.field == place
    assert said in refused.value.message


@pytest.mark.parametrize(
    "given", [{"notes": {"any": {"word": 1}}}, {"front": "red", "sides": {}, "rims": None}, [], 3]
)
def test_what_is_free_or_has_another_shape_is_not_judged_here(given: Any) -> None:
    refuse_others(Box(data=given))


def test_all_of_them_are_told_at_once_within_bounds() -> None:
    with pytest.raises(Refused) as refused:
        refuse_others(Box(data={f"x{at}": 1 for at in range(10 * MOST)}))
    assert len(refused.value.details) == MOST
    assert refused.value.details[1]["field"] == "x1"


def test_a_mistyped_field_starts_nothing(whole: Whole, program: Program) -> None:
    before = Run.objects.count()
    body = {"transformation": whole.component.name, "environment": "staging"}
    answer = program("mira").post(
        "/api/v1/runs/", body | {"paramters": {"month": 7}}, format="json"
    )
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, "paramters")
    assert problem["detail"] == (
        "There is no field “paramters” here. There are: transformation, environment, parameters, "
        "reason, request_key. Did you mean parameters?"
    )
    assert Run.objects.count() == before
