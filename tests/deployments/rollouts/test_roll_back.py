"""Leaving what is live for what did well here before."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from deployments.targets.base import Observation
from observability.changes.models import Change, Link
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World


@pytest.fixture
def three(world: World) -> Deployment:
    """v1, v2 and v3 were live in staging, one after the other."""
    return [world.deploy(number, world.staging) for number in (1, 2, 3)][-1]


def test_production_waits_for_no_approval(world: World) -> None:
    world.through(1)
    world.deploy(2, world.staging)
    world.deploy(2, world.production)
    world.work(world.roll_back(world.production))
    assert world.serving(world.production) == ("v1", "c1")


def test_it_goes_to_the_newest_that_was_live_here(world: World, three: Deployment) -> None:
    deployment = world.roll_back(world.staging)
    assert deployment.state == Deployment.State.RUNNING
    assert world.work(deployment).state == Deployment.State.SUCCEEDED
    assert world.serving(world.staging) == ("v2", "c1")
    assert world.steps(deployment) == {"rules": "done", "switch": "done", "confirm": "done"}


def test_it_is_linked_to_what_it_reverses(world: World, three: Deployment) -> None:
    deployment = world.roll_back(world.staging)
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


def test_it_skips_what_is_rejected(world: World, three: Deployment) -> None:
    world.reject(2)
    assert world.roll_back(world.staging).release == world.release(1)


def test_it_skips_what_did_badly_here(
    world: World, three: Deployment, crates: type[Crates]
) -> None:
    crates.health[2, "staging"] = Observation("degraded", "Its last run failed its check.")
    assert world.roll_back(world.staging).release == world.release(1)


def test_it_takes_the_configuration_back_with_it(world: World) -> None:
    world.deploy(1, world.staging)
    world.configure(world.staging, seconds=60)
    world.deploy(2, world.staging)
    world.work(world.roll_back(world.staging))
    assert world.serving(world.staging) == ("v1", "c2")


def test_a_person_may_name_the_release(world: World, three: Deployment) -> None:
    world.work(world.roll_back(world.staging, to=world.release(1)))
    assert world.serving(world.staging) == ("v1", "c1")


def test_it_aborts_what_is_under_way_here(world: World, three: Deployment) -> None:
    waiting = world.ask(4, world.staging)
    deployment = world.roll_back(world.staging, by="tomas")
    aborted = world.again(waiting)
    assert aborted.state == Deployment.State.ABORTED
    assert aborted.message == "Tomas Novak rolls back here instead."
    world.work(deployment)
    assert world.serving(world.staging) == ("v2", "c1")


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
    first = world.roll_back(world.staging)
    with pytest.raises(
        Moved, match=rf"A rollback to v2 with c1 is under way already: #{first.number}"
    ):
        world.roll_back(world.staging, by="tomas")


def test_what_is_live_by_then_is_left_only_by_who_saw_it(world: World, three: Deployment) -> None:
    fix = world.deploy(4, world.staging)
    with pytest.raises(
        Moved,
        match=rf"#{fix.number} by Mira Okafor made v4 with c1 live in staging meanwhile: rolling "
        rf"back would take that off, not #{three.number}.",
    ):
        world.roll_back(world.staging, by="tomas", to=world.release(2), leaves=three.number)
    back = world.roll_back(world.staging, to=world.release(2), leaves=fix.number)
    assert back.reverses == fix


def test_the_dialog_says_what_was_seen_live_and_shows_what_is(
    world: World, three: Deployment, client: Client
) -> None:
    client.force_login(world.people["tomas"])
    address = "/components/carrier-punctuality/in/staging/roll-back"
    seen = f'name="leaves" value="{three.number}"'
    assert seen in client.get(address).content.decode()
    fix = world.deploy(4, world.staging)
    yes = {"release": "v2 with c1", "reason": "Wrong.", "leaves": three.number}
    answer = client.post(address, yes)
    assert (answer.status_code, world.serving(world.staging)) == (409, ("v4", "c1"))
    shown = answer.content.decode()
    assert "live in staging meanwhile" in shown
    assert f'name="leaves" value="{fix.number}"' in shown
    client.post(address, yes | {"leaves": fix.number})
    assert Deployment.objects.latest("number").reverses == fix


def test_a_second_person_does_not_go_past_what_the_first_went_back_to(
    world: World, three: Deployment
) -> None:
    first = world.work(world.roll_back(world.staging, by="tomas"))
    with pytest.raises(
        Moved,
        match=rf"Tomas Novak rolled staging back to v2 with c1 a moment ago \(#{first.number}\).",
    ) as refused:
        world.roll_back(world.staging, seconds=2.5)
    assert refused.value.field == "release"
    named = world.roll_back(world.staging, to=world.release(1), seconds=2.5)
    assert named.reverses == first


def test_the_dialog_says_what_is_aborted(world: World, three: Deployment, client: Client) -> None:
    waiting = world.ask(4, world.staging)
    client.force_login(world.people["tomas"])
    shown = client.get("/components/carrier-punctuality/in/staging/roll-back")
    assertContains(
        shown, f"#{waiting.number} (v4 → staging) by Mira Okafor is being deployed: it is aborted."
    )


def test_naming_another_release_replaces_a_rollback_under_way(
    world: World, three: Deployment
) -> None:
    first = world.roll_back(world.staging)
    world.work(world.roll_back(world.staging, to=world.release(1)))
    assert world.again(first).state == Deployment.State.ABORTED
    assert world.serving(world.staging) == ("v1", "c1")


def test_no_pause_holds_it_up(world: World, three: Deployment) -> None:
    operations.pause(
        component=world.component,
        environment=world.staging,
        reason="It is on fire.",
        by=world.people["mira"],
        now=world.now(),
    )
    assert world.work(world.roll_back(world.staging)).state == Deployment.State.SUCCEEDED


def test_it_wants_a_reason(world: World, three: Deployment) -> None:
    with pytest.raises(Refused, match=r"Say what you saw") as refused:
        world.roll_back(world.staging, reason=" ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("name", ["jonas", "hannah"])
def test_it_refuses_who_may_not(world: World, three: Deployment, name: str) -> None:
    with pytest.raises(NotAllowed):
        world.roll_back(world.staging, by=name)
    assert world.entries("deployment.roll_back")[0].outcome == "refused"


def test_the_page_of_what_was_taken_back_says_so_beside_that_it_was_deployed(
    world: World, three: Deployment, client: Client
) -> None:
    client.force_login(world.people["mira"])
    assert "rolled back" not in client.get(three.path).content.decode()
    world.work(world.roll_back(world.staging))
    assert "</svg>rolled back</span>" in client.get(three.path).content.decode()
