"""Webhooks: signed as each host signs, heard once, and nothing but a reason to look."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.entities import operations
from portal.entities.models import CatalogSource
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
BODY = b'{"after": "abc"}'


@pytest.fixture
def secret(people: dict[str, User]) -> str:
    """Of a source that was read, and is due in a quarter of an hour."""
    source, hook = operations.create(
        name="acme",
        kind="git",
        team=None,
        repository="https://git.example.com/acme/catalog.git",
        by=people["priya"],
        now=NOW,
    )
    CatalogSource.objects.filter(pk=source.pk).update(state="idle")
    return hook


def post(client: Client, **headers: str) -> tuple[int, str]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post(
        "/catalog/hooks/acme", BODY, content_type="application/json", headers=given
    )
    return answer.status_code, answer.json().get("state", "")


def signed(secret: str) -> str:
    return hmac.new(secret.encode(), BODY, hashlib.sha256).hexdigest()


def test_a_push_is_a_reason_to_look_and_the_same_one_again_is_none(
    client: Client, secret: str
) -> None:
    said = {"X_GitHub_Event": "push", "X_GitHub_Delivery": "one"}
    said["X_Hub_Signature_256"] = f"sha256={signed(secret)}"
    assert post(client, **said) == (200, "wanted")
    assert CatalogSource.objects.get().state == "queued"
    CatalogSource.objects.update(state="idle")
    assert post(client, **said) == (200, "known")
    assert CatalogSource.objects.get().state == "idle"


def test_what_comes_while_it_is_read_is_read_once_more(client: Client, secret: str) -> None:
    CatalogSource.objects.update(state="running", attempt=1)
    said = {"X_Gitea_Event": "push", "X_Gitea_Signature": signed(secret)}
    assert post(client, **said) == (200, "wanted")
    source = CatalogSource.objects.get()
    assert (source.state, source.is_wanted_again) == ("running", True)


def test_gitlab_sends_the_secret_itself(client: Client, secret: str) -> None:
    said = {"X_Gitlab_Event": "Push Hook", "X_Gitlab_Token": secret}
    assert post(client, **said) == (200, "wanted")


def test_other_events_are_noted(client: Client, secret: str) -> None:
    said = {"X_GitHub_Event": "ping", "X_Hub_Signature_256": f"sha256={signed(secret)}"}
    assert post(client, **said) == (200, "noted")


def test_who_does_not_know_the_secret_is_told_what_a_stranger_is_told(
    client: Client, secret: str
) -> None:
    said = {"X_GitHub_Event": "push", "X_Hub_Signature_256": f"sha256={signed('another')}"}
    assert post(client, **said) == (401, "")
    assert post(client, X_Gitlab_Event="Push Hook", X_Gitlab_Token="") == (401, "")
    CatalogSource.objects.update(disabled_at=NOW)
    assert post(client, X_Gitlab_Event="Push Hook", X_Gitlab_Token=secret) == (401, "")
    assert CatalogSource.objects.get().state == "idle"


def test_a_push_takes_nothing_away_that_a_person_asked_for(
    client: Client, secret: str, people: dict[str, User]
) -> None:
    said = {"X_Gitea_Event": "push", "X_Gitea_Signature": signed(secret)}
    operations.ask(source=CatalogSource.objects.get(), by=people["priya"], now=NOW)
    assert post(client, **said) == (200, "wanted")
    assert CatalogSource.objects.get().is_asked
    CatalogSource.objects.update(state="idle")  # it was read, and that is over
    assert post(client, **said, X_Gitea_Delivery="two") == (200, "wanted")
    assert not CatalogSource.objects.get().is_asked
