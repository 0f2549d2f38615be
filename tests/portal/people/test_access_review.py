"""Who has access to what, as a file: what a reviewer signs each quarter."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from rest_framework.test import APIClient

from portal.accounts import operations as accounts
from portal.accounts.models import Grant, Team, User
from portal.people import queries
from tests.conftest import NOW

Lines = list[dict[str, Any]]


def told(**wanted: str) -> Lines:
    """The lines that have all of this."""
    every = [json.loads(line) for line in queries.access("jsonl", now=NOW)]
    return [line for line in every if wanted.items() <= line.items()]


def test_each_person_has_a_line_for_the_account_each_role_and_the_platform(
    people: dict[str, User],
) -> None:
    assert [line["person"] for line in told(kind="account")] == sorted(people)
    (mira,) = told(kind="membership", person="mira")
    assert (mira["team"], mira["access"], mira["source"]) == ("airline-data", "developer", "person")
    assert mira["full_name"] == "Mira Okafor"
    (priya,) = told(kind="platform")
    assert (priya["person"], priya["source"]) == ("priya", "person")


def test_somebody_who_was_switched_off_stands_there_as_such(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["jonas"].pk).update(is_active=False)
    assert {line["is_active"] for line in told(person="jonas")} == {False}


def test_tokens_that_work_are_told_and_no_secret_of_theirs(people: dict[str, User]) -> None:
    mira = people["mira"]
    token, secret = accounts.issue_token(
        user=mira, name="ci", scopes=["write", "read"], expires_at=NOW + timedelta(days=9), by=mira,
        now=NOW,
    )  # fmt: skip
    gone, _ = accounts.issue_token(
        user=mira, name="old", scopes=["read"], expires_at=None, by=mira, now=NOW
    )
    accounts.revoke_token(token=gone, by=mira, now=NOW)
    (line,) = told(kind="token")
    assert (line["name"], line["access"], line["id"]) == ("ci", "read, write", str(token.pk))
    assert line["expires_at"] == (NOW + timedelta(days=9)).isoformat()
    text = "".join(queries.access("csv", now=NOW))
    assert secret not in text
    assert token.digest not in text


def test_what_a_team_may_use_is_told_with_who_gave_it_and_why(people: dict[str, User]) -> None:
    Grant.objects.create(
        team=Team.objects.get(name="finance-data"), kind="client", name="skyline", use="use",
        granted_by=people["ines"], granted_at=NOW, reason="=Their invoices",
    )  # fmt: skip
    (line,) = told(kind="grant")
    assert (line["team"], line["thing"], line["name"]) == ("finance-data", "client", "skyline")
    assert (line["given_by"], line["reason"]) == ("ines", "=Their invoices")
    rows = list(csv.DictReader(io.StringIO("".join(queries.access("csv", now=NOW)))))
    assert rows[-1]["reason"] == "'=Their invoices"  # a spreadsheet runs nothing of it


def test_more_than_a_batch_is_told_whole(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told()
    monkeypatch.setattr(queries, "BATCH", 2)
    assert told() == whole


def test_it_is_for_the_platform_role_and_a_token_that_reads_is_enough(
    people: dict[str, User], program: Callable[..., APIClient], browser: Callable[[str], Client]
) -> None:
    assert program("ines").get("/api/v1/access-review/").status_code == 403
    answer = program("priya", "read").get("/api/v1/access-review/")
    assert answer["Content-Type"] == "application/x-ndjson"
    page = browser("priya")
    assert "people/access?as=csv" in page.get("/people/reviews").content.decode()
    file = page.get("/people/access", {"as": "csv"})
    assert isinstance(file, StreamingHttpResponse)
    assert file["Content-Disposition"].startswith('attachment; filename="access-2')
    assert b"airline-data" in b"".join(file)
    assert page.get("/people/access", {"as": "xlsx"}).status_code == 422
