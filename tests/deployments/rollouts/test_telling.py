"""Who hears what of a deployment: that it waits for them, and how it ended."""

from __future__ import annotations

import pytest

from deployments.rollouts import operations
from deployments.targets.base import Observation, TargetError
from portal.accounts.models import User
from portal.notifications import operations as notifications
from portal.notifications import queries
from portal.notifications.models import Kind, Matter, Notice
from tests.deployments.crate import Crates
from tests.deployments.world import World

pytestmark = pytest.mark.django_db


def told(world: World, kind: Kind) -> dict[str, set[str]]:
    """Titles of this kind, and who was told each."""
    notifications.fold(now=world.now())
    found: dict[str, set[str]] = {}
    rows = Notice.objects.filter(kind=kind).select_related("matter", "user")
    for row in rows.order_by("matter_id"):
        found.setdefault(row.matter.title, set()).add(row.user.username)
    return found


def test_approvers_hear_that_it_waits_until_it_does_not(
    world: World, people: dict[str, User]
) -> None:
    world.deploy(1, world.development)
    world.deploy(1, world.staging)
    waiting = world.ask(1, world.production, by="ines", reason="For Monday.")
    title = "carrier-punctuality v1 → production waits for approval"
    assert told(world, Kind.APPROVAL_NEEDED) == {title: {"tomas"}}  # not who asked
    matter = Matter.objects.get(kind=Kind.APPROVAL_NEEDED)
    assert matter.text.startswith("Asked by Ines Costa. “For Monday.”")
    assert matter.link == waiting.path
    world.approve(waiting, by="tomas")
    told(world, Kind.APPROVAL_NEEDED)
    matter.refresh_from_db()
    assert not matter.is_open
    assert queries.unread(people["tomas"]) == 0


def test_whoever_asked_hears_that_it_is_live(world: World) -> None:
    world.deploy(1, world.development)
    assert told(world, Kind.DEPLOYMENT_FINISHED) == {
        "carrier-punctuality v1 → development is live": {"mira"}
    }
    said = Matter.objects.get(kind=Kind.DEPLOYMENT_FINISHED).text
    assert said == "When it went live: Nobody has opened the crate yet."


def test_whoever_asked_hears_that_it_was_refused_or_failed(world: World) -> None:
    world.deploy(1, world.development)
    world.deploy(1, world.staging)
    waiting = world.ask(1, world.production)
    operations.refuse(
        deployment=waiting, by=world.people["ines"], now=world.now(), note="Not on a Friday."
    )
    mine = world.ask(1, world.production)
    operations.abort(deployment=mine, by=world.people["mira"], now=world.now())
    Crates.trouble["apply"] = [TargetError("It does not fit.", permanent=True)]
    world.deploy(2, world.development)
    assert told(world, Kind.DEPLOYMENT_FAILED) == {
        "carrier-punctuality v1 → production was refused": {"mira"},
        "carrier-punctuality v2 → development failed": {"mira"},  # what she aborted she knows
    }
    assert not Matter.objects.filter(is_condition=True, over_at=None).exists()


def test_the_team_hears_of_a_rollback_and_of_a_rejection(world: World) -> None:
    world.deploy(1, world.staging)
    world.deploy(2, world.staging)
    world.work(world.roll_back(world.staging, by="tomas"))
    world.reject(2)
    assert told(world, Kind.DEPLOYMENT_ROLLED_BACK) == {
        "carrier-punctuality was rolled back to v1 in staging": {"ines", "tomas", "mira", "jonas"}
    }
    assert told(world, Kind.RELEASE_REJECTED) == {
        "v2 of carrier-punctuality was rejected": {"tomas", "mira", "jonas"}  # ines did it
    }


def test_a_rollback_of_settings_alone_names_them(world: World) -> None:
    world.deploy(1, world.staging)
    world.configure(world.staging, seconds=60)
    world.work(world.roll_back(world.staging))
    assert list(told(world, Kind.DEPLOYMENT_ROLLED_BACK)) == [
        "carrier-punctuality was rolled back to v1 with c1 in staging"
    ]


def test_a_new_release_that_does_badly_asks_those_who_can_let_it_go_on(world: World) -> None:
    Crates.health[1, "staging"] = Observation("degraded", "Half of the crates are empty.")
    waiting = world.deploy(1, world.staging)
    title = "carrier-punctuality v1 → staging needs a decision"
    assert told(world, Kind.DEPLOYMENT_WAITING) == {title: {"ines", "tomas", "mira"}}
    assert Matter.objects.get(kind=Kind.DEPLOYMENT_WAITING).text == "Half of the crates are empty."
    operations.advance(deployment=waiting, by=world.people["mira"], now=world.now())
    told(world, Kind.DEPLOYMENT_WAITING)
    assert not Matter.objects.filter(is_condition=True, over_at=None).exists()
