"""What is done to a component in an environment over the API: roll back, pause, look, configure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from deployments.targets.base import Observation
from tests.deployments.crate import Crates
from tests.deployments.world import World

Program = Callable[..., APIClient]
BASE = "/api/v1/components/carrier-punctuality"
THERE = {"environment": "staging"}


def test_rolling_back_needs_a_place_and_a_reason(world: World, program: Program) -> None:
    for number in (1, 2, 3):
        world.deploy(number, world.staging)
    mira = program("mira")
    assert mira.post(f"{BASE}/rollback/", THERE).json()["field"] == "reason"
    answer = mira.post(f"{BASE}/rollback/", THERE | {"reason": "Rows are missing.", "release": 1})
    deployment = answer.json()
    assert answer.status_code == 201
    assert (deployment["kind"], deployment["release"], deployment["previous_release"]) == (
        "rollback",
        1,
        3,
    )


def test_a_program_says_what_it_saw_live(world: World, program: Program) -> None:
    seen, now = (world.deploy(number, world.staging) for number in (1, 2))
    body = THERE | {"reason": "Rows are missing.", "release": 1}
    answer = program("mira").post(f"{BASE}/rollback/", body | {"leaves": seen.number})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:slipway:problem:conflict")
    answer = program("mira").post(f"{BASE}/rollback/", body | {"leaves": now.number})
    assert answer.json()["reverses"] == now.number


def test_where_it_could_go_is_listed(world: World, program: Program) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    world.reject(1)
    (row,) = program("jonas").get(f"{BASE}/rollback/", THERE).json()
    assert (row["release"], row["is_possible"]) == (1, False)
    assert row["obstacle"] == "was rejected by Ines Costa: “It doubles rows.”"


def test_pausing_and_resuming(world: World, program: Program) -> None:
    mira = program("mira")
    held = mira.post(f"{BASE}/hold/", THERE | {"reason": "Source broken."})
    assert (held.status_code, held.json()["held_by"]) == (201, "mira")
    assert mira.post(f"{BASE}/hold/", THERE | {"reason": "Again."}).status_code == 409
    resumed = mira.post(f"{BASE}/resume/", THERE)
    assert (resumed.status_code, resumed.json()["resumed_by"]) == (200, "mira")
    assert mira.post(f"{BASE}/resume/", THERE).status_code == 409


def test_what_is_live_is_one_row_for_each_environment(
    world: World, program: Program, crates: type[Crates]
) -> None:
    crates.health[1, "staging"] = Observation("healthy", "All well.", {"runs": 12})
    world.deploy(1, world.staging)
    world.reject(1)
    rows = program("jonas").get(f"{BASE}/live/").json()
    assert [row["environment"] for row in rows] == ["development", "staging", "production"]
    nothing, staging, _ = rows
    assert (nothing["release"], nothing["observation"], nothing["hold"]) == (None, None, None)
    assert (staging["release"], staging["configuration"], staging["values"]) == (1, 1, {})
    assert staging["rejection"]["reason"] == "It doubles rows."
    assert staging["observation"] == {
        "health": "healthy",
        "message": "All well.",
        "facts": {"runs": 12},
    }


def test_a_component_that_does_not_exist_is_named(world: World, program: Program) -> None:
    answer = program("mira").get("/api/v1/components/nothing/live/")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "There is no component called “nothing”.",
    )


def test_configurations_are_revisions(world: World, program: Program) -> None:
    world.deploy(1, world.staging)
    mira = program("mira")
    place = {"component": "carrier-punctuality", "environment": "staging"}
    body: dict[str, Any] = place | {"values": {"limits": {"seconds": 5}}, "reason": "Faster."}
    made = mira.post("/api/v1/configurations/", body)
    assert (made.status_code, made.json()["kind"]) == (201, "configuration")
    rows = mira.get("/api/v1/configurations/", place).json()["results"]
    assert [(row["number"], row["values"]) for row in rows] == [
        (2, {"limits": {"seconds": 5}}),
        (1, {}),
    ]
