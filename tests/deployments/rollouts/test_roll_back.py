"""Leaving what is live for what did well here before."""

from __future__ import annotations

import pytest

from deployments.rollouts import operations, queries
from deployments.rollouts.models import Deployment
from deployments.targets.base import Observation
from observability.changes.models import Change, Link
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World


@pytest.fixture
def three(world: World) -> Deployment:
    """v1, v2 and v3 were live in production, one after the other."""
    return [world.through(number) for number in (1, 2, 3)][-1]


def test_it_goes_to_the_newest_that_was_live_here_without_approval(
    world: World, three: Deployment
) -> None:
    deployment = world.roll_back(world.production)
    assert deployment.state == Deployment.State.RUNNING
    assert world.work(deployment).state == Deployment.State.SUCCEEDED
    assert world.serving(world.production) == ("v2", "c1")
    assert world.steps(deployment) == {"rules": "done", "switch": "done", "confirm": "done"}


def test_it_is_linked_to_what_it_reverses(world: World, three: Deployment) -> None:
    deployment = world.roll_back(world.production)
    assert deployment.reverses == three
    change = Change.objects.get(kind="rollback")
    link = Link.objects.get(change=change)
    assert (link.kind, link.other.external_id) == ("reverses", f"deployment:{three.pk}")
    assert (change.reason, change.is_planned, change.outcome) == (
        "Rows are missing.",
        False,
        "running",
    )
    world.work(deployment)
    change.refresh_from_db()
    assert change.outcome == "succeeded"


def test_it_skips_what_is_rejected_or_did_badly(
    world: World, three: Deployment, crates: type[Crates]
) -> None:
    world.reject(2)
    assert world.roll_back(world.production).release == world.release(1)


def test_it_skips_what_did_badly_here(
    world: World, three: Deployment, crates: type[Crates]
) -> None:
    crates.health[2, "production"] = Observation("degraded", "Its last run failed its check.")
    assert world.roll_back(world.production).release == world.release(1)


def test_it_takes_the_configuration_back_with_it(world: World) -> None:
    world.deploy(1, world.staging)
    configured = operations.configure(
        component=world.component,
        environment=world.staging,
        values={"limits": {"seconds": 60}},
        by=world.people["mira"],
        now=world.now(),
    )
    world.work(configured)
    world.deploy(2, world.staging)
    world.work(world.roll_back(world.staging))
    assert world.serving(world.staging) == ("v1", "c2")


def test_a_person_may_name_the_release(world: World, three: Deployment) -> None:
    world.work(world.roll_back(world.production, to=world.release(1)))
    assert world.serving(world.production) == ("v1", "c1")


def test_what_was_never_live_here_is_no_way_back(world: World, three: Deployment) -> None:
    world.deploy(4, world.staging)
    with pytest.raises(
        Refused,
        match=r"Can't roll back to v4: it was never live in production. Possible: v2 or v1.",
    ) as refused:
        world.roll_back(world.production, to=world.release(4))
    assert refused.value.field == "release"


def test_what_is_rejected_is_no_way_back_even_when_named(world: World, three: Deployment) -> None:
    world.reject(2)
    with pytest.raises(
        Refused, match=r"it was rejected by Ines Costa: “It doubles rows.”. Possible: v1."
    ):
        world.roll_back(world.production, to=world.release(2))


def test_what_is_live_is_no_way_back(world: World, three: Deployment) -> None:
    with pytest.raises(Refused, match="v3 is what is live in production"):
        world.roll_back(world.production, to=world.release(3))


