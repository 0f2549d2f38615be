"""kill -9 of the control worker between any two steps of a deployment: the next one goes on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_house import House, wait_until_deployed
from tests.faults.changing import SWITCHES, ask_back, deploy, registered
from tests.faults.outcome import assert_delivered_once, assert_drop_is_right, start

pytestmark = pytest.mark.fault

DEATHS = [  # on its way through one deployment: twice in each step
    "deployments.step.claimed",
    "deployments.step.closed",
    "deployments.switch.written",
    "deployments.switch.committing",
    "deployments.step.worked",
    "deployments.ending.noted",
]
ATTEMPTS = """
SELECT step.name, attempt.state FROM deployments_stepattempt attempt
JOIN deployments_step step ON step.id = attempt.step_id
WHERE step.deployment_id = %s ORDER BY step.order, attempt.number
"""


def wait_until_it_died(house: House) -> None:
    assert house.portal.processes["control"].wait_until_dead() == -9


def assert_done_once(house: House, deployment: dict[str, Any], deaths: dict[str, int]) -> None:
    """A step was tried once more for each death in it, and went well in the end; one switch."""
    wait_until_deployed(house, deployment)
    expected = [("rules", "done")]
    for step, count in deaths.items():
        expected += [(step, "failed")] * count + [(step, "done")]
    assert house.portal.rows(ATTEMPTS, deployment["id"]) == expected
    assert house.portal.rows(SWITCHES, deployment["id"]) == [(1,)]


def test_a_deployment_goes_on_where_its_worker_died(house: House) -> None:
    portal = house.portal
    before = assert_delivered_once(house, start(house))
    release = registered(house)
    portal.arm(f"{DEATHS[0]}=kill")
    asked = deploy(house, release)
    for following in [*DEATHS[1:], ""]:
        wait_until_it_died(house)
        if following == "deployments.switch.written":  # nobody controls anything for a while
            during = assert_delivered_once(house, start(house))
            assert during["version"] == before["version"]
        if following:
            portal.arm(f"{following}=kill")
        portal.restart("control")
    assert_done_once(house, asked, {"prepare": 2, "switch": 2, "confirm": 2})
    after = assert_delivered_once(house, start(house))
    assert after["version"] == release["number"]
    assert_drop_is_right(house)


def test_a_rollback_goes_on_where_its_worker_died(house: House) -> None:
    portal = house.portal
    release = registered(house)
    wait_until_deployed(house, deploy(house, release))
    portal.arm("deployments.switch.committing=kill")
    asked = ask_back(house)
    wait_until_it_died(house)
    during = assert_delivered_once(house, start(house))
    assert during["version"] == release["number"]  # nothing is switched yet
    portal.flush_redis()
    portal.restart("control")
    assert_done_once(house, asked, {"switch": 1, "confirm": 0})
    after = assert_delivered_once(house, start(house))
    assert after["version"] < release["number"]
    assert_drop_is_right(house)
