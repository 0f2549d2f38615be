"""Taking a rejection back, with a reason."""

from __future__ import annotations

import pytest

from deployments.releases import operations
from deployments.releases.models import Rejection
from deployments.rollouts.models import Deployment
from observability.changes.models import Change, Link
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World


def _lift(world: World, *, by: str = "tomas", reason: str = "It was the source.") -> Rejection:
    return operations.lift(
        release=world.release(1), reason=reason, by=world.people[by], now=world.now()
    )


def test_it_may_be_deployed_again(world: World, crates: type[Crates]) -> None:
    world.reject(1)
    _lift(world)
    assert crates.told[-1] == ("restore", "carrier-punctuality", "sha256:crate-1")
    assert world.deploy(1, world.staging).state == Deployment.State.SUCCEEDED


def test_both_stay_on_record(world: World) -> None:
    world.reject(1)
    _lift(world)
    rejection = Rejection.objects.get()
    assert (rejection.lifted_by, rejection.lifted_reason) == (
        world.people["tomas"],
        "It was the source.",
    )
    lifted = Change.objects.get(kind="lift")
    assert Link.objects.get(change=lifted).other == Change.objects.get(kind="rejection")
    (entry,) = world.entries("release.lift")
    assert (entry.before, entry.after) == (
        {"reason": "It doubles rows."},
        {"restored": {"deliveries": 1}},
    )


def test_it_may_be_rejected_again(world: World) -> None:
    world.reject(1)
    _lift(world)
    world.reject(1, reason="It was not the source.")
    with pytest.raises(Refused, match="It was not the source"):
        world.ask(1, world.staging)


def test_it_wants_a_reason(world: World) -> None:
    world.reject(1)
    with pytest.raises(Refused, match="Say why this is right after all"):
        _lift(world, reason="")


def test_what_is_not_rejected_can_not_be_lifted(world: World) -> None:
    with pytest.raises(Moved, match="v1 of carrier-punctuality is not rejected"):
        _lift(world)


def test_it_refuses_who_does_not_maintain_the_team(world: World) -> None:
    world.reject(1)
    with pytest.raises(NotAllowed):
        _lift(world, by="mira")
    assert world.entries("release.lift")[0].outcome == "refused"
