"""Idempotency-Key: a POST is done once for a day, and its answer is given again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts.models import Team, Token, User
from portal.audit.models import Entry
from portal.descriptors.reading import MOST_FILE
from portal.idempotency import keys
from portal.idempotency.models import KeptAnswer
from portal.workers import tasks
from tests import console_house
from tests.portal.entities.conftest import component
from tests.portal.manifests.conftest import TEAM
from tests.test_permissions import OTHERWISE_REFUSED, PLATFORM, TABLE
from tests.test_scopes import ASKING, doors
from tests.whole_house import Whole, telling

Program = Callable[..., APIClient]
TEAMS = "/api/v1/teams/"
BILLING = {"name": "billing", "title": "Billing"}
MEGABYTE = 1024 * 1024
# What changes nothing, and what is a stream
ANSWERED_ANEW = {*doors(ASKING + console_house.ASKING), "POST /api/v1/audit/export/"}


def once(client: APIClient, path: str, body: object, key: str = "build-17") -> Any:
    return client.post(path, body, headers={keys.HEADER: key})


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(program: Program) -> None:
    priya = program("priya")
    first, second = once(priya, TEAMS, BILLING), once(priya, TEAMS, BILLING)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert (first.get(keys.REPLAYED), second.get(keys.REPLAYED)) == (None, "true")
    assert second["Content-Type"] == "application/json"
    assert second["ETag"] == first["ETag"]
    assert second["X-Request-Id"] != first["X-Request-Id"]
    assert Entry.objects.filter(verb="team.create", thing="billing").count() == 1


def test_quotes_around_a_key_are_not_part_of_it(program: Program) -> None:
    priya = program("priya")
    once(priya, TEAMS, BILLING, key='"build-17"')
    assert once(priya, TEAMS, BILLING, key="build-17").get(keys.REPLAYED) == "true"


def test_another_body_under_the_key_is_refused(program: Program) -> None:
    priya = program("priya")
    once(priya, TEAMS, BILLING)
    other = once(priya, TEAMS, {**BILLING, "title": "Bills"})
    assert other.status_code == 422
    assert other.json()["type"] == "urn:slipway:problem:key-reused"
    assert other.json()["field"] == keys.HEADER
    assert Team.objects.get(name="billing").title == "Billing"


def test_the_key_is_one_person_s_and_one_address_s(
    program: Program, people: dict[str, User]
) -> None:
    priya, ines = program("priya"), program("ines")
    body = {"user": "hannah", "role": "viewer"}
    members = f"{TEAMS}airline-data/members/"
    assert once(priya, members, body).get(keys.REPLAYED) is None
    assert once(ines, members, body).get(keys.REPLAYED) is None
    assert once(priya, f"{TEAMS}finance-data/members/", body).get(keys.REPLAYED) is None
    assert KeptAnswer.objects.filter(actor=people["priya"]).count() == 2


def test_a_person_s_other_token_gets_the_answer_too(program: Program) -> None:
    """A job that starts again may have another token by then."""
    first, second = once(program("priya"), TEAMS, BILLING), once(program("priya"), TEAMS, BILLING)
    assert second.json() == first.json()


def test_after_a_day_the_key_is_free_again(program: Program) -> None:
    priya = program("priya")
    once(priya, TEAMS, BILLING)
    KeptAnswer.objects.update(kept_at=timezone.now() - keys.KEPT)
    again = once(priya, TEAMS, BILLING)
    assert again.status_code == 422
    assert "already a team called billing" in again.json()["detail"]
    assert not KeptAnswer.objects.exists()


def test_what_is_older_than_a_day_is_swept(program: Program) -> None:
    priya = program("priya")
    once(priya, TEAMS, BILLING)
    tasks.tick()
    assert KeptAnswer.objects.count() == 1
    KeptAnswer.objects.update(kept_at=timezone.now() - keys.KEPT - timedelta(seconds=1))
    tasks.tick()
    assert not KeptAnswer.objects.exists()


def test_a_refusal_is_judged_anew_and_stays_in_the_audit(program: Program) -> None:
    priya, mira = program("priya"), program("mira")
    assert once(mira, TEAMS, BILLING).status_code == 403
    assert Entry.objects.filter(verb="team.create", outcome=Entry.Outcome.REFUSED).count() == 1
    User.objects.filter(username="mira").update(is_platform=True)
    assert once(mira, TEAMS, BILLING).status_code == 201
    bad = once(priya, TEAMS, {"name": "No Such Name"}, key="2")
    assert (bad.status_code, bad.json()["field"]) == (422, "name")
    assert once(priya, TEAMS, {"name": "a-name"}, key="2").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "two words", "ü", "a" * 201])
def test_what_can_t_be_a_key_is_refused_in_words(program: Program, key: str) -> None:
    refused = once(program("priya"), TEAMS, BILLING, key=key)
    assert refused.status_code == 422
    assert "can't be one: 1 to 200 visible characters" in refused.json()["detail"]
    assert not Team.objects.filter(name="billing").exists()


def test_who_is_nobody_gets_nothing_of_it(program: Program, people: dict[str, User]) -> None:
    once(program("priya"), TEAMS, BILLING)
    assert once(APIClient(), TEAMS, BILLING).status_code == 401


def test_an_address_without_posts_says_so(program: Program) -> None:
    assert once(program("priya"), "/api/v1/whoami/", {}).status_code == 405


def test_a_secret_that_is_shown_once_is_not_in_what_is_kept(program: Program) -> None:
    priya = program("priya")
    asked = {"name": "ci", "scopes": ["read"]}
    first = once(priya, "/api/v1/tokens/", asked).json()
    again = once(priya, "/api/v1/tokens/", asked)
    assert first["secret"].startswith("slw_")
    assert again.json() == {**first, "secret": None}
    assert again["Cache-Control"] == "no-store"
    assert Token.objects.filter(name="ci").count() == 1
    assert first["secret"].encode() not in bytes(KeptAnswer.objects.get().content)


def test_a_request_that_is_too_long_to_remember_is_refused_in_words(program: Program) -> None:
    long = once(program("priya"), TEAMS, {**BILLING, "description": "x" * 2**21})
    assert long.status_code == 413
    assert "larger than 2 MB" in long.json()["detail"]


def test_a_folder_of_files_may_be_as_large_under_a_key_as_without(program: Program) -> None:
    """What the address reads, its key reads, and the second time is the same request."""
    priya = program("priya")
    files = [{"path": "teams.yaml", "text": f"{TEAM}# {'x' * 3 * MEGABYTE}\n"}]
    asked = {"source": "repo", "files": files}
    plan = priya.post("/api/v1/manifests/plan/", asked, format="json").json()
    body = {**asked, "digest": plan["digest"]}
    first, second = (once(priya, "/api/v1/applications/", body) for _ in range(2))
    assert (first.status_code, second.get(keys.REPLAYED)) == (201, "true"), first.content
    assert second.json() == first.json()
    files[0]["text"] += " "  # far behind what the bound of others would have read
    other = once(priya, "/api/v1/applications/", body)
    assert other.json()["type"] == "urn:slipway:problem:key-reused"


def test_a_source_takes_the_file_under_a_key_that_it_takes_without(program: Program) -> None:
    """As `slipway catalog sync --file` sends it, which always has a key."""
    ines = program("ines")
    made = {"name": "by-hand", "kind": "file", "team": "airline-data"}
    assert ines.post("/api/v1/catalog-sources/", made).status_code == 201

    described = component("checkout").encode()

    def sent(size: int, key: str) -> Any:
        return ines.post(
            "/api/v1/catalog-sources/by-hand/send/",
            described + b"#" * (size - len(described)),
            content_type="application/yaml",
            headers={keys.HEADER: key},
        )

    assert sent(MOST_FILE, "1").json()["state"] == "queued"
    refused = sent(MOST_FILE + 1, "2")
    assert (refused.status_code, "larger than 8 MB" in refused.json()["detail"]) == (422, True)


def test_a_form_under_a_key_is_refused_as_one_without_is(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["priya"])
    answer = client.post(TEAMS, BILLING, headers={keys.HEADER: "build-17"})
    assert (answer.status_code, client.post(TEAMS, BILLING).status_code) == (403, 403)
    answer = Client().post(TEAMS, BILLING, headers={keys.HEADER: "build-17"})
    assert answer.status_code == 401
    unchecked = Client()
    unchecked.force_login(people["priya"])
    answer = unchecked.post(TEAMS, BILLING, headers={keys.HEADER: "build-17"})
    assert answer.json()["type"] == "urn:slipway:problem:media-type"


def test_a_stream_is_made_anew(program: Program) -> None:
    priya = program("priya")
    for _ in range(2):
        answer = once(priya, "/api/v1/audit/export/", {"format": "jsonl"})
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)


def test_every_post_of_the_api_is_done_once(whole: Whole, people: dict[str, User]) -> None:
    """Each door of the table, knocked at twice under one key by somebody who may."""
    telling(timezone.now())
    client = Client(raise_request_exception=False)
    wrong = []
    posts = [door for door in TABLE if door.startswith("POST /api/v1/")]
    for door in sorted(set(posts) - ANSWERED_ANEW - OTHERWISE_REFUSED):
        allowed, body = TABLE[door]
        client.force_login(people[PLATFORM if PLATFORM in allowed else allowed[-1]])
        said = json.dumps(body(whole) if body else {})
        path = whole.address(door.partition(" ")[2])
        with transaction.atomic():
            first, second = (
                client.post(
                    path, said, content_type="application/json", headers={keys.HEADER: "twice"}
                )
                for _ in range(2)
            )
            if (first.status_code, "true") != (second.status_code, second.get(keys.REPLAYED)):
                wrong.append(
                    f"{door}: {first.status_code} {first.content[:200]!r}, then "
                    f"{second.status_code} {second.content[:200]!r}"
                )
            elif first.content != second.content and b'"secret":null' not in second.content:
                wrong.append(f"{door}: answered {second.content!r}, not {first.content!r}")
            transaction.set_rollback(True)
    assert len(posts) > 60
    assert not wrong, "\n".join(wrong)
