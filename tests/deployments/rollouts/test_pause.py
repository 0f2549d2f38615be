"""Pausing and resuming: at once, by one person."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from deployments.rollouts import operations, queries
from deployments.rollouts.models import Deployment, Hold
from observability.changes.models import Change, Link
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.world import World


def _pause(world: World, *, by: str = "mira", reason: str = "The source is broken.") -> Hold:
    return operations.pause(
        component=world.component,
        environment=world.staging,
        reason=reason,
        by=world.people[by],
        now=world.now(),
    )


def _resume(world: World, *, by: str = "mira") -> Hold:
    return operations.resume(
        component=world.component,
        environment=world.staging,
        by=world.people[by],
        now=world.now(),
    )


def test_it_holds_until_someone_resumes_it(world: World) -> None:
    hold = _pause(world)
    assert queries.hold(world.component, world.staging) == hold
    assert queries.hold(world.component, world.production) is None
    _resume(world, by="tomas")
    assert queries.hold(world.component, world.staging) is None
    assert Hold.objects.get().resumed_by == world.people["tomas"]


def test_the_audit_says_once_where_it_was_resumed(world: World, client: Client) -> None:
    _pause(world)
    _resume(world)
    client.force_login(world.people["priya"])
    shown = client.get("/audit/")
    assertContains(shown, "carrier-punctuality in staging</a>", count=2)
    assertNotContains(shown, '<span class="row-sub">in staging</span>')
    world.deploy(1, world.staging)
    assertContains(client.get("/audit/"), '<span class="row-sub">in staging</span>')


def test_what_is_live_stays_live_and_deploying_only_warns(world: World) -> None:
    world.deploy(1, world.staging)
    _pause(world)
    assert world.serving(world.staging) == ("v1", "c1")
    plan = queries.plan(
        world.component, world.release(2), world.staging, world.people["mira"], world.now()
    )
    (finding,) = [finding for finding in plan.findings if finding.name == "Paused"]
    assert finding.verdict == "warn"
    assert "Paused by Mira Okafor" in finding.message
    assert world.deploy(2, world.staging).state == Deployment.State.SUCCEEDED


def test_it_stands_on_the_axis_of_changes(world: World) -> None:
    _pause(world)
    _resume(world)
    paused = Change.objects.get(kind="hold")
    resumed = Change.objects.get(kind="resume")
    assert (paused.reason, paused.environment) == ("The source is broken.", "staging")
    assert Link.objects.get(change=resumed).other == paused
    (entry,) = world.entries("hold.pause")
    assert (entry.actor, entry.reason) == (world.people["mira"], "The source is broken.")
    assert world.entries("hold.resume")


def test_it_wants_a_reason(world: World) -> None:
    with pytest.raises(Refused, match="Say why it pauses"):
        _pause(world, reason="")


def test_what_is_paused_is_not_paused_again(world: World) -> None:
    _pause(world)
    with pytest.raises(Moved, match=r"already by Mira Okafor since 20 November at 14:01 UTC"):
        _pause(world, by="tomas")


def test_only_what_is_paused_resumes(world: World) -> None:
    with pytest.raises(Moved, match="carrier-punctuality is not paused in staging"):
        _resume(world)


def test_it_refuses_viewers(world: World) -> None:
    with pytest.raises(NotAllowed):
        _pause(world, by="jonas")
    assert world.entries("hold.pause")[0].outcome == "refused"
