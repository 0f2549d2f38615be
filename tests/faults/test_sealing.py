"""Sealing by the real worker at the real tick: within a second, and after a kill too."""

from __future__ import annotations

import itertools

import pytest

from tests.api_house import House, go_live, roll_back
from tests.bench import work
from tests.faults.outcome import assert_delivered_once, start
from tests.patience import wait_for

pytestmark = pytest.mark.fault

AGES = """
SELECT entry.verb, extract(epoch FROM seal.sealed_at - entry.at)
FROM portal_entry entry LEFT JOIN portal_seal seal ON seal.entry_id = entry.id
WHERE entry.at >= %s
"""
MOST_ROUNDS = 5
A_ROUND = {
    *("team.create", "transformation.register", "release.cut", "deployment.request"),
    *("deployment.switch", "run.start", "hold.pause", "hold.resume", "deployment.roll_back"),
}
numbers = itertools.count(1)
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


def work_a_little(house: House) -> None:
    """Acts of many kinds: by the web, and by workers in their own time."""
    number = next(numbers)
    act(house, f"round-{number}")
    sql = f"{work.TINY_SQL} HAVING max(delay) > -{1000 + number}"
    go_live(house, "tiny", sql, {})
    assert_delivered_once(house, start(house))
    pair = {"environment": "staging", "reason": "Look at it."}
    house.post("/components/tiny/hold/", **pair)
    house.post("/components/tiny/resume/", environment="staging")
    roll_back(house, "tiny")


def ages_of_a_round(house: House) -> list[tuple[str, float]]:
    """What each entry waited for its seal, as the database has kept both moments."""
    ((began,),) = house.portal.rows("SELECT now()")
    work_a_little(house)

    def ages() -> list[tuple[str, float | None]]:
        return house.portal.rows(AGES, began)

    wait_for(lambda: all(age is not None for _, age in ages()), 30, house.portal.logs)
    return [(verb, float(age or 0)) for verb, age in ages()]


def test_every_entry_of_real_work_is_sealed_within_a_second(house: House) -> None:
    """Each of a whole round; another round where other tests have kept the cores to themselves."""
    late: list[tuple[str, float]] = []
    for _ in range(MOST_ROUNDS):
        ages = ages_of_a_round(house)
        assert {verb for verb, _ in ages} >= A_ROUND
        late = [(verb, age) for verb, age in ages if age >= 1.0]
        if not late:
            return
    raise AssertionError(f"in each of {MOST_ROUNDS} rounds some waited longer, at last: {late}")


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
    assert "Intact." in house.portal.manage("audit_verify")
