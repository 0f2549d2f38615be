"""One running portal for the fault tests, with short leases, on servers that they may break."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests import receivers
from tests.api_house import House, build
from tests.portal_process import ALL, NAMES, Portal
from tests.receivers import Mailbox

QUICK = {
    "SLIPWAY_LEASE": "2",
    "SLIPWAY_RESEND": "1",
    "SLIPWAY_IDLE_IN_TRANSACTION": "3",
    "SLIPWAY_RUN_SLOTS": "2",
}


@pytest.fixture(scope="session")
def post_office() -> Iterator[Mailbox]:
    with receivers.mailbox() as box:
        yield box


@pytest.fixture
def post(post_office: Mailbox) -> Mailbox:
    """The mail server of the portal, and nothing has come yet."""
    post_office.clear()
    return post_office


@pytest.fixture(scope="package")
def broken_house(post_office: Mailbox) -> Iterator[House]:
    """Whatever a test breaks here, the next one finds mended."""
    settings = {**QUICK, "SLIPWAY_MAIL_URL": post_office.url}
    portal = Portal.start(own_servers=True, with_pages=True, environment={ALL: settings})
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
