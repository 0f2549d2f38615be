"""Attacks by what a request says: hosts, names that stand twice, fields that nobody asked for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from portal.accounts import operations as accounts
from portal.accounts.models import Membership, Team, Token, User
from portal.audit.models import Entry
from portal.errors import NotAllowed, Refused
from portal.outbound.addresses import Reach
from portal.outbound.fetching import fetch
from portal.outbound.http import Broken
from portal.search.models import Findable
from tests.conftest import NOW, PASSWORD

Program = Callable[..., APIClient]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil"])
def test_another_host_is_not_answered(people: dict[str, User], client: Client, host: str) -> None:
    for address in ("/sign-in", "/api/v1/whoami/", "/sign-in/oidc"):
        assert client.get(address, headers={"Host": host}).status_code == 400


def test_a_host_that_a_proxy_was_told_of_counts_for_nothing(
    people: dict[str, User], client: Client
) -> None:
    said = {"X-Forwarded-Host": "evil.example", "X-Original-URL": "/audit/", "X-Rewrite-URL": "/x"}
    answer = client.get("/", headers=said)
    assert answer.url == "/sign-in"
    assert b"evil.example" not in client.get("/sign-in", headers=said).content


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example"),
        *("http:///evil.example", "\t//evil.example", "javascript:alert(1)", "/\t/evil.example"),
        *("data:text/html,x", "//evil.example@localhost", "/x\r\nSet-Cookie: a=b"),
    ],
)
def test_the_sign_in_leads_to_our_own_pages_alone(
    people: dict[str, User], client: Client, wanted: str
) -> None:
    form = {"username": "mira", "password": PASSWORD, "next": wanted}
    answer = client.post("/sign-in", form)
    assert "evil" not in answer.headers["Location"]
    assert not {"\r", "\n"} & set(answer.headers["Location"])
    assert "a" not in answer.cookies


@pytest.mark.parametrize(
    "body", ['{"name": "ci", "scopes": ["read"], "scopes": ["manage"]}', '{"a": {"b": 1, "b": 2}}']
)
def test_json_says_everything_once(program: Program, body: str) -> None:
    answer = program("mira").post("/api/v1/tokens/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "stands twice" in answer.json()["detail"]


@pytest.mark.parametrize("body", ["NaN", "[" * 100_000, '{"name": Infinity}', "\ud800", "{"])
def test_json_that_is_none_breaks_nothing(program: Program, body: str) -> None:
    content = body.encode("utf-8", "surrogatepass")
    answer = program("mira").post("/api/v1/tokens/", content, content_type="application/json")
    assert answer.status_code in {400, 422}


def test_a_body_that_is_too_large_is_not_read(program: Program) -> None:
    body = json.dumps({"name": "x" * 3_000_000, "scopes": ["read"]})
    answer = program("mira").post("/api/v1/tokens/", body, content_type="application/json")
    assert answer.status_code in {400, 413, 422}
    assert not Token.objects.filter(name__startswith="xxx").exists()


def test_fields_that_nobody_asked_for_change_nothing(
    program: Program, people: dict[str, User]
) -> None:
    """Whose token it is, who made it, when: none of it is the sender's to say."""
    more = {"user": "priya", "user_id": str(people["priya"].pk), "digest": "0", "revoked_at": None}
    for name, value in more.items():
        said = {"name": "unasked", "scopes": ["read"], name: value}
        answer = program("mira").post("/api/v1/tokens/", said, format="json")
        assert (answer.status_code, answer.json()["field"]) == (422, name)
    assert not Token.objects.filter(name="unasked").exists()
    grown = {"is_platform": True, "password": "another way down to it", "current": PASSWORD}
    answer = program("mira").post("/api/v1/users/mira/password/", grown, format="json")
    assert answer.status_code == 422
    assert not User.objects.get(username="mira").is_platform
    for method, status in (("patch", 403), ("put", 405)):
        said = {"is_platform": True}
        answer = getattr(program("mira"), method)("/api/v1/users/mira/", said, format="json")
        assert answer.status_code == status
    assert not User.objects.get(username="mira").is_platform


def test_nobody_raises_themselves(people: dict[str, User], program: Program) -> None:
    airline, finance = (Team.objects.get(name=name) for name in ("airline-data", "finance-data"))
    for team in (airline, finance):
        with pytest.raises(NotAllowed):
            accounts.set_member(
                team=team, user=people["mira"], role="maintainer", by=people["mira"], now=NOW
            )
    answer = program("mira").post(
        "/api/v1/users/", {"username": "me-2", "is_platform": True}, format="json"
    )
    assert answer.status_code == 403
    assert Membership.objects.get(user=people["mira"]).role == "developer"


@pytest.mark.parametrize(
    "name", ["mіra", "ｍira", "mira\u200b", "MIRA ", "mira\n", "ines\u202e", ""]
)
def test_a_name_that_looks_like_another_is_none(people: dict[str, User], name: str) -> None:
    with pytest.raises(Refused, match="can't be a name"):
        accounts.create_user(
            username=name,
            full_name="",
            email="",
            password=None,
            is_platform=False,
            by=None,
            now=NOW,
        )


def test_a_full_name_turns_no_line_around_and_breaks_none(people: dict[str, User]) -> None:
    made = accounts.create_user(
        username="noor",
        full_name="Noor\u202e\r\nadmin: signed in\u2066 Haddad\x00",
        email="",
        password=None,
        is_platform=False,
        by=people["priya"],
        now=NOW,
    )
    assert made.full_name == "Noor admin: signed in Haddad"
    assert "\n" not in Entry.objects.get(verb="user.create", thing="noor").after["full_name"]
    assert Findable.objects.get(kind="person", name="noor").title == made.full_name


@pytest.mark.parametrize(
    "name",
    [
        *("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//....//etc/passwd", "/etc/passwd"),
        *("how-to/../../README", "how-to/deploy.md", "%00", "..\\..\\secret_key"),
    ],
)
def test_the_handbook_reads_no_other_file(browser: Callable[[str], Client], name: str) -> None:
    assert browser("mira").get(f"/handbook/{name}/").status_code in {404, 302, 301, 400}


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1/a b\r\nX-More: 1",
        "http://localhost:1/\r\n\r\nGET / HTTP/1.1",
        "http://user:secret@localhost:1/",
        "file:///etc/passwd",
        "gopher://localhost:1/_x",
        "http://[::1",
        "http://localhost:99999/",
    ],
)
def test_an_address_smuggles_no_header_and_no_other_protocol(url: str) -> None:
    with pytest.raises(Exception, match=r"is no address|broke off|does not take|not known") as told:
        fetch(url, reach=Reach.ANY, seconds=2)
    assert isinstance(told.value, Broken) or "localhost" in str(told.value)
