"""A source is read elsewhere, or with another token: who may say so, and what becomes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal import secrets
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.entities import operations
from portal.entities.models import CatalogFile, CatalogSource, Entity
from portal.entities.operations import claiming
from portal.errors import NotAllowed, Refused
from tests.conftest import NOW
from tests.portal.entities.conftest import Place, Read, component

pytestmark = pytest.mark.django_db
INFO = "catalog-info.yaml"
LATER = NOW + timedelta(days=1)
ELSEWHERE = "https://git.example.com/acme/all.git"


@pytest.fixture
def hers(people: dict[str, User], airline: Team) -> CatalogSource:
    """Of ines's team, with a token."""
    made, _ = operations.create(
        name="airline",
        kind="git",
        team=airline,
        repository="https://git.example.com/airline/catalog.git",
        secret="first",
        by=people["ines"],
        now=NOW,
    )
    return made


def change(source: CatalogSource, by: User, **given: Any) -> CatalogSource:
    return operations.change(source=source, by=by, now=LATER, **given)


def token(source: CatalogSource) -> str:
    source.refresh_from_db()
    return secrets.decrypt(source.secret) if source.secret else ""


def test_a_token_that_is_no_longer_good_is_replaced_and_the_source_read_at_once(
    hers: CatalogSource, people: dict[str, User]
) -> None:
    CatalogSource.objects.update(state="failed", next_at=LATER + timedelta(hours=1))
    done = change(hers, people["ines"], secret="second")
    assert token(hers) == "second"
    assert (done.state, done.next_at) == ("queued", LATER)
    entry = Entry.objects.get(verb="catalog_source.change")
    assert (entry.before, entry.after) == ({}, {"secret": "set"})


def test_what_is_not_given_stays_and_nothing_is_written_where_nothing_differs(
    hers: CatalogSource, people: dict[str, User]
) -> None:
    change(hers, people["ines"], repository=hers.repository, every_minutes=15, branch=" ")
    assert not Entry.objects.filter(verb="catalog_source.change").exists()
    done = change(hers, people["ines"], every_minutes=60)
    assert (done.every_minutes, done.path, token(hers)) == (60, INFO, "first")


def test_a_token_is_sent_to_no_repository_but_the_one_that_it_was_given_for(
    hers: CatalogSource, people: dict[str, User]
) -> None:
    with pytest.raises(Refused, match="given for the repository before") as refused:
        change(hers, people["ines"], repository="https://git.mine.example/all.git")
    assert refused.value.field == "secret"
    assert Entry.objects.get(verb="catalog_source.change").outcome == "refused"
    change(hers, people["ines"], repository=ELSEWHERE, secret="")
    assert token(hers) == ""


def test_whoever_moves_a_source_of_the_platform_to_their_repository_gets_its_reach_not(
    hers: CatalogSource, people: dict[str, User]
) -> None:
    CatalogSource.objects.update(may_reach_inside=True)
    assert change(hers, people["ines"], every_minutes=60).may_reach_inside
    moved = change(hers, people["ines"], repository=ELSEWHERE, secret="second")
    assert not moved.may_reach_inside


def test_other_hosts_take_the_platform_role_but_keeping_them_does_not(
    hers: CatalogSource, people: dict[str, User]
) -> None:
    with pytest.raises(Refused, match="takes the platform role"):
        change(hers, people["ines"], hosts=["raw.example.com"])
    change(hers, people["priya"], hosts=["raw.example.com"])
    change(hers, people["ines"], hosts=["raw.example.com"], every_minutes=30)
    assert CatalogSource.objects.get(pk=hers.pk).hosts == ["raw.example.com"]
    change(hers, people["ines"], repository="https://git.example.org/another/one.git", secret="")
    assert CatalogSource.objects.get(pk=hers.pk).hosts == [], "they were for the files of another"


def test_an_address_that_git_could_not_ask_is_refused(
    hers: CatalogSource, people: dict[str, User]
) -> None:
    for where in ("https://[x/y.git", "https://mina:hush@git.example.com/y.git"):
        with pytest.raises(Refused, match="Write where it is") as refused:
            change(hers, people["ines"], repository=where)
        assert refused.value.field == "repository"


