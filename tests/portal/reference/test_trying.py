"""Every operation of the API as a form: each input has a field, in the place where it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from portal import schema
from portal.reference import trying
from portal.reference.trying import Input, Trial
from tests.doors import all_doors


@pytest.fixture(scope="module")
def trials() -> dict[str, Trial]:
    return trying.trials(schema.document())


def shapes(trial: Trial, place: str = "body") -> dict[str, str]:
    return {one.name: one.shape for one in trial.inputs if one.place == place}


def test_every_door_of_the_api_has_a_form(trials: dict[str, Trial]) -> None:
    forms = {f"{one.method} {one.path}".replace("{id}", "{pk}") for one in trials.values()}
    doors = {door for door in all_doors() if " /api/v1/" in door and "{against}" not in door}
    assert sorted(doors - forms) == []


def test_each_part_of_an_address_has_a_field(trials: dict[str, Trial]) -> None:
    for trial in trials.values():
        parts = set(re.findall(r"{(\w+)}", trial.path))
        assert parts == {one.name for one in trial.at("path")}, trial.path
        assert all(one.is_required for one in trial.at("path"))


def test_no_two_fields_of_a_form_have_one_identity(trials: dict[str, Trial]) -> None:
    for trial in trials.values():
        keys = [one.key for one in trial.inputs]
        assert len(keys) == len(set(keys)), trial.path


def test_a_field_is_filled_in_as_what_it_is(trials: dict[str, Trial]) -> None:
    assert shapes(trials["components_partial_update"]) == {
        "title": "text",
        "description": "long",
        "tier": "number",
        "lifecycle": "choice",
        "links": "json",
    }
    made = shapes(trials["users_create"])
    assert (made["password"], made["is_platform"]) == ("secret", "yes")
    assert shapes(trials["tokens_create"])["scopes"] == "choices"
    state = next(one for one in trials["runs_list"].at("query") if one.name == "state")
    assert (state.shape, state.choices[0], state.kind) == ("choices", "cancelled", "")
    assert shapes(trials["runs_create"], "header") == {"Idempotency-Key": "text"}


def test_what_is_needed_is_asked_for_first(trials: dict[str, Trial]) -> None:
    def needed(inputs: list[Input]) -> list[bool]:
        return [one.is_required for one in inputs]

    for trial in trials.values():
        for place in ("query", "body"):
            found = needed(trial.at(place))
            assert found == sorted(found, reverse=True), trial.path


def test_a_file_is_one_text(trials: dict[str, Trial]) -> None:
    register = trials["transformations_create"]
    assert (register.is_whole, register.content) == (True, "application/yaml")
    assert register.at("body") == []


def test_the_page_of_an_operation_has_its_form(browser: Callable[[str], Client]) -> None:
    mira = browser("mira")
    page = mira.get("/api/docs/components_partial_update/").content.decode()
    assert 'data-try="PATCH" data-path="/api/v1/components/{name}/"' in page
    assert 'data-content="application/json"' in page
    assert '<dialog class="dialog" id="sure"' in page
    assert "As Mira Okafor" in page
    looking = mira.get("/api/docs/runs_list/").content.decode()
    assert 'id="sure"' not in looking
    assert "<option>succeeded</option>" in looking
    reference = mira.get("/api/docs/").content.decode()
    assert 'href="/api/docs/components_partial_update/"' in reference


def test_an_operation_that_is_not_there_is_said_in_words(
    browser: Callable[[str], Client],
) -> None:
    answer = browser("mira").get("/api/docs/no_such_operation/")
    assert answer.status_code == 404
    assert "no operation called “no_such_operation”" in answer.content.decode()


def test_who_is_not_signed_in_is_led_to_signing_in(client: Client, db: None) -> None:
    answer = client.get("/api/docs/runs_list/")
    assert answer.headers["Location"] == "/sign-in?next=%2Fapi%2Fdocs%2Fruns_list%2F"


def test_a_question_that_is_posted_changes_nothing(trials: dict[str, Trial]) -> None:
    looking = {name for name, one in trials.items() if one.is_looking and one.method != "GET"}
    assert {"golden_paths_plan_create", "manifests_plan_create"} & looking, looking
    assert not looking & {"runs_create", "deployments_create", "tokens_create"}
