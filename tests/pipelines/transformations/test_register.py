"""A file becomes a version and a release, or is refused with all that is wrong."""

from __future__ import annotations

from datetime import datetime

from deployments.releases import operations as releases
from deployments.releases.models import Release
from pipelines.transformations.operations import register
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.catalog.models import Component, Dependency
from tests.pipelines.factories import House, file

People = dict[str, User]
OTHER_SQL = "SELECT carrier, count(*) AS flights FROM flights WHERE month > $month GROUP BY ALL"


def test_the_first_version_makes_the_component_and_a_release(house: House, now: datetime) -> None:
    version, is_new = register(file=file(), by=house.developer, now=now)

    component = Component.objects.get(name="carrier-punctuality")
    release = Release.objects.get(component=component)
    assert (is_new, version.number) == (True, 1)
    assert (component.kind, component.team) == ("transformation", house.team)
    assert component.description == "How many flights each carrier flew."
    assert (release.number, release.digest) == (1, version.digest)
    assert release.artifact_kind == "pipeline"
    assert version.spec == file()["spec"]


def test_it_says_what_it_reads_and_feeds(house: House, now: datetime) -> None:
    register(file=file(), by=house.developer, now=now)

    declared = Dependency.objects.values_list("direction", "kind", "name", "source")
    assert set(declared) == {
        ("reads", "connection", "nyc-files", "declared"),
        ("feeds", "client", "acme-travel", "declared"),
    }


def test_it_is_in_the_audit(house: House, now: datetime) -> None:
    version, _ = register(file=file(), by=house.developer, now=now)

    entry = Entry.objects.get(verb="transformation.register")
    assert (entry.actor, entry.thing) == (house.developer, "carrier-punctuality v1")
    assert entry.after == {"version": 1, "digest": version.digest}


def test_the_same_content_is_the_same_version(house: House, now: datetime) -> None:
    first, _ = register(file=file(), by=house.developer, now=now)
    content = file()
    content["source"] = {"commit": "abc1234"}  # where it comes from is not what it is

    again, is_new = register(file=content, by=house.owner, now=now)

    assert (again, is_new) == (first, False)
    assert Entry.objects.filter(verb="transformation.register").count() == 1


def test_other_content_is_the_next_version_and_the_old_one_stays(
    house: House, now: datetime
) -> None:
    first, _ = register(file=file(), by=house.developer, now=now)
    second, _ = register(file=file(OTHER_SQL), by=house.developer, now=now)
    back, is_new = register(file=file(), by=house.developer, now=now)

    assert (second.number, back, is_new) == (2, first, False)
    assert first.semantic_digest != second.semantic_digest


def test_rejected_content_is_the_same_version_still(house: House, now: datetime) -> None:
    version, _ = register(file=file(), by=house.developer, now=now)
    release = Release.objects.get(number=1)
    releases.reject(release=release, reason="It counts twice.", by=house.owner, now=now)

    assert register(file=file(), by=house.developer, now=now) == (version, False)


def test_its_commit_stands_on_the_release(house: House, now: datetime) -> None:
    content = file()
    content["source"] = {"commit": "abc1234", "committed_at": "2026-11-20T09:30:00Z"}

    version, _ = register(file=content, by=house.developer, now=now)

    assert version.source["commit"] == Release.objects.get().commit == "abc1234"
