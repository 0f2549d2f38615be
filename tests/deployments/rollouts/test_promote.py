"""Taking a release on to the next environment."""

from __future__ import annotations

import pytest

from deployments.environments.models import Environment
from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from portal.errors import NotAllowed, Refused
from tests.deployments.world import World


def _promote(world: World, number: int, to: Environment, *, by: str = "mira") -> Deployment:
    return operations.promote(
        release=world.release(number), to=to, by=world.people[by], now=world.now()
    )


def test_it_goes_on_from_where_it_is_live(world: World) -> None:
    world.deploy(1, world.development)
    promoted = world.work(_promote(world, 1, world.staging))
    assert promoted.state == Deployment.State.SUCCEEDED
    assert world.serving(world.staging) == ("v1", "c1")
    (entry,) = world.entries("release.promote")
    assert (entry.actor, entry.environment) == (world.people["mira"], "staging")


def test_a_new_release_begins_anywhere_that_the_rules_allow(world: World) -> None:
    assert _promote(world, 1, world.staging).state == Deployment.State.RUNNING


def test_what_has_been_replaced_is_not_promoted(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    with pytest.raises(
        Refused,
        match=r"v1 is live nowhere before production: development serves nothing, "
        r"staging serves v2. Deploy it to staging first",
    ) as refused:
        _promote(world, 1, world.production)
    assert refused.value.field == "to"


def test_production_still_has_its_rules(world: World) -> None:
    world.deploy(1, world.development)
    with pytest.raises(Refused, match="v1 has not been live in staging"):
        _promote(world, 1, world.production)


def test_it_refuses_viewers_and_keeps_that(world: World) -> None:
    with pytest.raises(NotAllowed):
        _promote(world, 1, world.staging, by="jonas")
    (entry,) = world.entries("release.promote")
    assert (entry.outcome, entry.thing) == ("refused", "carrier-punctuality v1")
