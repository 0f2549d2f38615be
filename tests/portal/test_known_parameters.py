"""What stands behind the ? of an address is read, or refused in words: never ignored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from portal.accounts.models import Team, User
from tests.portal.pages.api_query_counts import COUNTS
from tests.test_permissions import PLATFORM
from tests.whole_house import Whole

Program = Callable[..., APIClient]


def test_a_mistyped_filter_is_refused_and_told_which_there_are(program: Program) -> None:
    answer = program("mira").get("/api/v1/runs/?componnt=x&state=failed")
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, "componnt")
    assert problem["detail"] == (
        "There is no filter “componnt” here. There are: component, environment, number, since, "
        "state, team, transformation, until, cursor, limit, ordering. Did you mean component?"
    )


def test_one_thing_is_no_list_and_says_so(whole: Whole, program: Program) -> None:
    answer = program("mira").get(f"/api/v1/runs/{whole.ended_run.pk}/?state=failed")
    assert answer.status_code == 422
    assert answer.json()["detail"] == (
        "There is no parameter “state” here: this address takes none."
    )


def test_an_address_that_is_not_looked_at_is_told_so_first(program: Program) -> None:
    assert program("mira").get("/api/v1/manifests/plan/?dry=1").status_code == 405


def test_what_a_person_may_not_ask_at_all_is_said_first(db: None, client: Client) -> None:
    assert client.get("/api/v1/runs/?componnt=x").status_code == 401


@pytest.mark.parametrize("called", ["component", "transformation"])
@pytest.mark.parametrize("noun", ["runs", "deliveries", "backfills", "schedules"])
def test_work_is_narrowed_down_by_the_word_of_the_pages_and_by_its_own(
    whole: Whole, program: Program, noun: str, called: str
) -> None:
    def found(name: str) -> list[object]:
        return program("mira").get(f"/api/v1/{noun}/", {called: name}).json()["results"]

    assert found(whole.component.name)
    assert found("nothing-is-called-so") == []


def test_every_address_refuses_what_it_does_not_read(whole: Whole, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people[PLATFORM])
    for path in COUNTS:
        answer = client.get(whole.address(path), {"no-such-word": "x"})
        assert answer.status_code == 422, f"{path}: {answer.status_code} {answer.content[:200]!r}"
        assert answer.json()["field"] == "no-such-word", path


def test_what_changes_something_ignores_nothing_either(
    people: dict[str, User], program: Program
) -> None:
    """A `dry_run` that nobody reads would be a real one."""
    priya = program("priya")
    made = priya.post("/api/v1/teams/?dry_run=true", {"name": "dry"}, format="json")
    assert (made.status_code, made.json()["field"]) == (422, "dry_run")
    gone = priya.delete("/api/v1/teams/airline-data/members/mira/?dry_run=1")
    assert (gone.status_code, gone.json()["field"]) == (422, "dry_run")
    stale = priya.post("/api/v1/users/jonas/deactivate/", headers={"If-Match": '"stale"'})
    assert (stale.status_code, stale.json()["field"]) == (422, "If-Match")
    assert not Team.objects.filter(name="dry").exists()
    assert User.objects.get(username="jonas").is_active
