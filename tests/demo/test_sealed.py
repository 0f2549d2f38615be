"""What the story did is in the chain of the audit by the time that its seals tell."""

from __future__ import annotations

from datetime import timedelta

from tests.demo.conftest import Played
from tests.patience import wait_for

# What the database itself has kept: from the moment of the act to that of its seal.
AGES = """
SELECT entry.verb, seal.sealed_at - entry.at
FROM portal_entry entry LEFT JOIN portal_seal seal ON seal.entry_id = entry.id
WHERE entry.at BETWEEN %s AND %s
"""
SOON = timedelta(seconds=1)
LATEST = timedelta(seconds=10)
OF_THE_STORY = {
    *("connection.create", "binding.set", "grant.give", "token.create", "transformation.register"),
    *("deployment.request", "deployment.approve", "deployment.roll_back", "deployment.switch"),
    *("run.start", "run.again", "release.reject", "hold.pause", "hold.resume", "backfill.start"),
}


def test_each_entry_was_sealed_soon(played: Played) -> None:
    """By the workers and the beat beside the story, on cores that other tests wanted as well.

    That it is each within a second where there is room, tests/faults/test_sealing.py says.
    """

    def ages() -> list[tuple[str, timedelta | None]]:
        return played.portal.rows(AGES, *played.between)

    wait_for(lambda: all(age for _, age in ages()), 30, lambda: f"unsealed: {ages()}")
    found = ages()
    assert {verb for verb, _ in found} >= OF_THE_STORY
    assert len(found) > 100
    late = sorted((age, verb) for verb, age in found if age and age >= SOON)
    assert len(late) <= len(found) / 4, late  # where other tests want the same two cores
    assert not late or late[-1][0] < LATEST
