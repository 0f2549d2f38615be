"""Answers of the API when something was not done: one shape, in words, with the request's id."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import include, path
from rest_framework.exceptions import Throttled
from rest_framework.test import APIClient
from rest_framework.views import APIView

from launch.places import ROOT
from portal.api import KINDS
from portal.errors import Moved, NotFound, Refused
from tests.source import FLOORS

Program = Callable[..., APIClient]
SHAPE = {"type", "title", "status", "detail", "field", "details", "request_id"}


def raising(error: Exception) -> Any:
    class Door(APIView):
        def get(self, request: object) -> object:
            raise error

    return Door.as_view()


urlpatterns = [
    path("api/refused", raising(Refused("Not on a Friday.", field="day", details=[{"line": 3}]))),
    path("api/moved", raising(Moved("Someone was first."))),
    path("api/gone", raising(NotFound("There is no such thing."))),
    path("api/busy", raising(Throttled(wait=12))),
    path("api/bug", raising(RuntimeError("secret details"))),
    path("", include("portal.urls")),
]
handler404 = "portal.failures.not_found"
handler500 = "portal.failures.broken"


@pytest.fixture
def client_of(program: Program) -> Any:
    client = program("mira")
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=__name__):
        yield client


@pytest.mark.parametrize(
    ("address", "status", "kind", "detail"),
    [
        ("refused", 422, "refused", "Not on a Friday."),
        ("moved", 409, "conflict", "Someone was first."),
        ("gone", 404, "not-found", "There is no such thing."),
        ("busy", 429, "too-many", "Too many requests: try again in 12 seconds."),
        ("bug", 500, "bug", "Something is broken on our side."),
        ("nowhere", 404, "not-found", "There is nothing at this address."),
    ],
)
def test_each_has_its_status_and_its_words(
    client_of: APIClient, address: str, status: int, kind: str, detail: str
) -> None:
    answer = client_of.get(f"/api/{address}", headers={"X-Request-Id": "from-the-proxy-1"})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == SHAPE
    assert problem["type"] == f"urn:slipway:problem:{kind}"
    assert problem["detail"].startswith(detail)
    assert problem["request_id"] == "from-the-proxy-1"
    assert "secret details" not in answer.content.decode()


def test_field_and_details_come_along(client_of: APIClient) -> None:
    problem = client_of.get("/api/refused").json()
    assert (problem["field"], problem["details"]) == ("day", [{"line": 3}])


def test_a_throttled_program_is_told_when_to_come_back(client_of: APIClient) -> None:
    assert client_of.get("/api/busy").headers["Retry-After"] == "12"


def test_what_can_not_be_read_or_done(program: Program) -> None:
    client = program("priya")
    cases = [
        (client.post("/api/v1/teams/", "{", content_type="application/json"), 400),
        (client.post("/api/v1/teams/", "x", content_type="text/plain"), 415),
        (client.delete("/api/v1/teams/"), 405),
        (client.get("/api/v1/teams/", headers={"Accept": "text/csv"}), 406),
        (client.post("/api/v1/teams/", {}), 422),
        (client.get("/api/v1/audit/?since=yesterday"), 422),
    ]
    for answer, status in cases:
        assert answer.status_code == status, answer.content
        assert set(answer.json()) == SHAPE


def test_what_is_sent_in_no_known_form_is_told_which_there_are(program: Program) -> None:
    for kind in ("", "text/plain"):
        answer = program("priya").generic("POST", "/api/v1/teams/", b"x", content_type=kind)
        assert answer.status_code == 415
        assert answer.json()["detail"] == (
            "This address reads application/json: say so in Content-Type."
        )


def test_null_is_no_body(program: Program) -> None:
    answer = program("priya").post("/api/v1/teams/", b"null", content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "This must be an object, not null.",
    )


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_what_is_sent_to_an_address_without_its_slash_is_not_led_on(
    program: Program, verb: str
) -> None:
    answer = getattr(program("mira"), verb)("/api/v1/runs")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == (
        "There is nothing at this address. With a slash at its end there is: /api/v1/runs/"
    )


def test_who_only_looks_is_led_on_to_the_slash(program: Program) -> None:
    answer = program("mira").get("/api/v1/runs")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/api/v1/runs/")


def test_findings_are_named_by_field(program: Program) -> None:
    body = {"name": "x", "scopes": ["read", "fly"]}
    problem = program("mira").post("/api/v1/tokens/", body).json()
    assert problem["field"] == "scopes.1"
    assert problem["details"][0]["field"] == "scopes.1"
    assert "fly" in problem["details"][0]["message"]


def test_nobody_is_told_how_to_come_in(client: Client, db: None) -> None:
    answer = client.get("/api/v1/teams/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in answer.json()["detail"]


def test_a_page_that_is_a_bug_names_the_request(browser: Callable[[str], Client]) -> None:
    client = browser("mira")
    client.raise_request_exception = False
    patterns = [path("bug", lambda _: 1 / 0), *urlpatterns]
    with override_settings(
        ROOT_URLCONF=type("urls", (), {"urlpatterns": patterns, "handler500": handler500})
    ):
        answer = client.get("/bug", headers={"X-Request-Id": "from-the-proxy-2"})
    assert answer.status_code == 500
    assert "from-the-proxy-2" in answer.content.decode()


def test_the_handbook_names_every_type_with_its_status() -> None:
    """Programs rely on them: a new one is written down, and none goes."""
    page = (ROOT / "docs" / "api.md").read_text()
    named = {
        (kind, int(status))
        for kind, status in re.findall(r"^\| `(\S+)` \| (\d+)", page, re.MULTILINE)
    }
    raised = {(each.kind, each.status) for each in refusals(Refused)}
    assert named == raised | {(kind, status) for status, kind in KINDS.items()}


def refusals(of: type[Refused]) -> Iterator[type[Refused]]:
    """All there are once every address is loaded; those of tests are not ours."""
    yield of
    for each in of.__subclasses__():
        if each.__module__.split(".")[0] in FLOORS:
            yield from refusals(each)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("runs/?state=bogus", "state: “bogus” is none of these: queued, "),
        ("runs/?since=yesterday", "since: This is no time: write it as 2026-11-20T09:30:00Z."),
        ("runs/25/", "There is no run called “25”. By its number it is found in the list: ?number"),
        ("", "There is nothing at this address. Those that there are stand in /api/docs/ and,"),
    ],
)
def test_a_refusal_says_what_could_be_asked(program: Program, asked: str, words: str) -> None:
    assert program("mira").get(f"/api/v1/{asked}").json()["detail"].startswith(words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("[]", "This must be an object, not a list."),
        ('{"parameters": []}', "parameters: This must be an object, not a list."),
        ('{"a" 1}', "This is no JSON: a colon is missing (line 1, column 6)."),
        ('{\n"a": 1,}', "This is no JSON: a name in double quotes is missing (line 2, column 8)."),
        ("{} {}", "This is no JSON: something follows after its end (line 1, column 4)."),
        ("{'a': 1}", "This is no JSON: a name in double quotes is missing (line 1, column 2)."),
        (b'{"a": "\xff"}', "This is no JSON: it is not UTF-8."),
    ],
)
def test_a_body_of_the_wrong_form_is_told_how_in_our_words(
    program: Program, body: str | bytes, words: str
) -> None:
    path = "/api/v1/previews/"
    problem = program("mira").post(path, body, content_type="application/json").json()
    assert problem["detail"] == words
