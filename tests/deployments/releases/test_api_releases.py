"""Releases over the API."""

from __future__ import annotations

from collections.abc import Callable

from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.deployments.world import World

Program = Callable[..., APIClient]


def test_they_are_listed_newest_first_with_their_rejection(world: World, program: Program) -> None:
    world.release(1)
    world.release(2)
    world.reject(1)
    rows = program("jonas").get("/api/v1/releases/", {"component": "carrier-punctuality"})
    second, first = rows.json()["results"]
    assert (second["number"], second["rejection"]) == (2, None)
    assert (first["rejection"]["by"], first["rejection"]["reason"]) == (
        "ines",
        "It doubles rows.",
    )
    assert program("jonas").get("/api/v1/releases/", {"component": "x"}).json()["results"] == []


def test_the_list_costs_the_same_however_long_it_is(
    world: World, program: Program, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 9):
        world.release(number)
        world.reject(number)
    jonas = program("jonas")
    jonas.get("/api/v1/releases/")
    with django_assert_max_num_queries(4):
        assert len(jonas.get("/api/v1/releases/").json()["results"]) == 8


def test_promoting_is_a_verb(world: World, program: Program) -> None:
    world.deploy(1, world.development)
    address = f"/api/v1/releases/{world.release(1).pk}/promote/"
    answer = program("mira").post(address, {"to": "staging", "reason": "Next"})
    assert (answer.status_code, answer.json()["environment"]) == (201, "staging")
    assert program("mira").post(address, {"to": "mars"}).json()["field"] == "to"


def test_rejecting_and_lifting_are_verbs(world: World, program: Program) -> None:
    address = f"/api/v1/releases/{world.release(1).pk}"
    ines = program("ines")
    assert ines.post(f"{address}/reject/", {}).json()["field"] == "reason"
    rejected = ines.post(f"{address}/reject/", {"reason": "Doubles.", "evidence": {"rows": 32}})
    assert rejected.json()["rejection"]["reason"] == "Doubles."
    assert ines.post(f"{address}/reject/", {"reason": "Doubles."}).status_code == 409
    lifted = ines.post(f"{address}/lift/", {"reason": "The source did."})
    assert (lifted.status_code, lifted.json()["rejection"]) == (200, None)
    assert program("mira").post(f"{address}/reject/", {"reason": "No."}).status_code == 403
