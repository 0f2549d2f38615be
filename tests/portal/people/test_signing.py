"""An access review is signed: who, when, under exactly which lines."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from portal.people import operations, queries
from portal.people.models import AccessReview
from tests.conftest import NOW

LIST, PAGE, SIGN = "/api/v1/access-reviews/", "/people/reviews", "/people/reviews/sign"


def digest() -> str:
    return queries.reviewed(now=NOW).digest


def test_it_keeps_who_signed_what_and_leaves_an_entry(people: dict[str, User]) -> None:
    signed = operations.sign_off(digest=digest(), note="Fine.", by=people["priya"], now=NOW)
    assert (signed.signed_by, signed.signed_at, signed.note) == (people["priya"], NOW, "Fine.")
    assert signed.counts["account"] == len(people)
    entry = Entry.objects.get(verb="access.sign_off")
    assert (entry.actor, entry.reason, entry.thing_id) == (people["priya"], "Fine.", str(signed.pk))
    assert entry.after == {"digest": signed.digest, "counts": signed.counts}


def test_the_kept_file_is_proved_to_be_the_reviewed_one_by_the_handbooks_command(
    people: dict[str, User],
) -> None:
    kept = "".join(queries.access("jsonl", now=NOW)).encode()
    without = subprocess.run(
        ["sed", "-E", r's/"last_(seen|used)_at":(null|"[^"]*"),//g'],
        input=kept, capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert hashlib.sha256(without).hexdigest() == digest()


def test_that_access_was_used_meanwhile_is_no_other_access(people: dict[str, User]) -> None:
    before = digest()
    User.objects.filter(pk=people["mira"].pk).update(last_login=NOW + timedelta(minutes=1))
    assert digest() == before


def test_lines_that_changed_since_they_were_shown_are_not_signed(people: dict[str, User]) -> None:
    before = digest()
    User.objects.filter(pk=people["jonas"].pk).update(is_active=False)
    with pytest.raises(Moved, match=f"has changed since: .* you reviewed {before[:7]}"):
        operations.sign_off(digest=before, by=people["priya"], now=NOW)
    assert not AccessReview.objects.exists()


def test_only_the_platform_role_signs_and_a_note_ends_somewhere(people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed):
        operations.sign_off(digest=digest(), by=people["ines"], now=NOW)
    with pytest.raises(Refused, match="1000 characters at most"):
        operations.sign_off(digest=digest(), note="x" * 1001, by=people["priya"], now=NOW)


def test_the_database_refuses_to_change_what_was_signed(people: dict[str, User]) -> None:
    operations.sign_off(digest=digest(), by=people["priya"], now=NOW)
    with pytest.raises(ProgrammingError, match="insert only"), transaction.atomic():
        AccessReview.objects.update(note="other")
    with pytest.raises(ProgrammingError, match="insert only"), transaction.atomic():
        AccessReview.objects.all().delete()


def test_the_page_says_when_it_was_last_reviewed_and_signs_what_it_shows(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    page = browser("priya")
    shown = page.get(PAGE).content.decode()
    assert "Never reviewed." in shown
    given = re.search(rf"{SIGN}\?digest=([0-9a-f]{{64}})", shown)
    assert given
    assert given[1] in page.get(SIGN, {"digest": given[1]}).content.decode()
    stale = page.post(SIGN, {"digest": "0" * 64})
    assert stale.status_code == 409
    assert "Who has access has changed since" in stale.content.decode()
    assert page.post(SIGN, {"digest": given[1], "note": "All should."}).status_code == 302
    shown = page.get(PAGE).content.decode()
    assert "Last reviewed" in shown
    assert "All should." in shown


def test_the_page_goes_on_behind_its_first_fifty(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    signed = digest()
    for number in range(51):
        operations.sign_off(digest=signed, note=f"number {number}.", by=people["priya"], now=NOW)
    first = browser("priya").get(PAGE).content.decode()
    assert "number 50." in first
    assert "number 0." not in first
    older = re.search(r'href="(\?before=[^"]*)" rel="next"', first)
    assert older
    assert "number 0." in browser("priya").get(PAGE + older[1]).content.decode()


def test_programs_list_what_was_signed_and_sign(
    people: dict[str, User], program: Callable[..., APIClient]
) -> None:
    client = program("priya", "read", "manage")
    signed = client.post(LIST, {"digest": digest(), "note": "By our job."})
    assert signed.status_code == 201
    assert client.get(LIST).json()["results"] == [signed.json()]
    assert signed.json()["signed_by"] == "priya"
    refused = client.post(LIST, {"digest": "0" * 64})
    assert (refused.status_code, refused.json()["field"]) == (409, "digest")
    assert program("priya", "read").post(LIST, {"digest": digest()}).status_code == 403
