"""Deployments over the API, as programs use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from deployments.rollouts.models import Deployment
from deployments.targets.base import Observation
from tests.deployments.crate import Crates
from tests.deployments.world import World

Program = Callable[..., APIClient]
PLACE = {"component": "carrier-punctuality", "environment": "staging"}


def _ask(client: APIClient, **body: Any) -> Any:
    return client.post("/api/v1/deployments/", PLACE | body)


@pytest.mark.parametrize("form", ["number", "v", "id"])
def test_a_release_is_named_by_number_or_identity(
    world: World, program: Program, form: str
) -> None:
    release = world.release(1)
    name = {"number": 1, "v": "v1", "id": str(release.pk)}[form]
    answer = _ask(program("mira"), release=name, reason="First")
    assert answer.status_code == 201
    deployment = answer.json()
    assert (deployment["release"], deployment["configuration"]) == (1, 1)
    assert (deployment["state"], deployment["reason"]) == ("running", "First")
    assert [step["name"] for step in deployment["steps"]] == [
        "rules",
        "prepare",
        "switch",
        "confirm",
    ]
    assert deployment["url"] == f"/deployments/{deployment['number']}/"


def test_it_is_found_by_identity_and_by_number(world: World, program: Program) -> None:
    deployment = world.deploy(1, world.staging)
    jonas = program("jonas")
    for key in (deployment.pk, deployment.number):
        found = jonas.get(f"/api/v1/deployments/{key}/").json()
        assert (found["number"], found["state"]) == (deployment.number, "succeeded")
        assert found["steps"][1]["attempts"][0]["message"] == "Crate 1 is packed."
    assert jonas.get("/api/v1/deployments/999999/").status_code == 404
    assert jonas.get("/api/v1/deployments/0/").json()["detail"] == (
        "There is no deployment called “0”."
    )


def test_lists_are_narrowed_by_names(world: World, program: Program) -> None:
    world.through(1)
    world.deploy(2, world.staging)
    world.roll_back(world.staging)
    jonas = program("jonas")

    def numbers(**query: str) -> int:
        rows = jonas.get("/api/v1/deployments/", query).json()["results"]
        return len(rows)

    assert numbers() == 5
    assert numbers(component="carrier-punctuality", environment="staging") == 3
    assert numbers(kind="rollback") == 1
    assert numbers(state="running") == 1
    assert numbers(component="another") == 0


def test_a_plan_is_read_and_its_digest_sent_along(world: World, program: Program) -> None:
    world.release(1)
    mira = program("mira")
    plan = mira.post("/api/v1/deployments/plan/", PLACE | {"release": 1}).json()
    assert (plan["title"], plan["can_deploy"]) == (
        "Deploy v1 of carrier-punctuality to staging",
        True,
    )
    world.deploy(2, world.staging)
    moved = _ask(mira, release=1, plan_digest=plan["digest"])
    assert moved.status_code == 409
    assert moved["Content-Type"] == "application/problem+json"
    problem = moved.json()
    assert problem["detail"].startswith("The plan changed: staging moved since you looked.")
    fresh = problem["details"][0]["plan"]
    assert _ask(mira, release=1, plan_digest=fresh["digest"]).status_code == 201


def test_setting_values_is_planned_too(world: World, program: Program) -> None:
    world.deploy(1, world.staging)
    body = PLACE | {"values": {"limits": {"seconds": 5}}}
    plan = program("mira").post("/api/v1/deployments/plan/", body).json()
    assert plan["kind"] == "configuration"
    assert plan["sections"][-1]["rows"][0]["name"] == "limits.seconds"
    nothing = PLACE | {"environment": "production"}
    assert program("mira").post("/api/v1/deployments/plan/", nothing).status_code == 422


def test_decisions_are_verbs(world: World, program: Program) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    for verb, body, state in (
        ("refuse", {"note": "Rows double."}, "refused"),
        ("abort", {"reason": "Never mind."}, "aborted"),
        ("approve", {"note": "Read."}, "running"),
    ):
        deployment = world.ask(2, world.production)
        address = f"/api/v1/deployments/{deployment.pk}/{verb}/"
        answer = program("ines").post(address, body)
        assert (answer.status_code, answer.json()["state"]) == (200, state)
        again = program("ines").post(address, body)
        assert (again.status_code, again.json()["title"]) == (409, "Conflict")


def test_a_step_that_waits_goes_on(world: World, program: Program, crates: type[Crates]) -> None:
    crates.health[1, "staging"] = Observation("degraded", "Half of its runs failed.")
    deployment = world.deploy(1, world.staging)
    answer = program("mira").post(f"/api/v1/deployments/{deployment.number}/advance/")
    assert (answer.status_code, answer.json()["state"]) == (200, "succeeded")


def test_a_refusal_names_who_can_help(world: World, program: Program) -> None:
    world.release(1)
    answer = _ask(program("jonas"), release=1)
    assert answer.status_code == 403
    assert "Mira Okafor" in answer.json()["detail"]


def test_a_token_needs_the_scope(world: World, program: Program) -> None:
    world.release(1)
    answer = _ask(program("mira", "read", "write"), release=1)
    assert answer.status_code == 403
    assert "no scope “deploy”" in answer.json()["detail"]
    assert not Deployment.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"component": "nothing"}, "component", "There is no component called “nothing”."),
        ({"environment": "mars"}, "environment", "There is no environment called “mars”."),
        ({"release": 7}, "release", "carrier-punctuality has no release “7”."),
        ({"release": "x"}, "release", "carrier-punctuality has no release “x”."),
        ({"strategy": "rollback"}, "strategy", "There is no strategy “rollback”"),
    ],
)
def test_what_does_not_exist_is_said_by_field(
    world: World, program: Program, body: dict[str, Any], field: str, words: str
) -> None:
    world.release(1)
    answer = _ask(program("mira"), **({"release": 1} | body))
    assert answer.status_code in {404, 422}
    assert answer.json()["field"] == field
    assert words in answer.json()["detail"]
