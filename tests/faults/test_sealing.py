"""Sealing by the real worker at the real tick: within a second, and after a kill too."""

from __future__ import annotations

import pytest

from tests.api_house import House
from tests.portal_places import wait_for

pytestmark = [pytest.mark.fault, pytest.mark.timeout(180)]

DELAYS = """
SELECT extract(epoch FROM seal.sealed_at - entry.at)
FROM portal_entry entry JOIN portal_seal seal ON seal.entry_id = entry.id
WHERE entry.verb = 'team.create' AND entry.thing = ANY(%s) ORDER BY seal.sequence
"""


def act(house: House, name: str) -> None:
    """Something that is audited."""
    house.post("/teams/", name=name, title=name.title())


def seconds_until_sealed(house: House, *names: str) -> list[float]:
    portal = house.portal
    wait_for(lambda: len(portal.rows(DELAYS, list(names))) == len(names), 30, portal.logs)
    return [float(seconds) for (seconds,) in portal.rows(DELAYS, list(names))]


def test_entries_are_sealed_within_a_second_and_none_is_lost_with_the_sealer(
    house: House,
) -> None:
    act(house, "one")
    seconds_until_sealed(house, "one")  # nothing older waits any more
    act(house, "two")
    act(house, "three")
    assert min(seconds_until_sealed(house, "two", "three")) < 1.0
    house.portal.processes["control"].kill()
    act(house, "four")
    house.portal.restart("control")
    assert len(seconds_until_sealed(house, "one", "two", "three", "four")) == 4
    assert "Intact." in house.portal.manage("audit_verify").stdout
