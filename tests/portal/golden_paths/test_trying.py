"""A path that is being written is tried: asked and planned as ever, and never done."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.errors import Refused
from portal.golden_paths import queries, shipped
from portal.golden_paths.models import GoldenPath, PathRun
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.world import JAM, World

Browser = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
TEA = JAM.replace("name: jam", "name: tea").replace("title: Fruit", "title: Leaf")


def tried(client: Client, file: str = TEA, *, by_answer: bool = False, **answers: Any) -> str:
    said = {f"answer-{name}": value for name, value in answers.items()}
    body = {"definition": file, "try": "changed" if by_answer else "1", **said}
    more = {"answered": "1"} if answers else {}
    answer = client.post("/golden-paths/new", body | more, headers=HTMX)
    assert answer.status_code == (422 if "can be tried once" in answer.content.decode() else 200)
    return answer.content.decode()


def test_all_pages_are_asked_at_once_with_what_would_be_done_by_their_defaults(
    world: World, browser: Browser
) -> None:
    part = tried(browser("priya"))
    assert "<html" not in part
    assert 'name="answer-fruit"' in part
    assert 'name="answer-pots" value="1"' in part
    assert "Needs what is in the jar." in part
    assert "Not asked for." in part  # no spice
    assert "Nothing is done, and nothing of it is kept." in part
    assert "Fill this in." not in part


def test_answers_are_planned_as_a_start_would_and_nothing_is_kept(
    world: World, browser: Browser
) -> None:
    priya = browser("priya")
    priya.get("/golden-paths/")
    with CaptureQueriesContext(connection) as asked:
        part = tried(priya, fruit="plum", spice="on", taste="hot", pots="2")
    assert "Puts plum there." in part
    assert "Puts spice there." in part
    assert "It could be started" in part
    assert not [one for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not GoldenPath.objects.filter(name="tea").exists()
    assert not PathRun.objects.exists()
    assert Shelf.jars() == []


def test_what_a_step_or_a_question_would_refuse_stands_beside_it(
    world: World, browser: Browser
) -> None:
    priya = browser("priya")
    assert "Nobody eats mould." in tried(priya, fruit="mould", pots="1")
    assert "Lower-case letters." in tried(priya, fruit="Plum", pots="1")
    assert "There is no team" in tried(priya, fruit="plum", team="cooks", pots="1")


def test_what_was_not_answered_yet_is_told_when_the_button_asks_and_not_before(
    world: World, browser: Browser
) -> None:
    priya = browser("priya")
    assert "Fill this in." not in tried(priya, by_answer=True, fruit="", pots="2")
    assert "Fill this in." in tried(priya, fruit="", pots="2")
    assert "at least 1" in tried(priya, by_answer=True, fruit="", pots="0")


def test_a_question_that_hangs_on_an_answer_comes_and_goes(world: World, browser: Browser) -> None:
    priya = browser("priya")
    assert 'name="answer-taste"' not in tried(priya, fruit="plum", pots="1")
    assert 'name="answer-taste"' in tried(priya, fruit="plum", pots="1", spice="on")


def test_what_is_wrong_is_mended_first(world: World, browser: Browser) -> None:
    part = tried(browser("priya"), TEA.replace("jar.put, given", "jar.push, given"))
    assert "It can be tried once it is right." in part
    assert "There is no step “jar.push”" in part
    assert "Write a file first." not in part
    assert "can be tried once" in tried(browser("priya"), "")


def test_without_script_the_page_holds_the_file_and_the_answers(
    world: World, browser: Browser
) -> None:
    answer = browser("priya").post("/golden-paths/jam/edit", {"definition": JAM, "try": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" in page
    assert "title: Jam" in page
    assert 'name="answer-fruit"' in page
    assert GoldenPath.objects.get().versions.count() == 1


def test_the_page_is_for_whoever_publishes(world: World, browser: Browser) -> None:
    answer = browser("mira").post("/golden-paths/new", {"definition": TEA, "try": "1"})
    assert answer.status_code == 403


def test_the_shipped_paths_can_be_tried(world: World, browser: Browser) -> None:
    for file in shipped.files():
        assert "What it would do" in tried(browser("priya"), file)


def plan(client: Client, **body: Any) -> Any:
    path = "/api/v1/golden-paths/plan/"
    return client.post(path, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("read", [str, yaml.safe_load])
def test_programs_try_a_file_as_text_or_as_an_object(
    world: World, browser: Browser, read: Callable[[str], Any]
) -> None:
    told = plan(browser("mira"), definition=read(TEA), answers={"fruit": "plum"}).json()
    assert [(step["name"], step["stands"]) for step in told["steps"]] == [
        ("first", "would"),
        ("spice", "skipped"),
        ("nail", "would"),
        ("ripe", "would"),
    ]
    assert told["steps"][0]["makes"] == [["jar", "plum"]]
    assert (told["problems"], told["objections"], told["is_startable"]) == ([], [], True)
    assert Shelf.jars() == []


def test_programs_are_told_what_hinders_it(world: World, browser: Browser) -> None:
    told = plan(browser("mira"), definition=TEA, answers={"fruit": "mould", "pots": 0}).json()
    assert told["is_startable"] is False
    assert told["objections"][0]["message"] == "Nobody eats mould."
    assert told["problems"] == [{"page": 2, "title": "Pots", "words": "This must be at least 1."}]
    assert plan(browser("mira"), definition=TEA).json()["steps"][0]["stands"] == "open"


def test_programs_get_every_finding_of_a_file_that_is_not_right(
    world: World, browser: Browser
) -> None:
    answer = plan(browser("mira"), definition=TEA.replace("jar.put", "jar.push"))
    assert answer.status_code == 422
    assert len(answer.json()["details"]) == 2
    assert plan(browser("mira"), definition=[1]).status_code == 422
    assert plan(browser("mira"), answers={}).status_code == 422


def test_a_path_can_not_be_called_as_the_door_that_tries_them(world: World) -> None:
    with pytest.raises(Refused, match="is an address of the portal itself"):
        queries.right(JAM.replace("name: jam", "name: plan"))
