"""Lists of the API in other orders: nothing twice, nothing lost, and back again the same way."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from observability.changes import operations as changes
from observability.changes.models import Change
from portal import schema
from portal.accounts.models import User
from portal.audit import operations as audit
from tests import more_of_it
from tests.conftest import NOW
from tests.test_permissions import PLATFORM
from tests.whole_house import Whole, telling

Program = Callable[..., APIClient]
AUDIT, CHANGES, USERS = "/api/v1/audit/", "/api/v1/changes/", "/api/v1/users/"


def ordered() -> Iterator[tuple[str, list[str]]]:
    """Every list, with what it may be asked for."""
    for path, verbs in schema.document()["paths"].items():
        for each in verbs.get("get", {}).get("parameters", ()):
            if each["name"] == "ordering":
                yield path, each["schema"]["enum"]


def walked(client: Client, path: str, ordering: str, *, limit: int) -> list[Any]:
    """All rows by following `next`; each page's `previous` leads to the page before."""
    asked = f"{path}?limit={limit}" + (f"&ordering={ordering}" if ordering else "")
    found, before = [], None
    while asked:
        answer = client.get(asked)
        assert answer.status_code == 200, f"{asked}: {answer.content[:300]!r}"
        page = answer.json()
        if before is not None:
            assert client.get(page["previous"]).json()["results"] == before, asked
        before = page["results"]
        found += before
        asked = page["next"]
    return found


def test_every_list_goes_through_all_it_has_in_each_of_its_orders(
    whole: Whole, people: dict[str, User]
) -> None:
    telling(timezone.now())
    more_of_it.complete(whole, NOW)
    client = Client()
    client.force_login(people[PLATFORM])
    lists = dict(ordered())
    assert len(lists) > 30
    long = 0
    for path, orderings in lists.items():
        address = whole.address(path)
        usual = walked(client, address, "", limit=200)
        a_third = len(usual) // 3 or 1
        long += a_third > 1
        for name in (each for each in orderings if not each.startswith("-")):
            up, down = (walked(client, address, each, limit=a_third) for each in (name, f"-{name}"))
            assert up == down[::-1], f"{path} by {name}"
            assert sorted(map(str, up)) == sorted(map(str, usual)), f"{path} by {name}"
    assert long > 3


def test_another_order_is_refused_and_told_which_there_are(program: Program) -> None:
    refused = program("mira").get(f"{USERS}?ordering=password")
    assert refused.status_code == 422
    assert refused.json()["field"] == "ordering"
    assert "choose one of username, -username, id, -id." in refused.json()["detail"]


@pytest.mark.parametrize("ordering", ["started_at", "-started_at"])
def test_what_has_the_same_time_is_told_apart(program: Program, ordering: str) -> None:
    for number in range(7):
        changes.record(
            kind=Change.Kind.RELEASE,
            external_id=f"x:{number}",
            component=None,
            title=str(number),
            by=None,
            started_at=NOW,
            outcome=Change.Outcome.SUCCEEDED,
        )
    found = [row["title"] for row in walked(program("mira"), CHANGES, ordering, limit=2)]
    wanted = [str(number) for number in range(7)]
    assert found == (wanted[::-1] if ordering.startswith("-") else wanted)


def test_what_comes_meanwhile_shifts_nothing(program: Program) -> None:
    mira = program("mira")
    for number in range(4):
        audit.record(verb="x.y", by=None, now=NOW, kind="x", thing=number)
    first = mira.get(f"{AUDIT}?limit=2&ordering=id").json()
    audit.record(verb="x.y", by=None, now=NOW, kind="x", thing=99)
    second = mira.get(first["next"]).json()["results"]
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second}


@pytest.mark.parametrize("position", ["p=x", "p=", "p=x~y", "p=%00", "r=x&p=1", "o=-1"])
@pytest.mark.parametrize("path", [AUDIT, CHANGES])
def test_a_position_that_nobody_wrote_is_refused(
    program: Program, path: str, position: str
) -> None:
    cursor = b64encode(position.encode()).decode()
    answer = program("mira").get(path, {"cursor": cursor})
    assert answer.status_code == 404
    assert "gave out no such cursor" in answer.json()["detail"]


def test_made_since_and_until(program: Program, whole: Whole) -> None:
    mira = program("mira")
    for path in ("/api/v1/runs/", "/api/v1/deployments/", "/api/v1/deliveries/"):
        every = {row["id"] for row in walked(mira, path, "", limit=200)}
        middle = timezone.now()
        assert {row["id"] for row in walked(mira, path, "id", limit=2)} == every
        until = mira.get(path, {"until": middle.isoformat(), "limit": 200}).json()["results"]
        since = mira.get(path, {"since": middle.isoformat(), "limit": 200}).json()["results"]
        assert ({row["id"] for row in until}, since) == (every, []), path
        assert mira.get(path, {"since": "1960-01-01T00:00:00Z"}).status_code == 200
        assert mira.get(path, {"since": "yesterday"}).status_code == 422


def test_people_are_narrowed_down(program: Program, people: dict[str, User]) -> None:
    mira = program("mira")

    def names(**asked: str) -> list[str]:
        return [row["username"] for row in mira.get(USERS, asked).json()["results"]]

    assert names(is_platform="true") == ["priya"]
    assert "hannah" not in names(team="airline-data")
    assert names(team="nobody-is-here") == []
    people["jonas"].is_active = False
    people["jonas"].save()
    assert names(is_active="false") == ["jonas"]


def test_lists_are_narrowed_down_by_words_kind_and_team(program: Program, whole: Whole) -> None:
    mira = program("mira")

    def named(path: str, **asked: str) -> list[str]:
        answer = mira.get(f"/api/v1/{path}/", asked)
        assert answer.status_code == 200, answer.content
        return [row["name"] for row in answer.json()["results"]]

    assert named("teams", q="airl") == ["airline-data"]
    assert "nyc-files" in named("connections", kind="directory", team="airline-data")
    assert named("connections", kind="postgres", q="nyc-files") == []
    assert "acme-travel" in named("clients", q="acme")
    assert named("destinations", client="nobody") == []
    assert named("environments", is_production="true") == ["production"]
    assert named("catalog-sources", state="failed", team="no-team") == []
    assert named("workers", queue="no-such-queue") == []
