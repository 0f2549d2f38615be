"""What the axis of changes hears of a deployment: since when it is live, and its commits."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from deployments.rollouts.models import Deployment
from deployments.rollouts.operations import writing
from deployments.targets.base import Observation, TargetError
from observability.changes.models import Change
from portal.accounts.models import Team
from portal.catalog import operations as catalog
from portal.errors import NotAllowed, Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World


def told(deployment: Deployment) -> Change:
    change = writing.change_of(deployment)
    assert change is not None
    return change


def numbers(deployment: Deployment) -> list[int]:
    """Of the releases whose commits it brought."""
    shas = told(deployment).commits.order_by("sha").values_list("sha", flat=True)
    return [int(sha, 16) for sha in shas]


def test_it_is_live_from_the_switch_on(world: World) -> None:
    deployment = world.deploy(1, world.staging)
    assert told(deployment).live_at == deployment.live_at is not None


def test_what_fails_before_the_switch_never_was_live(world: World) -> None:
    Crates.trouble["apply"] = [TargetError("No room.", permanent=True)]
    assert told(world.deploy(1, world.staging)).live_at is None


def test_what_is_given_up_while_it_is_live_was_live(world: World) -> None:
    world.deploy(1, world.staging)
    Crates.health[(2, "staging")] = Observation("degraded", "It leaks.")
    waiting = world.deploy(2, world.staging)
    world.work(world.roll_back(world.staging))
    change = told(waiting)
    assert (change.outcome, change.live_at) == (Change.Outcome.ABORTED, waiting.live_at)
    assert change.live_at is not None


def test_it_brings_the_commits_of_every_release_since_the_one_that_was_live(world: World) -> None:
    for number in (1, 2, 3):
        world.release(number)
    assert numbers(world.deploy(1, world.staging)) == [1]
    assert numbers(world.deploy(3, world.staging)) == [2, 3]
    commit = told(world.deploy(3, world.development)).commits.get()
    assert (commit.message, commit.committed_at is not None) == ("Pack crate 3", True)


def test_a_rollback_and_a_configuration_bring_none(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    assert numbers(world.configure(world.staging, seconds=9)) == []
    assert numbers(world.work(world.roll_back(world.staging))) == []


def test_a_deployment_says_what_it_mends(world: World) -> None:
    world.deploy(1, world.staging)
    wrong = world.deploy(2, world.staging)
    fix = world.work(world.ask(3, world.staging, fixes=wrong.number))
    link = told(fix).links.get()
    assert (link.kind, link.other) == ("fixes", told(wrong))
    assert not told(fix).is_planned


def test_the_pages_of_both_say_which_mended_which(world: World, client: Client) -> None:
    world.deploy(1, world.staging)
    wrong = world.deploy(2, world.staging)
    fix = world.work(world.ask(3, world.staging, fixes=wrong.number))
    client.force_login(world.people["mira"])
    assertContains(client.get(wrong.path), f'mended by <a href="{fix.path}">{fix.line}</a>')
    page = client.get(fix.path)
    assertContains(page, f'mends <a href="{wrong.path}">{wrong.line}</a>')
    assertNotContains(page, "mended by")


def test_what_was_never_there_can_not_be_mended(world: World) -> None:
    elsewhere = world.deploy(1, world.development)
    for number in (elsewhere.number, 999):
        with pytest.raises(Refused) as refused:
            world.ask(1, world.staging, fixes=number)
        assert refused.value.field == "fixes"


def test_nobody_says_that_another_teams_deployment_failed(world: World) -> None:
    theirs = catalog.register(
        name="ledger",
        team=Team.objects.get(name="finance-data"),
        kind="service",
        by=world.people["hannah"],
        now=world.now(),
    )
    wrong = world.deploy(1, world.staging)
    Deployment.objects.filter(pk=wrong.pk).update(component=theirs)
    with pytest.raises(NotAllowed, match="is of ledger, which you may not deploy"):
        world.ask(2, world.staging, fixes=wrong.number)
