"""The audit over the API: everyone who is signed in may look, nobody may do anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from celery.schedules import schedule
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.audit import operations, tasks
from portal.audit.models import Entry, Seal, Unsealed
from portal.audit.refusals import kept
from portal.errors import Refused
from tests.conftest import NOW

Program = Callable[..., APIClient]


def act(**given: object) -> Entry:
    usual = {"verb": "x.y", "by": None, "now": NOW, "kind": "x", "thing": "thing"}
    return operations.record(**{**usual, **given})  # type: ignore[arg-type]


def listed(client: APIClient, query: str) -> list[dict[str, object]]:
    answer = client.get(f"/api/v1/audit/?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ("component=carrier-punctuality", {"component": "carrier-punctuality"}),
        ("kind=deployment", {"kind": "deployment"}),
        ("verb=deployment.approve", {"verb": "deployment.approve"}),
        ("environment=production", {"environment": "production"}),
        ("outcome=refused", {"outcome": Entry.Outcome.REFUSED}),
        ("thing_id=17", {"thing_id": 17}),
        ("since=2027-01-01T00:00:00Z", {"now": NOW + timedelta(days=100)}),
        ("until=2026-01-01T00:00:00Z", {"now": NOW - timedelta(days=400)}),
    ],
)
def test_it_finds_by_each_filter(program: Program, query: str, given: dict[str, object]) -> None:
    client = program("jonas")
    wanted = act(**given)
    act()
    assert [row["id"] for row in listed(client, query)] == [str(wanted.pk)]


def test_it_finds_by_person(program: Program, people: dict[str, User]) -> None:
    client = program("jonas")
    act(by=people["mira"])
    found = listed(client, "actor=mira")
    assert [(row["actor"], row["actor_name"]) for row in found] == [("mira", "Mira Okafor")]


def test_an_entry_shows_its_seal(program: Program) -> None:
    client = program("jonas")
    wanted = act()
    assert listed(client, "kind=x")[0]["sequence"] is None
    tasks.seal()
    assert listed(client, "kind=x")[0]["digest"] == Seal.objects.get(entry=wanted).digest


def test_the_sealer_ticks_twice_a_second(settings: Settings) -> None:
    tick = settings.CELERY_BEAT_SCHEDULE["seal the audit"]
    assert tick["task"] == tasks.seal.name
    assert tick["schedule"] == schedule(0.5)


def test_a_refusal_survives_what_it_undoes(people: dict[str, User]) -> None:
    @kept("thing.break", "thing", "thing")
    def break_it(*, thing: str, by: User | None, now: object) -> None:
        raise Refused(f"{thing} is not to be broken.")

    with pytest.raises(Refused):
        break_it(thing="vase", by=people["mira"], now=NOW)
    entry = Entry.objects.get(verb="thing.break")
    assert (entry.outcome, entry.thing, entry.reason) == (
        "refused",
        "vase",
        "vase is not to be broken.",
    )
    assert Unsealed.objects.filter(pk=entry.pk).exists()
    with pytest.raises(Refused):
        break_it(thing="vase", by=None, now=NOW)
    assert Entry.objects.filter(verb="thing.break").count() == 1  # nobody was refused anything
