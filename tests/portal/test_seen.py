"""ETag and If-Match: a change holds only for what was seen, and two at once are one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from portal import schema
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.errors import Moved, Refused
from portal.seen import ANYTHING, Stale, digest, in_header, on_page
from tests.conftest import NOW
from tests.test_permissions import PLATFORM, TABLE
from tests.whole_house import Whole

Program = Callable[..., APIClient]
GATE = "/api/v1/components/gate-api/"
# Has a number of its own, and keeps both texts: see tests/pipelines/drafts/test_api.py
DRAFT = "PUT /api/v1/drafts/{pk}/"


def conditional() -> Iterator[str]:
    """Doors whose document names If-Match, as the table of permissions names doors."""
    for path, verbs in schema.document()["paths"].items():
        for method, verb in verbs.items():
            if any(each["name"] == "If-Match" for each in verb.get("parameters", ())):
                yield f"{method.upper()} {path}"


def plain(door: str) -> str:
    """Without what a path calls its one thing: the document says {id} where the table says {pk}."""
    return door.replace("{id}", "{pk}")


def test_what_has_no_etag_is_not_removed_as_if_it_had_been_compared(program: Program) -> None:
    read = set(conditional())
    paths = [
        path
        for path, verbs in schema.document()["paths"].items()
        if "delete" in verbs and f"DELETE {path}" not in read
    ]
    assert {"/api/v1/channels/{id}/", "/api/v1/grants/{id}/"} <= set(paths)
    for path in paths:
        address = re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", path)
        answer = program("priya").delete(address, headers={"If-Match": '"b0a7"'})
        assert (answer.status_code, answer.json()["field"]) == (422, "If-Match"), path


@pytest.fixture
def gate(people: dict[str, User], airline_data: Team) -> Component:
    return catalog.register(
        name="gate-api", team=airline_data, kind="api", by=people["mira"], now=NOW
    )


def change(client: APIClient, title: str, tag: str) -> Any:
    return client.patch(GATE, {"title": title}, format="json", headers={"If-Match": tag})


def test_a_change_holds_for_what_was_seen(gate: Component, program: Program) -> None:
    ines = program("ines")
    seen = ines.get(GATE)["ETag"]
    done = change(ines, "Gates", seen)
    assert (done.status_code, done["ETag"] == seen) == (200, False)
    assert change(ines, "Doors", done["ETag"]).json()["title"] == "Doors"


def test_what_is_different_by_then_is_not_overwritten(gate: Component, program: Program) -> None:
    ines = program("ines")
    seen = ines.get(GATE)["ETag"]
    assert change(ines, "Gates", seen).status_code == 200
    late = change(program("tomas"), "Doors", seen)
    assert late.status_code == 412
    assert late["Content-Type"] == "application/problem+json"
    problem = late.json()
    assert (problem["type"], problem["field"]) == ("urn:slipway:problem:stale", "If-Match")
    assert "Look at what stands there now, then change it again with the ETag" in problem["detail"]
    gate.refresh_from_db()
    assert gate.title == "Gates"
    assert Entry.objects.filter(verb="component.change", outcome="refused").count() == 1


def test_what_no_one_can_change_makes_no_other_etag(
    gate: Component, program: Program, people: dict[str, User]
) -> None:
    ines = program("ines")
    seen = ines.get(GATE)["ETag"]
    catalog.depend(component=gate, on=[("reads", "connection", "nyc")], source="declared", now=NOW)
    assert ines.get(GATE)["ETag"] == seen


def test_without_the_header_the_last_one_wins(gate: Component, program: Program) -> None:
    for title in ("Gates", "Doors"):
        answer = program("ines").patch(GATE, {"title": title}, format="json")
        assert answer.json()["title"] == title


@pytest.mark.django_db(transaction=True)
def test_of_two_with_the_same_etag_at_once_one_is_done(gate: Component, program: Program) -> None:
    """Two connections that begin together, ten times: never both, never neither."""
    clients = [program("ines"), program("tomas")]
    for turn in range(10):
        seen = clients[0].get(GATE)["ETag"]
        both = Barrier(2)

        def ask(number: int, seen: str = seen, both: Barrier = both, turn: int = turn) -> int:
            try:
                both.wait(timeout=60)
                return int(change(clients[number], f"{turn} of {number}", seen).status_code)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            statuses = sorted(threads.map(ask, range(2)))
        assert statuses == [200, 412]


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ('"abc"', {"abc"}),
        ('W/"abc"', {"abc"}),
        ("abc", {"abc"}),
        ('"abc", "def"', {"abc", "def"}),
        ("*", {"*"}),
    ],
)
def test_tags_are_read_as_they_are_written(header: str, tags: set[str]) -> None:
    """Also weak ones: a proxy that compresses an answer makes them of ours."""
    assert in_header(header).tags == tags


@pytest.mark.parametrize("header", ["", " ", '""', '"a", ', '"a', "two words", "ü"])
def test_what_names_nothing_is_no_protection_and_says_so(header: str) -> None:
    with pytest.raises(Refused, match="names nothing"):
        in_header(header)


def test_any_wants_something_to_be_there() -> None:
    facts = {"title": "Gates"}
    in_header("*").require(facts, "gate-api")
    for seen in (in_header("*"), in_header(f'"{digest(facts)}"')):
        with pytest.raises(Stale):
            seen.require(None, "gate-api")
    with pytest.raises(Moved):
        on_page("abc").require(facts, "gate-api")
    ANYTHING.require(None, "gate-api")


def test_every_change_of_the_api_may_name_what_was_seen() -> None:
    named = {plain(door) for door in conditional()}
    changing = {door for door in TABLE if door.startswith(("PATCH /api/v1/", "PUT /api/v1/"))}
    assert changing <= named, changing - named
    shown = schema.document()["paths"]
    for door in named - {DRAFT}:
        method, _, path = door.partition(" ")
        if method in {"PATCH", "PUT"}:
            one = shown.get(path) or shown[path.replace("{pk}", "{id}")]
            assert "ETag" in one["get"]["responses"]["200"]["headers"], path


def test_each_of_them_is_refused_where_the_thing_is_another(
    whole: Whole, people: dict[str, User]
) -> None:
    client = Client(raise_request_exception=False)
    wrong = []
    for door in sorted({plain(door) for door in conditional()} - {DRAFT}):
        allowed, body = TABLE[door]
        client.force_login(people[PLATFORM if PLATFORM in allowed else allowed[-1]])
        method, _, path = door.partition(" ")
        with transaction.atomic():
            answer = client.generic(
                method,
                whole.address(path),
                json.dumps(body(whole) if body else {}),
                content_type="application/json",
                headers={"If-Match": '"another"'},
            )
            transaction.set_rollback(True)
        if answer.status_code != 412:
            wrong.append(f"{door}: {answer.status_code} {answer.content[:200]!r}")
    assert not wrong, "\n".join(wrong)