def test_developers_change_none_and_maintainers_none_that_speaks_for_every_team(
    hers: CatalogSource, source: CatalogSource, people: dict[str, User]
) -> None:
    with pytest.raises(NotAllowed):
        change(hers, people["mira"], every_minutes=30)
    with pytest.raises(NotAllowed):
        change(source, people["ines"], every_minutes=30)


def test_what_was_described_stays_until_the_new_place_was_read(
    place: Place, source: CatalogSource, read: Read, people: dict[str, User]
) -> None:
    place.put(**{INFO: component("checkout")})
    read(source)
    change(source, people["priya"], repository=ELSEWHERE)
    assert Entity.objects.get(ref="component:default/checkout").orphaned_at is None
    assert CatalogFile.objects.get().digest == ""  # the same text may lead elsewhere now
    place.put(**{INFO: component("pay")})
    done = operations.work(source_id=str(source.pk), clock=lambda: LATER, opening=place.opened)
    assert done is not None
    assert (done.state, done.repository) == ("idle", ELSEWHERE)
    assert Entity.objects.get(ref="component:default/checkout").orphaned_at == LATER


def test_what_is_read_at_this_moment_from_the_old_place_is_kept_no_longer(
    place: Place, source: CatalogSource, people: dict[str, User]
) -> None:
    place.put(**{INFO: component("checkout")})
    held = claiming.claim(str(source.pk), NOW)
    assert held is not None
    done = change(source, people["priya"], path="docs/catalog-info.yaml")
    assert (done.state, done.attempt) == ("queued", held.attempt + 1)
    claiming.end(held, "0 entities.", "0" * 40, LATER)
    assert CatalogSource.objects.get(pk=source.pk).commit == ""


def test_a_file_that_is_sent_has_no_repository(people: dict[str, User], airline: Team) -> None:
    sent, _ = operations.create(
        name="by-hand", kind="file", team=airline, by=people["ines"], now=NOW
    )
    with pytest.raises(Refused, match="has no repository: its file is sent"):
        change(sent, people["ines"], repository=ELSEWHERE)
    assert change(sent, people["priya"], hosts=["raw.example.com"]).state == "idle"


def test_a_token_that_is_not_there_is_not_taken_away(
    hers: CatalogSource, people: dict[str, User], airline: Team
) -> None:
    sent, _ = operations.create(
        name="by-hand", kind="file", team=airline, by=people["ines"], now=NOW
    )
    operations.send(source=sent, file=b"kind: [", by=people["ines"], now=NOW)
    CatalogSource.objects.update(state="idle", secret=None)
    for source in (sent, hers):
        assert change(source, people["ines"], secret="").state == "idle", "nothing to read anew"
    assert not Entry.objects.filter(verb="catalog_source.change").exists()


def test_the_page_keeps_the_token_that_it_never_shows(
    hers: CatalogSource, people: dict[str, User], client: Client
) -> None:
    client.force_login(people["ines"])
    page = client.get("/catalog/sources/airline/change").content.decode()
    assert "https://git.example.com/airline/catalog.git" in page
    assert "first" not in page.replace("First file", "")
    given = {"repository": hers.repository, "path": "**/c.yaml", "every_minutes": "20"}
    answer = client.post("/catalog/sources/airline/change", {**given, "secret": ""})
    assert answer.url == "/catalog/sources/airline/"
    assert token(hers) == "first"
    assert (hers.path, hers.every_minutes) == ("**/c.yaml", 20)
    client.post("/catalog/sources/airline/change", {**given, "forget": "on"})
    assert token(hers) == ""


def test_the_page_says_at_the_field_what_is_missing(
    hers: CatalogSource, people: dict[str, User], client: Client
) -> None:
    client.force_login(people["ines"])
    given = {"repository": ELSEWHERE, "every_minutes": "20"}
    answer = client.post("/catalog/sources/airline/change", given)
    assert answer.status_code == 422
    assert "The token was given for the repository before" in answer.content.decode()


def test_the_api_changes_what_is_given_and_tells_no_token(
    hers: CatalogSource, people: dict[str, User], client: Client
) -> None:
    client.force_login(people["ines"])
    answer = client.patch(
        "/api/v1/catalog-sources/airline/",
        json.dumps({"branch": "main", "secret": "second"}),
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert (answer.json()["branch"], token(hers)) == ("main", "second")
    assert "second" not in answer.content.decode()
