"""The one axis of time: written once per source, linked, found by component, team and place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from observability.changes import operations, queries
from observability.changes.models import Change, Commit, Link
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from tests.conftest import NOW

URL = "/api/v1/changes/"


@pytest.fixture
def component(people: dict[str, User], airline_data: Team) -> Component:
    return catalog.register(
        name="weather-api", team=airline_data, kind="api", by=people["mira"], now=NOW
    )


def record(component: Component | None, name: str, minutes: float = 0, **given: object) -> Change:
    usual = {
        "kind": Change.Kind.DEPLOYMENT,
        "environment": "production",
        "outcome": Change.Outcome.RUNNING,
        "title": name,
        "by": None,
        "started_at": NOW + timedelta(minutes=minutes),
    }
    return operations.record(external_id=name, component=component, **{**usual, **given})  # type: ignore[arg-type]


def test_the_same_event_twice_is_one_change(component: Component) -> None:
    record(component, "d:1", reason="first")
    record(component, "d:1", outcome=Change.Outcome.SUCCEEDED, reason="second")
    change = Change.objects.get()
    assert (change.outcome, change.reason) == ("succeeded", "first")


def test_another_source_may_use_the_same_name(component: Component) -> None:
    record(component, "d:1")
    record(component, "d:1", source="github")
    assert Change.objects.count() == 2


def test_it_ends(component: Component) -> None:
    record(component, "d:1")
    operations.finish(external_id="d:1", outcome=Change.Outcome.FAILED, now=NOW)
    change = Change.objects.get()
    assert (change.outcome, change.finished_at) == ("failed", NOW)


def test_links_and_commits_are_said_once(component: Component) -> None:
    wrong, undone = record(component, "d:1"), record(component, "d:2", 5)
    for _ in range(2):
        operations.link(change=undone, other=wrong, kind=Link.Kind.REVERSES)
        operations.add_commits(change=wrong, commits=[Commit(sha="3f9c2ab", committed_at=NOW)])
    assert Link.objects.count() == 1
    assert Commit.objects.count() == 1


def test_the_api_shows_newest_first_with_links_and_commits(
    component: Component, program: Callable[..., APIClient]
) -> None:
    wrong = record(component, "wrong", 1)
    undone = record(component, "undone", 2)
    record(component, "told later", 0)
    operations.link(change=undone, other=wrong, kind=Link.Kind.REVERSES)
    operations.add_commits(change=wrong, commits=[Commit(sha="3f9c2ab", committed_at=NOW)])
    client = program("hannah")
    rows = client.get(URL).json()["results"]
    assert [row["title"] for row in rows] == ["undone", "wrong", "told later"]
    told = {"kind": "reverses", "change": str(wrong.pk), "title": "wrong", "evidence": ""}
    assert rows[0]["links"] == [told]
    assert rows[1]["commits"][0]["sha"] == "3f9c2ab"
    assert client.get(f"{URL}{wrong.pk}/").json()["component"] == "weather-api"


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("component=weather-api", ["mine"]),
        ("team=airline-data", ["mine"]),
        ("client=acme-travel", ["mine"]),
        ("client=nobody", []),
        ("environment=staging", ["elsewhere"]),
        ("kind=rollback", ["elsewhere"]),
        ("kind=rollback&kind=deployment", ["elsewhere", "mine"]),
        ("outcome=failed", ["elsewhere"]),
        ("since=2026-11-20T14:01:00Z", ["elsewhere"]),
        ("until=2026-11-20T14:01:00Z", ["mine"]),
        ("release=3", ["mine"]),
    ],
)
def test_it_finds_by_each_filter(
    component: Component, program: Callable[..., APIClient], query: str, titles: list[str]
) -> None:
    feeds = {"direction": "feeds", "kind": "client", "name": "acme-travel"}
    for source in Dependency.Source:
        component.dependencies.create(**feeds, source=source, since_at=NOW)
    record(component, "mine", release=3)
    record(
        None,
        "elsewhere",
        2,
        environment="staging",
        kind=Change.Kind.ROLLBACK,
        outcome=Change.Outcome.FAILED,
    )
    rows = program("mira").get(f"{URL}?{query}").json()["results"]
    assert [row["title"] for row in rows] == titles


def test_the_axis_takes_the_same_queries_however_long(
    component: Component, django_assert_num_queries: Callable
) -> None:
    for number in range(20):
        change = record(component, f"d:{number}", number)
        operations.add_commits(change=change, commits=[Commit(sha=str(number))])
    with django_assert_num_queries(4):
        rows = list(queries.changes(component="weather-api"))
        assert all(row.commits.all() for row in rows)


def test_the_teams_of_a_person(component: Component, people: dict[str, User]) -> None:
    record(component, "mine")
    record(None, "nobody's")
    assert [change.title for change in queries.of_teams(people["jonas"])] == ["mine"]
    assert not queries.of_teams(people["hannah"]).exists()
