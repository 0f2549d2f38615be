"""Tokens: shown once, kept as a digest, scoped, expiring, revocable."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts import change_operations, operations, tokens
from portal.accounts.models import Token, User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from portal.sign_in.tries import PER_NAME
from tests.conftest import NOW, PASSWORD

WHO = "/api/v1/whoami/"
Program = Callable[..., APIClient]


def issue(user: User, *scopes: str, **more: object) -> tuple[Token, str]:
    given = {"by": user, "now": NOW, "expires_at": None, "name": "ci", **more}
    return operations.issue_token(user=user, scopes=scopes or ["read"], **given)  # type: ignore[arg-type]


def with_header(value: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=value)
    return client


def test_the_secret_is_not_kept(people: dict[str, User]) -> None:
    token, secret = issue(people["mira"])
    assert tokens.is_token(secret)
    kept = json.dumps(list(Token.objects.filter(pk=token.pk).values()), default=str)
    assert secret not in kept
    assert secret.startswith(token.hint)
    audited = json.dumps(list(Entry.objects.filter(kind="token").values()), default=str)
    assert secret not in audited
    assert tokens.digest(secret) not in audited


def test_the_api_shows_it_once(program: Program) -> None:
    client = program("mira")
    answer = client.post("/api/v1/tokens/", {"name": "ci", "scopes": ["read"]})
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    secret = answer.json()["secret"]
    assert with_header(f"Bearer {secret}").get(WHO).json()["username"] == "mira"
    assert secret not in client.get("/api/v1/tokens/").content.decode()


def test_a_program_makes_its_first_token_with_name_and_password(people: dict[str, User]) -> None:
    pair = base64.b64encode(f"mira:{PASSWORD}".encode()).decode()
    body = {"name": "laptop", "scopes": ["read", "write"]}
    answer = with_header(f"Basic {pair}").post("/api/v1/tokens/", body)
    assert answer.status_code == 201
    assert with_header(f"Basic {pair}").get(WHO).status_code == 401  # only there


def test_guessing_passwords_at_that_door_ends_as_at_the_page(people: dict[str, User]) -> None:
    pair = base64.b64encode(b"mira:wrong").decode()
    answers = [with_header(f"Basic {pair}").get("/api/v1/tokens/") for _ in range(PER_NAME + 1)]
    assert [answer.status_code for answer in answers] == [401] * PER_NAME + [429]


@pytest.mark.parametrize(
    "value", ["Bearer ", "Bearer slw_nonsense", "Bearer " + "slw_" + "A" * 43, "bearer x y"]
)
def test_an_unknown_token_is_refused_in_words(people: dict[str, User], value: str) -> None:
    answer = with_header(value).get(WHO)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Slipway"'
    assert "unknown, expired or revoked" in answer.json()["detail"]


def test_an_expired_token_lets_nobody_in(people: dict[str, User], program: Program) -> None:
    client = program("mira")
    Token.objects.update(expires_at=timezone.now())
    assert client.get(WHO).status_code == 401


def test_a_revoked_token_lets_nobody_in(people: dict[str, User], program: Program) -> None:
    client = program("mira")
    (row,) = client.get("/api/v1/tokens/").json()["results"]
    assert client.post(f"/api/v1/tokens/{row['id']}/revoke/").json()["revoked_at"]
    assert client.get(WHO).status_code == 401
    token = Token.objects.get()
    with pytest.raises(Moved, match="already revoked"):
        operations.revoke_token(token=token, by=people["mira"], now=NOW)


def test_a_person_who_is_switched_off_has_no_tokens(
    people: dict[str, User], program: Program
) -> None:
    client = program("mira")
    change_operations.set_active(user=people["mira"], is_active=False, by=people["priya"], now=NOW)
    assert client.get(WHO).status_code == 401


def test_a_token_can_do_what_its_scopes_say_at_most(program: Program) -> None:
    platform = program("priya", "read", "write")
    answer = platform.post("/api/v1/teams/", {"name": "new-team"})
    assert answer.status_code == 403
    assert "no scope “manage”" in answer.json()["detail"]
    assert program("priya", "deploy").get("/api/v1/teams/").status_code == 403  # not even look


def test_a_token_passes_on_no_more_than_it_has(program: Program) -> None:
    client = program("priya", "read", "manage")
    answer = client.post("/api/v1/tokens/", {"name": "more", "scopes": ["manage", "deploy"]})
    assert answer.status_code == 403
    assert answer.json()["field"] == "scopes"
    assert client.post("/api/v1/tokens/", {"name": "same", "scopes": ["manage"]}).status_code == 201


def test_nobody_makes_tokens_for_others(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed, match="only Mira Okafor can create it"):
        issue(people["mira"], by=people["priya"])


def test_others_tokens_can_not_be_seen_and_only_the_platform_revokes_them(
    people: dict[str, User], program: Program
) -> None:
    token, _ = issue(people["mira"])
    assert program("jonas").get("/api/v1/tokens/").json()["results"][0]["name"] == "test"
    assert program("jonas").post(f"/api/v1/tokens/{token.pk}/revoke/").status_code == 403
    assert program("priya").post(f"/api/v1/tokens/{token.pk}/revoke/").status_code == 200


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"scopes": []}, "Give some of these scopes"),
        ({"scopes": ["everything"]}, "Give some of these scopes"),
        ({"expires_at": NOW}, "lives at most 366 days"),
        ({"expires_at": NOW + timedelta(days=400)}, "lives at most 366 days"),
    ],
)
def test_it_refuses_what_makes_no_sense(
    people: dict[str, User], given: dict[str, object], words: str
) -> None:
    wanted = {"scopes": ["read"], "expires_at": None, **given}
    with pytest.raises(Refused, match=words):
        operations.issue_token(user=people["mira"], name="ci", by=people["mira"], now=NOW, **wanted)


def test_use_is_noted_to_the_minute(people: dict[str, User]) -> None:
    token, _ = issue(people["mira"])
    for seconds, noted in ((0, 0), (59, 0), (61, 61), (70, 61)):
        token.refresh_from_db()
        operations.note_use(token=token, now=NOW + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == NOW + timedelta(seconds=noted)


def test_finding_the_person_takes_one_query(
    program: Program, django_assert_num_queries: Callable
) -> None:
    client = program("mira")
    client.get(WHO)  # notes the use
    with django_assert_num_queries(2):  # the token with its person; the teams of the answer
        client.get(WHO)


def test_whoami_names_the_token(program: Program) -> None:
    who = program("ines", "read").get(WHO).json()
    assert who["teams"] == [{"team": "airline-data", "role": "maintainer"}]
    assert who["token"]["scopes"] == ["read"]


def test_the_first_administrator_comes_by_command(
    db: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_ADMIN_PASSWORD", PASSWORD)
    call_command("create_platform_admin", "root-user", "--full-name", "Ruth Otis", "--token")
    secret = capsys.readouterr().out.strip()
    who = with_header(f"Bearer {secret}").get(WHO).json()
    assert (who["username"], who["is_platform"]) == ("root-user", True)
    assert Entry.objects.get(verb="user.create").actor_name == "Slipway"


def test_the_page_says_which_one_ends_soon(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    for days in (13, 15):
        ends = timezone.now() + timedelta(days=days)
        operations.issue_token(
            user=people["mira"],
            name=f"in {days} days",
            scopes=["read"],
            expires_at=ends,
            by=people["mira"],
            now=timezone.now(),
        )
    page = browser("mira").get("/account/tokens/").content.decode()
    assert page.count("Ends soon") == 1
    assert page.index("in 15 days") < page.index("Ends soon") < page.index("in 13 days")
