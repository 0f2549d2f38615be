"""Golden paths as programs use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml
from rest_framework.test import APIClient

from portal.errors import Refused
from portal.golden_paths.models import PathRun
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.world import JAM, World

Program = Callable[..., APIClient]
RUNS = "/api/v1/golden-path-runs/"
ADDRESS = "/api/v1/golden-paths/"


def test_paths_are_listed_and_read(world: World, program: Program) -> None:
    rows = program("mira").get("/api/v1/golden-paths/").json()["results"]
    assert [(row["name"], row["version"], row["used"]) for row in rows] == [("jam", 1, 0)]
    one = program("mira").get("/api/v1/golden-paths/jam/").json()
    assert one["content"]["metadata"]["title"] == "Jam"
    assert one["file"] == JAM


def test_publishing_says_whether_it_is_new(world: World, program: Program) -> None:
    priya = program("priya")

    def send(file: str) -> Any:
        return priya.generic("POST", ADDRESS, file, content_type="application/yaml")

    file = JAM.replace("Cook it", "Boil it")
    assert send(file).status_code == 201
    again = priya.post(ADDRESS, yaml.safe_load(file))
    assert (again.status_code, again.json()["version"]) == (200, 2)
    wrong = send(JAM.replace("jar.nail", "nail"))
    assert wrong.status_code == 422
    assert {"line", "column", "message", "field"} <= wrong.json()["details"][0].keys()
    assert program("ines").post("/api/v1/golden-paths/", {}).status_code == 403
    assert priya.post("/api/v1/golden-paths/", []).status_code == 422


def test_a_start_is_a_dry_run_unless_it_says_otherwise(world: World, program: Program) -> None:
    mira = program("mira")
    answer = mira.post(RUNS, {"path": "jam", "answers": {"fruit": "plum"}})
    body = answer.json()
    assert (answer.status_code, body["state"], body["steps"]) == (201, "draft", [])
    assert body["plan"]["steps"][0]["words"] == "Puts plum there."
    started = mira.post(f"{RUNS}{body['number']}/start/", {"answers": {"fruit": "pear"}}).json()
    assert (started["id"], started["state"]) == (body["id"], "running")
    run = world.through(PathRun.objects.get(pk=body["id"]))
    assert run.state == PathRun.State.DONE
    done = mira.get(f"{RUNS}{run.pk}/").json()
    assert [step["state"] for step in done["steps"]] == ["done", "skipped", "done", "done"]
    assert done["steps"][0]["outputs"] == {"place": "shelf-pear"}
    assert done["links"] == [{"title": "The shelf", "url": "/shelf/shelf-pear/"}]


def test_the_same_key_is_the_same_use(world: World, program: Program) -> None:
    body = {
        "path": "jam",
        "answers": {"fruit": "plum"},
        "dry_run": False,
        "request_key": "build-7",
    }
    first, again = (program("mira").post(RUNS, body).json() for _ in range(2))
    assert first["id"] == again["id"]


def test_what_is_refused_is_said_by_answer(world: World, program: Program) -> None:
    answer = program("mira").post(RUNS, {"path": "jam", "answers": {"pots": 0}, "dry_run": False})
    assert answer.status_code == 422
    fields = {each["field"] for each in answer.json()["details"]}
    assert fields == {"answers.fruit", "answers.pots"}


def test_the_verbs(world: World, program: Program) -> None:
    mira = program("mira")
    Shelf.trouble["nail"] = [Refused("No."), Refused("No.")]
    run = world.work(world.start())
    assert mira.post(f"{RUNS}{run.number}/retry/", {}).json()["state"] == "running"
    world.work(run)
    assert mira.post(f"{RUNS}{run.number}/retry/", {"step": "nail"}).status_code == 200
    assert mira.post(f"{RUNS}{run.number}/cancel/", {"reason": "No."}).json()["state"] == (
        "cancelled"
    )
    assert mira.post(f"{RUNS}{run.number}/undo/", {}).status_code == 422
    body = {"reason": "Once more."}
    assert mira.post(f"{RUNS}{run.number}/undo/", body).json()["state"] == "undoing"
    assert world.through(run).state == PathRun.State.UNDONE
    assert mira.post(f"{RUNS}{run.number}/retry/", {}).status_code == 409


def test_drafts_of_others_are_not_there(world: World, program: Program) -> None:
    draft = program("mira").post(RUNS, {"path": "jam", "answers": {}}).json()
    assert program("ines").get(f"{RUNS}{draft['number']}/").status_code == 404
    assert program("ines").get(RUNS).json()["results"] == []
    assert len(program("mira").get(f"{RUNS}?state=draft").json()["results"]) == 1


def test_taking_a_path_from_the_shelf(world: World, program: Program) -> None:
    address = "/api/v1/golden-paths/jam/offer/"
    assert program("priya").post(address, {"is_offered": False}).json()["is_offered"] is False
    assert program("priya").post(address, {"is_offered": False}).status_code == 409
    assert program("mira").post(address, {"is_offered": True}).status_code == 403
