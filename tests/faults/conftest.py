"""One running portal for the fault tests, with short leases, on servers that they may break."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.api_house import House, build
from tests.portal_process import NAMES, Portal

QUICK = {
    "SLIPWAY_LEASE": "2",
    "SLIPWAY_RESEND": "1",
    "SLIPWAY_IDLE_IN_TRANSACTION": "3",
    "SLIPWAY_RUN_SLOTS": "2",
}


@pytest.fixture(scope="session")
def broken_house() -> Iterator[House]:
    """Whatever a test breaks here, the next one finds mended."""
    portal = Portal.start(own_servers=True, environment=dict.fromkeys(NAMES, QUICK))
    try:
        house = build(portal)
        with closing(house.api):
            yield house
    finally:
        portal.stop()


@pytest.fixture
def house(broken_house: House) -> Iterator[House]:
    yield broken_house
    for name in NAMES:
        if not broken_house.portal.processes[name].is_alive:
            broken_house.portal.restart(name)
    broken_house.portal.wait_until_ready()
