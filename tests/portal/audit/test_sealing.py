"""Sealing by the real worker at the real tick: within a second, and after a kill too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portal_places import wait_for
from tests.portal_process import Portal

pytestmark = pytest.mark.fault

DELAYS = """
SELECT extract(epoch FROM seal.sealed_at - entry.at)
FROM portal_entry entry JOIN portal_seal seal ON seal.entry_id = entry.id ORDER BY seal.sequence
"""


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal.start(only=("control", "beat"))
    yield portal
    portal.stop()


def act(portal: Portal, name: str) -> None:
    """Something that is audited, done by a process of its own."""
    portal.manage("create_platform_admin", name)


def seconds_until_sealed(portal: Portal, count: int) -> list[float]:
    wait_for(lambda: len(portal.rows(DELAYS)) == count, 30, portal.logs)
    return [float(seconds) for (seconds,) in portal.rows(DELAYS)]


def test_entries_are_sealed_within_a_second_and_none_is_lost_with_the_sealer(
    portal: Portal,
) -> None:
    act(portal, "one")
    seconds_until_sealed(portal, 1)  # the worker has started
    act(portal, "two")
    act(portal, "three")
    *_, second, third = seconds_until_sealed(portal, 3)
    assert min(second, third) < 1.0
    portal.processes["control"].kill()
    act(portal, "four")
    portal.restart("control")
    assert len(seconds_until_sealed(portal, 4)) == 4
    assert "Intact." in portal.manage("audit_verify").stdout