def test_without_a_way_back_it_says_why_and_what_else(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    world.reject(1)
    with pytest.raises(
        Refused,
        match=r"no way back from v2 in staging: v1 was rejected by Ines Costa.*Pause it, or",
    ):
        world.roll_back(world.staging)


def test_the_first_release_has_no_way_back(world: World) -> None:
    world.deploy(1, world.staging)
    with pytest.raises(Refused, match="nothing else was live here before"):
        world.roll_back(world.staging)


def test_where_nothing_is_live_there_is_nothing_to_leave(world: World) -> None:
    with pytest.raises(Refused, match="there is nothing to leave"):
        world.roll_back(world.staging)


def test_rolling_back_twice_does_not_return_to_the_bad_one(world: World, three: Deployment) -> None:
    world.work(world.roll_back(world.production))
    world.work(world.roll_back(world.production))
    assert world.serving(world.production) == ("v1", "c1")
    with pytest.raises(Refused, match=r"v2 was rolled back from here; v3 was rolled back from"):
        world.roll_back(world.production)


def test_what_was_deployed_again_after_a_rollback_is_a_way_back_again(
    world: World, three: Deployment
) -> None:
    world.work(world.roll_back(world.production))
    world.deploy(3, world.production)
    world.deploy(4, world.staging)
    world.deploy(4, world.production)
    assert world.roll_back(world.production).release == world.release(3)


def test_it_aborts_what_is_under_way_here(world: World, three: Deployment) -> None:
    world.deploy(4, world.staging)
    waiting = world.ask(4, world.production)
    deployment = world.roll_back(world.production, by="tomas")
    aborted = world.again(waiting)
    assert aborted.state == Deployment.State.ABORTED
    assert aborted.message.startswith("Tomas Novak rolls back here instead.")
    world.work(deployment)
    assert world.serving(world.production) == ("v2", "c1")


def test_a_release_that_waits_at_its_last_step_is_left_as_well(
    world: World, crates: type[Crates]
) -> None:
    world.deploy(1, world.staging)
    crates.health[2, "staging"] = Observation("degraded", "Half of its runs failed.")
    waiting = world.deploy(2, world.staging)
    world.work(world.roll_back(world.staging))
    assert world.serving(world.staging) == ("v1", "c1")
    assert world.again(waiting).state == Deployment.State.ABORTED


def test_a_second_click_does_not_roll_back_twice(world: World, three: Deployment) -> None:
    first = world.roll_back(world.production)
    with pytest.raises(Moved, match=rf"A rollback to v2 is under way already: #{first.number}"):
        world.roll_back(world.production, by="tomas")


def test_naming_another_release_replaces_a_rollback_under_way(
    world: World, three: Deployment
) -> None:
    first = world.roll_back(world.production)
    world.work(world.roll_back(world.production, to=world.release(1)))
    assert world.again(first).state == Deployment.State.ABORTED
    assert world.serving(world.production) == ("v1", "c1")


def test_no_pause_holds_it_up(world: World, three: Deployment) -> None:
    operations.pause(
        component=world.component,
        environment=world.production,
        reason="It is on fire.",
        by=world.people["mira"],
        now=world.now(),
    )
    assert world.work(world.roll_back(world.production)).state == Deployment.State.SUCCEEDED


def test_it_wants_a_reason(world: World, three: Deployment) -> None:
    with pytest.raises(Refused, match=r"Say what you saw") as refused:
        world.roll_back(world.production, reason=" ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("name", ["jonas", "hannah"])
def test_it_refuses_who_may_not(world: World, three: Deployment, name: str) -> None:
    with pytest.raises(NotAllowed):
        world.roll_back(world.production, by=name)
    assert world.entries("deployment.roll_back")[0].outcome == "refused"


def test_its_own_page_lists_where_it_could_go(
    world: World, three: Deployment, crates: type[Crates]
) -> None:
    crates.health[2, "production"] = Observation("healthy", "Its last 12 runs went well.")
    world.reject(1)
    found = queries.rollback_candidates(world.component, world.production)
    assert [(str(each.release), each.is_possible, each.obstacle) for each in found] == [
        ("v2", True, ""),
        ("v1", False, "was rejected by Ines Costa: “It doubles rows.”"),
    ]
    assert found[0].message == "Its last 12 runs went well."
