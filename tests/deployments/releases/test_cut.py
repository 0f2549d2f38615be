"""Making content deployable under a number."""

from __future__ import annotations

import pytest

from deployments.releases import operations
from deployments.releases.models import Release
from observability.changes.models import Change
from portal.errors import Moved
from tests.deployments.crate import KIND
from tests.deployments.world import World


def _cut(world: World, number: int, digest: str) -> Release:
    return operations.cut(
        component=world.component,
        number=number,
        artifact_kind=KIND,
        digest=digest,
        source={"commit": "3f9c2ab", "committed_at": "2026-11-20T09:30:00Z", "message": "Pack"},
        by=world.people["mira"],
        now=world.now(),
    )


def test_it_stands_on_the_axis_with_its_commit(world: World) -> None:
    release = _cut(world, 1, "sha256:a")
    change = Change.objects.get(kind="release")
    commit = change.commits.get()
    assert (change.title, change.release, change.actor) == (
        "v1 is ready",
        "1",
        world.people["mira"],
    )
    assert (commit.sha, commit.message) == ("3f9c2ab", "Pack")
    assert commit.committed_at.isoformat() == "2026-11-20T09:30:00+00:00"
    assert world.entries("release.cut")[0].after == {"digest": release.digest}


def test_saying_it_twice_is_saying_it_once(world: World) -> None:
    assert _cut(world, 1, "sha256:a") == _cut(world, 1, "sha256:a")
    assert len(world.entries("release.cut")) == 1


def test_a_number_has_one_content(world: World) -> None:
    _cut(world, 1, "sha256:a")
    with pytest.raises(Moved, match="v1 of carrier-punctuality exists with other content"):
        _cut(world, 1, "sha256:b")


@pytest.mark.parametrize("when", ["", "yesterday", "2026-13-40T00:00:00Z"])
def test_a_time_that_is_none_is_left_out(world: World, when: str) -> None:
    operations.cut(
        component=world.component,
        number=1,
        artifact_kind=KIND,
        digest="sha256:a",
        source={"commit": "3f9c2ab", "committed_at": when},
        by=world.people["mira"],
        now=world.now(),
    )
    assert Change.objects.get(kind="release").commits.get().committed_at is None


def test_a_time_without_a_zone_is_utc(world: World) -> None:
    operations.cut(
        component=world.component,
        number=1,
        artifact_kind=KIND,
        digest="sha256:a",
        source={"commit": "3f9c2ab", "committed_at": "2026-11-20T09:30:00"},
        by=world.people["mira"],
        now=world.now(),
    )
    committed = Change.objects.get(kind="release").commits.get().committed_at
    assert committed.isoformat() == "2026-11-20T09:30:00+00:00"
