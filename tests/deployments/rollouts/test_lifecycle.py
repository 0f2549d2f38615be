"""The table of states and verbs, and the pauses between attempts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from deployments.rollouts import lifecycle
from deployments.rollouts.models import Deployment


def test_the_table_knows_every_state_and_no_other() -> None:
    states = set(Deployment.State.values)
    assert set(lifecycle.MOVES) == set(lifecycle.STANDS) == states
    assert {to for verbs in lifecycle.MOVES.values() for to in verbs.values()} <= states


def test_what_is_over_stays_over() -> None:
    unfinished = {state.value for state in Deployment.UNFINISHED}
    assert {state for state, verbs in lifecycle.MOVES.items() if verbs} == unfinished


def test_whatever_is_open_can_be_aborted() -> None:
    for state in Deployment.UNFINISHED:
        assert lifecycle.after(state, "abort") == "aborted"


@pytest.mark.parametrize("verb", ["approve", "refuse", "advance", "abort"])
@pytest.mark.parametrize("state", list(lifecycle.MOVES))
def test_every_verb_that_is_not_allowed_has_a_sentence(state: str, verb: str) -> None:
    if lifecycle.after(state, verb) is None:
        assert lifecycle.why_not(state, verb, "Deployment #12").startswith("Deployment #12 ")


def test_a_step_is_tried_five_times_unless_it_is_hopeless() -> None:
    assert [lifecycle.may_try_again(attempt=n, is_permanent=False) for n in range(1, 7)] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert not lifecycle.may_try_again(attempt=1, is_permanent=True)


def test_pauses_grow_to_a_ceiling_and_are_spread() -> None:
    pauses = [lifecycle.pause_before_next(n, spread=0.5).total_seconds() for n in range(1, 9)]
    assert all(earlier <= later for earlier, later in pairwise(pauses))
    assert pauses[-1] <= 60
    assert lifecycle.pause_before_next(1, spread=0).total_seconds() == 1
    assert lifecycle.pause_before_next(1, spread=1).total_seconds() == 2
