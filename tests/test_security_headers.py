"""Answers beside those of the doors are strict, too; test_permissions.py looks at every door's."""

from __future__ import annotations

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from portal.accounts.models import User
from tests.conftest import PASSWORD
from tests.headers import HEADERS, ONLY_OURS, flaws, policy
from tests.test_permissions import DEVELOPER, PLATFORM, VIEWER
from tests.whole_house import Whole

ASTRAY = ("/nowhere/", "/components/nobody/", "/api/v1/nowhere/", "/runs/0/")


def test_answers_that_are_no_page_are_strict_too(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people[VIEWER])
    answers = [client.get(address) for address in ASTRAY]
    answers += [client.post("/sign-out"), Client().delete("/sign-in")]
    assert {answer.status_code for answer in answers} == {403, 404, 405}
    assert [flaw for answer in answers for flaw in flaws(answer)] == []


def test_a_bug_answers_strictly(people: dict[str, User]) -> None:
    """The page of last resort, and the API's words for it: here a table is missing."""
    client = Client(raise_request_exception=False)
    client.force_login(people[PLATFORM])
    answers = []
    for address in ("/components/", "/api/v1/components/"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE portal_component RENAME TO mislaid")
            answers.append(client.get(address))
            transaction.set_rollback(True)
    assert [answer.status_code for answer in answers] == [500, 500]
    assert [flaw for answer in answers for flaw in flaws(answer)] == []


def test_each_answer_has_a_nonce_of_its_own(whole: Whole, people: dict[str, User]) -> None:
    """The editor's styles carry it; a page without an editor allows none."""
    client = Client()
    client.force_login(people[DEVELOPER])
    answers = [client.get(whole.address("/drafts/{number}/")) for _ in range(3)]
    nonces = {word for answer in answers for word in policy(answer)["style-src"]} - {"'self'"}
    assert len(nonces) == 3
    assert policy(client.get("/components/"))["style-src"] == ["'self'"]


def test_what_is_looked_for_is_found() -> None:
    """Each lax word alone is a flaw, so that the walk over all doors means something."""
    lax = HttpResponse(headers=dict(HEADERS))
    strict = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; img-src 'self' data:"
    strict += "".join(f"; {name} 'self'" for name in sorted(ONLY_OURS))
    lax.headers["Content-Security-Policy"] = strict
    assert list(flaws(lax)) == []
    for word in ("'unsafe-inline'", "'unsafe-eval'", "https:", "*", "data:", "'nonce-short'"):
        lax.headers["Content-Security-Policy"] = strict.replace(
            "script-src 'self'", f"script-src 'self' {word}"
        )
        assert list(flaws(lax)) == [f"script-src lets {{{word!r}}} in"]
    lax.headers["Content-Security-Policy"] = strict.replace("default-src 'none'", "default-src *")
    assert {flaw.partition(" ")[0] for flaw in flaws(lax)} == {"default-src", "object-src"}


def test_cookies_are_kept_from_scripts_and_from_other_sites(
    people: dict[str, User], settings: Settings
) -> None:
    """Behind HTTPS they are sent on nothing else, and browsers are told to ask for nothing else."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    client = Client()
    answer = client.post("/sign-in", {"username": VIEWER, "password": PASSWORD}, secure=True)
    session = answer.cookies["sessionid"]
    assert (session["httponly"], session["secure"], session["samesite"]) == (True, True, "Lax")
    page = client.get("/", secure=True)
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
