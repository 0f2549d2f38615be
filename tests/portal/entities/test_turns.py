"""When a source is read: whose turn it is, what breaks off, and what needs no look at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import failpoints
from portal.accounts.models import Team, User
from portal.entities import operations
from portal.entities.models import CatalogFile, CatalogSource, Entity
from portal.workers import operations as workers
from tests.conftest import NOW
from tests.portal.entities.conftest import GROUP, Place, Read, component

pytestmark = pytest.mark.django_db
INFO = "catalog-info.yaml"


def test_nothing_is_read_while_its_queue_is_paused_and_the_page_says_so(
    place: Place, source: CatalogSource, people: dict[str, User], client: Client
) -> None:
    place.put(**{INFO: component("checkout")})
    workers.pause(queue="figures", reason="A new disk.", by=people["priya"], now=NOW)
    at = NOW + timedelta(hours=1)
    work = {"source_id": str(source.pk), "clock": lambda: at, "opening": place.opened}
    assert operations.work(**work) is None
    client.force_login(people["priya"])
    page = client.get(f"/catalog/sources/{source.name}/").content.decode()
    assert "the queue “figures” is paused" in page
    workers.resume(queue="figures", by=people["priya"], now=NOW)
    assert operations.work(**work) is not None


def test_what_breaks_every_attempt_waits_for_its_next_time(
    place: Place, source: CatalogSource
) -> None:
    place.put(**{INFO: component("checkout")})
    for number in range(3):
        at = NOW + timedelta(minutes=6 * number)
        failpoints.arm("entities.kept=error:1")
        work = {"source_id": str(source.pk), "clock": lambda now=at: now, "opening": place.opened}
        with pytest.raises(failpoints.Failed):
            operations.work(**work)
    failpoints.arm("")
    at = NOW + timedelta(minutes=18)
    work = {"source_id": str(source.pk), "clock": lambda: at, "opening": place.opened}
    assert operations.work(**work) is None
    source.refresh_from_db()
    assert (source.state, source.tries) == ("failed", 0)
    assert source.message == "It was begun 3 times, and no time to its end."
    at = source.next_at
    assert operations.work(**work).state == "idle"


def test_references_are_written_by_one_source_after_another(
    place: Place, source: CatalogSource, read: Read
) -> None:
    place.put(**{INFO: component("checkout")})
    with CaptureQueriesContext(connection) as captured:
        read(source)
    said = [query["sql"] for query in captured]
    inserted = next(
        n for n, sql in enumerate(said) if sql.startswith('INSERT INTO "portal_entity"')
    )
    asked = next(n for n, sql in enumerate(said) if "pg_advisory_xact_lock" in sql)
    looked = next(n for n, sql in enumerate(said) if '"portal_entity"."ref" IN' in sql)
    assert asked < looked < inserted


def test_a_branch_that_stands_still_is_read_where_something_has_to_be_read_again(
    place: Place, source: CatalogSource, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = place.put(**{INFO: GROUP.replace("airline-data", "newcomers")})
    read(source)
    # What the repository answers; its files can't be fetched from there
    monkeypatch.setattr("portal.outbound.git.head", lambda *_: commit)
    CatalogSource.objects.update(repository="https://127.0.0.1/a.git", is_asked=False)
    times = iter(NOW + timedelta(days=days) for days in range(9, 20))
    team = Team.objects.create(name="newcomers", title="Newcomers", created_at=NOW)

    def state() -> str:
        at = next(times)
        done = operations.work(source_id=str(source.pk), clock=lambda: at)
        assert done is not None
        return done.state

    assert state() == "idle"
    assert Entity.objects.get().team == team
    CatalogFile.objects.update(digest="")
    assert state() != "idle"
    CatalogFile.objects.update(digest="x")
    assert state() == "idle"
    CatalogSource.objects.update(reader="0")
    assert state() != "idle"
