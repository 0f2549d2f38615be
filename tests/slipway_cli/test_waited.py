"""What a job waited for in vain: the code says so, and what was seen last is printed."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from deployments.targets.base import Observation
from slipway_cli.__main__ import main
from slipway_cli.endings import Code
from tests.deployments.crate import Crates
from tests.deployments.world import World
from tests.pipelines.factories import House
from tests.slipway_cli.conftest import SignedIn


def test_a_go_ahead_is_not_waited_for_and_what_wants_it_is_printed(
    world: World,
    crates: type[Crates],
    signed_in: SignedIn,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The job that asked has died, and is started again under its key."""
    world.release(1)
    crates.health[1, "staging"] = Observation("degraded", "2 of 3 runs failed.")
    signed_in("mira")
    job = ["deploy", "carrier-punctuality", "1", "-e", "staging", "--key", "job-1", "--json"]
    assert main(job) == Code.DONE
    asked = json.loads(capsys.readouterr().out)
    deployment = Deployment.objects.get(number=asked["number"])
    operations.work(deployment_id=deployment.pk, worker="test", now=timezone.now())

    assert main([*job, "--wait", "--timeout", "20"]) == Code.WAITS_FOR_A_PERSON
    told = capsys.readouterr()
    assert (json.loads(told.out)["id"], json.loads(told.out)["state"]) == (asked["id"], "waiting")
    said = json.loads(told.err.splitlines()[-1])["detail"]
    assert said.endswith("waits for a person to let it go on. 2 of 3 runs failed.")


def test_what_goes_on_without_anybody_is_printed_as_it_was_seen_last(
    house: House, signed_in: SignedIn, capsys: pytest.CaptureFixture[str]
) -> None:
    house.live(now=timezone.now())
    signed_in("mira")
    asked = ["run", "carrier-punctuality", "-e", "staging"]
    assert main([*asked, "--wait", "--timeout", "0", "--json"]) == Code.STILL_GOING
    assert json.loads(capsys.readouterr().out)["state"] == "queued"
