"""Registering and looking over the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from rest_framework.response import Response
from rest_framework.test import APIClient

from deployments.releases import operations as releases
from deployments.releases.models import Release
from tests.conftest import NOW
from tests.pipelines.factories import House, file

URL = "/api/v1/transformations/"
Program = Callable[..., APIClient]
OTHER = "SELECT carrier, count(*) AS flights FROM flights WHERE month > $month GROUP BY carrier"


def send(client: APIClient, body: str, media: str = "application/yaml") -> Response:
    return client.generic("POST", URL, body, content_type=media)


@pytest.fixture
def mira(house: House, program: Program) -> APIClient:
    return program("mira")


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (yaml.safe_dump(file()), "application/yaml"),
        (yaml.safe_dump(file()), "text/yaml; charset=utf-8"),
        (json.dumps(file()), "application/json"),
        (json.dumps({"file": yaml.safe_dump(file())}), "application/json"),
    ],
)
def test_a_file_is_registered_once_whatever_its_form(
    mira: APIClient, body: str, media: str
) -> None:
    first = send(mira, body, media)
    again = send(mira, yaml.safe_dump(file(), sort_keys=False))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    assert (first.data["transformation"], first.data["number"]) == ("carrier-punctuality", 1)
    assert first.data["digest"].startswith("sha256:")
    assert first.data["lineage"] == {"carrier": ["flights"], "flights": ["flights"]}


def test_what_is_wrong_is_a_problem_with_places(mira: APIClient) -> None:
    text = yaml.safe_dump(file(), sort_keys=False).replace("engine: duckdb", "engine: spark")
    text = text.replace("kind: Transformation", "kind: Table")

    answer = send(mira, text)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.data["field"] == "kind"
    assert [(each["field"], each["line"]) for each in answer.data["details"]] == [
        ("kind", 2),
        ("spec.engine", 8),
    ]


@pytest.mark.parametrize("body", ["{", "[1", "\x00", '{"file": 3}', '{"file": "x"}', "{}" * 9])
def test_nonsense_is_refused_in_words(mira: APIClient, body: str) -> None:
    for media in ("application/yaml", "application/json"):
        answer = send(mira, body, media)
        assert answer.status_code == 422, answer.content
        assert answer.data["detail"]


def test_a_body_that_is_much_too_large_is_refused(mira: APIClient) -> None:
    answer = send(mira, "x" * (1024 * 1024 + 1))
    assert (answer.status_code, "256 kB" in answer.data["detail"]) == (422, True)


def test_another_kind_of_body_is_refused(mira: APIClient) -> None:
    assert send(mira, "a=b", "application/x-www-form-urlencoded").status_code == 415


def test_who_may_not_register_is_told(house: House, program: Program) -> None:
    text = yaml.safe_dump(file())
    assert send(program("jonas"), text).status_code == 403
    assert send(program("hannah"), text).status_code == 403
    assert send(program("mira", "read"), text).status_code == 403
    assert send(APIClient(), text).status_code == 401


def test_lists_and_details(mira: APIClient) -> None:
    send(mira, yaml.safe_dump(file()))
    send(mira, yaml.safe_dump(file(OTHER)))

    (row,) = mira.get(URL).data["results"]
    versions = mira.get(f"{URL}carrier-punctuality/versions/").data["results"]
    second = mira.get(f"{URL}carrier-punctuality/versions/2/").data

    assert (row["name"], row["team"], row["newest"]) == ("carrier-punctuality", "airline-data", 2)
    assert mira.get(f"{URL}carrier-punctuality/").data["newest"] == 2
    assert [each["number"] for each in versions] == [2, 1]
    assert second["spec"]["sql"] == OTHER
    assert yaml.safe_load(second["file"]) == file(OTHER)
    assert mira.get(URL, {"team": "finance-data"}).data["results"] == []


def test_long_lists_of_versions_come_in_pages(mira: APIClient) -> None:
    for number in range(3):
        send(mira, yaml.safe_dump(file(f"{OTHER} -- {number}")))
    page: Any = mira.get(f"{URL}carrier-punctuality/versions/", {"limit": 2}).data
    rest = mira.get(page["next"]).data
    numbers = [[each["number"] for each in part["results"]] for part in (page, rest)]
    assert numbers == [[3, 2], [1]]


@pytest.mark.parametrize("path", ["versions/2/diff/1/", "versions/2/diff/?against=1",
                                  "versions/2/diff/"])  # fmt: skip
def test_two_versions_are_compared(mira: APIClient, path: str) -> None:
    send(mira, yaml.safe_dump(file()))
    send(mira, yaml.safe_dump(file(OTHER)))

    found = mira.get(f"{URL}carrier-punctuality/{path}").data

    assert (found["old"], found["new"]) == (1, 2)
    assert (found["sql"]["added"], found["sql"]["removed"]) == (1, 1)
    assert found["is_same_meaning"] is False
    assert found["contract"]["is_compatible"] is True


def test_what_does_not_exist_is_not_found_in_words(mira: APIClient) -> None:
    send(mira, yaml.safe_dump(file()))
    for path, words in (
        ("nothing/", "no transformation called “nothing”"),
        ("carrier-punctuality/versions/9/", "no v9. The newest is v1."),
        ("carrier-punctuality/versions/1/diff/", "has no version before this one to"),
        ("carrier-punctuality/versions/1/diff/7/", "no v7"),
    ):
        answer = mira.get(f"{URL}{path}")
        assert (answer.status_code, words in answer.data["detail"]) == (404, True), answer.data


def test_a_rejected_version_says_so(house: House, mira: APIClient) -> None:
    send(mira, yaml.safe_dump(file()))
    releases.reject(release=Release.objects.get(), reason="Doubled.", by=house.owner, now=NOW)

    again = send(mira, yaml.safe_dump(file()))

    assert again.status_code == 200
    assert again.data["rejection"]["reason"] == "Doubled."
    assert again.data["rejection"]["by"] == "tomas"
