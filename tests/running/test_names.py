"""Whoever looks into PostgreSQL sees which process asks, though all are forks of one."""

from __future__ import annotations

import pytest

from tests.api_house import House
from tests.patience import wait_for

SESSIONS = "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"


@pytest.mark.parametrize("name", ["web", "control", "runs", "deliveries"])
def test_each_session_bears_the_name_of_its_process(house: House, name: str) -> None:
    wait_for(lambda: (name,) in house.portal.rows(SESSIONS))


def test_no_session_is_of_nobody(house: House) -> None:
    names = {str(name) for (name,) in house.portal.rows(SESSIONS)}
    assert not {name for name in names if name.startswith(("preloaded", "slipway"))}
