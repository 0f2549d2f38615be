"""Judging content wrong: it stops on every path, at once."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.asserts import assertContains

from deployments.releases import guard, operations, queries
from deployments.rollouts import operations as rollouts
from deployments.rollouts.models import Deployment
from observability.changes.models import Change, Link
from portal.errors import Moved, NotAllowed, Refused
from tests.deployments.crate import Crates
from tests.deployments.world import World


def test_the_target_stops_all_work_on_it(world: World, crates: type[Crates]) -> None:
    world.reject(1)
    assert crates.told == [("withdraw", "carrier-punctuality", "sha256:crate-1")]
    (entry,) = world.entries("release.reject")
    assert (entry.reason, entry.after) == (
        "It doubles rows.",
        {"digest": "sha256:crate-1", "stopped": {"runs": 2}, "aborted": []},
    )


def test_it_is_deployed_nowhere_any_more(world: World) -> None:
    world.deploy(1, world.development)
    world.reject(1)
    words = (
        r"v1 was rejected by Ines Costa on 20 November at 14:0\d UTC: “It doubles rows.” "
        r"Ines Costa, Tomas Novak or Priya Raman can lift that"
    )
    with pytest.raises(Refused, match=words):
        world.ask(1, world.staging)
    with pytest.raises(Refused, match=words):
        rollouts.promote(
            release=world.release(1),
            to=world.staging,
            by=world.people["priya"],
            now=world.now(),
        )


def test_the_same_content_under_another_number_is_refused_too(world: World) -> None:
    world.reject(1)
    world.release(2, digest=world.release(1).digest)
    with pytest.raises(Refused, match="v2 was rejected by Ines Costa"):
        world.ask(2, world.staging)


def test_the_same_content_of_another_component_is_not_meant(world: World) -> None:
    world.reject(1)
    assert guard.rejection_of(world.people["mira"].pk, world.release(1).digest) is None


def test_deployments_under_way_are_aborted_everywhere(world: World) -> None:
    world.deploy(1, world.staging)
    waiting = world.ask(1, world.production)
    begun = world.ask(1, world.development)
    other = world.ask(2, world.staging)
    world.reject(1)
    for deployment in (waiting, begun):
        aborted = world.again(deployment)
        assert aborted.state == Deployment.State.ABORTED
        assert aborted.message.startswith("Ines Costa rejected v1: “It doubles rows.”")
    assert world.again(other).state == Deployment.State.RUNNING
    assert world.entries("release.reject")[0].after["aborted"] == [
        f"#{waiting.number}",
        f"#{begun.number}",
    ]


def test_the_dialog_says_what_is_aborted(world: World, client: Client) -> None:
    world.deploy(1, world.staging)
    waiting = world.ask(1, world.production)
    world.ask(2, world.staging)
    client.force_login(world.people["ines"])
    shown = client.get("/components/carrier-punctuality/versions/1/reject")
    assertContains(shown, ": it is aborted.", count=1)
    assertContains(
        shown, f"#{waiting.number} (v1 → production) by Mira Okafor waits for an approval: it is"
    )


def test_what_is_live_stays_and_is_marked(world: World) -> None:
    live = world.deploy(1, world.staging)
    world.reject(1)
    assert world.serving(world.staging) == ("v1", "c1")
    rejection = queries.rejection(world.release(1))
    assert rejection is not None
    change = Change.objects.get(kind="rejection")
    link = Link.objects.get(change=change)
    assert (link.kind, link.other.external_id) == ("caused_by", f"deployment:{live.pk}")


def test_what_is_live_and_rejected_can_not_be_configured_but_left(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    world.reject(2)
    with pytest.raises(Refused, match="v2 was rejected"):
        rollouts.configure(
            component=world.component,
            environment=world.staging,
            values={"limits": {"seconds": 1}},
            by=world.people["mira"],
            now=world.now(),
        )
    world.work(world.roll_back(world.staging))
    assert world.serving(world.staging) == ("v1", "c1")


def test_it_wants_what_was_seen(world: World) -> None:
    with pytest.raises(Refused, match="Say what you saw") as refused:
        world.reject(1, reason=" ")
    assert refused.value.field == "reason"


def test_it_is_rejected_once(world: World) -> None:
    world.reject(1)
    with pytest.raises(Moved, match="v1 was rejected already, by Ines Costa on 20 November"):
        world.reject(1, by="tomas")


@pytest.mark.parametrize("name", ["mira", "jonas", "hannah"])
def test_it_refuses_who_does_not_maintain_the_team(world: World, name: str) -> None:
    with pytest.raises(NotAllowed, match="Ines Costa, Tomas Novak of airline-data can"):
        world.reject(1, by=name)
    (entry,) = world.entries("release.reject")
    assert (entry.outcome, entry.thing, entry.component) == (
        "refused",
        "carrier-punctuality v1",
        "carrier-punctuality",
    )


def test_evidence_stays_with_it(world: World) -> None:
    evidence = {"log": ["month=8: 32 rows, 16 expected"]}
    rejection = operations.reject(
        release=world.release(1),
        reason="It doubles rows.",
        by=world.people["ines"],
        now=world.now(),
        evidence=evidence,
    )
    rejection.refresh_from_db()
    assert rejection.evidence == evidence
