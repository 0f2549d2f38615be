"""Anyone says anything at any time, workers crash at every write, and the shelf adds up."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

import hypothesis.strategies as st
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal import failpoints
from portal.errors import Refused
from portal.golden_paths import lifecycle, operations
from portal.golden_paths.models import PathAttempt, PathRun, PathStep
from portal.golden_paths.operations import claims, working
from portal.golden_paths.steps.base import StepError
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.world import World

# More of it: SLIPWAY_TEST_EXAMPLES=500 make test ARGS="-k life_stateful"
EXAMPLES = int(os.environ.get("SLIPWAY_TEST_EXAMPLES", "4"))
POINTS = [
    f"golden_paths.{name}"
    for name in (
        *("started", "steps.written", "starting", "retrying", "cancelling", "undoing"),
        *("step.claimed", "step.did", "step.written", "step.committing", "step.over"),
        *("step.failed", "finishing"),
    )
]
PEOPLE = st.sampled_from(["mira", "ines", "priya", "jonas"])
FRUIT = st.sampled_from(["plum", "pear"])
CRASHES = st.one_of(
    st.just(""),
    st.just(""),
    st.tuples(st.sampled_from(POINTS), st.integers(1, 3)).map(lambda c: f"{c[0]}=error:{c[1]}"),
)
PICKS = st.integers(0, 5)
IS_ANY = precondition(lambda self: self.seen)
SLEEPS = precondition(lambda self: self.sleepers)


class Life(RuleBasedStateMachine):
    """Each example begins in the same world and leaves nothing behind."""

    base: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.world = World(self.base.people, self.base.at)
        self.sleepers: list[claims.Claim] = []
        self.seen: dict[Any, str] = {}
        Shelf.forget()

    def teardown(self) -> None:
        try:
            self.everything_ends()
        finally:
            failpoints.arm("")
            transaction.savepoint_rollback(self.point)

    # People

    @rule(by=PEOPLE, fruit=FRUIT, spice=st.booleans(), has_team=st.booleans(), crash=CRASHES)
    def start(self, by: str, fruit: str, spice: bool, has_team: bool, crash: str) -> None:
        team = {"team": "airline-data"} if has_team else {}
        self._try(crash, lambda: self.world.start(by=by, fruit=fruit, spice=spice, **team))

    @IS_ANY
    @rule(by=PEOPLE, pick=PICKS, crash=CRASHES)
    def retry(self, by: str, pick: int, crash: str) -> None:
        failed = list(
            PathStep.objects.filter(state=PathStep.State.FAILED)
            .select_related("run")
            .order_by("run_id", "order")
        )
        if failed:
            step = failed[pick % len(failed)]
            self._try(crash, lambda: self.world.retry(step.run, step.name, by=by))

    @IS_ANY
    @rule(by=PEOPLE, pick=PICKS, crash=CRASHES)
    def cancel(self, by: str, pick: int, crash: str) -> None:
        run = self._any(pick)
        self._try(crash, lambda: self.world.cancel(run, by=by))

    @IS_ANY
    @rule(by=PEOPLE, pick=PICKS, crash=CRASHES)
    def undo(self, by: str, pick: int, crash: str) -> None:
        run = self._any(pick)
        self._try(crash, lambda: self.world.undo(run, by=by))

    # The world

    @rule(
        jar=st.sampled_from(["plum", "nail", "spice", "plum-ripe", "take plum", "take spice"]),
        kind=st.sampled_from(["refused", "for good", "for now"]),
    )
    def have_trouble(self, jar: str, kind: str) -> None:
        passing = StepError("Not now.", permanent=kind == "for good")
        error = Refused("No.") if kind == "refused" else passing
        Shelf.trouble.setdefault(jar, []).append(error)

    # Workers

    @IS_ANY
    @rule(pick=PICKS, crash=CRASHES)
    def work(self, pick: int, crash: str) -> None:
        run = self._any(pick)
        self._try(crash, lambda: self.world.work(run, seconds=9))

    @IS_ANY
    @rule(pick=PICKS, patience=st.sampled_from([9, 45]))
    def fall_asleep(self, pick: int, patience: int) -> None:
        """A worker claims a step and is suspended; maybe it takes over from one that sleeps."""
        operations.sweep(now=self.world.now(patience))
        claim = claims.claim(self._any(pick).pk, "sleeper", self.world.now())
        self.sleepers += [claim] if claim else []

    @SLEEPS
    @rule(pick=PICKS, crash=CRASHES)
    def wake(self, pick: int, crash: str) -> None:
        """It wakes, at whatever time, and goes on as if nothing had happened."""
        claim = self.sleepers.pop(pick % len(self.sleepers))
        at = self.world.now()
        self._try(crash, lambda: working._do(claim, lambda: at))

    @rule(seconds=st.sampled_from([1, 7, 45]))
    def sweep(self, seconds: int) -> None:
        operations.sweep(now=self.world.now(seconds))

    # What must hold

    @invariant()
    def the_shelf_adds_up(self) -> None:
        """What stands there is what steps say that they have done, and nothing stands twice."""
        acts = Shelf.jars()
        standing = [act.removeprefix("put ") for act in acts if act.startswith("put ")]
        for act in acts:
            if act.startswith("take "):
                standing.remove(act.removeprefix("take "))
        there = (PathStep.State.DONE, PathStep.State.WAITING, PathStep.State.LEFT)
        steps = PathStep.objects.all()
        said = [step.given["jar"] for step in steps if step.state in there or step.is_undoing]
        gone = [step.given["jar"] for step in steps if step.state == PathStep.State.UNDONE]
        for jar in gone:
            said.remove(jar)
        assert sorted(standing) == sorted(said)

    @invariant()
    def states_change_by_verbs_only(self) -> None:
        now = dict(PathRun.objects.values_list("pk", "state"))
        for key, state in now.items():
            before = self.seen.get(key, state)
            assert reachable(before, state), f"{before} became {state}"
        assert self.seen.keys() <= now.keys()
        self.seen = now

    @invariant()
    def attempts_are_kept(self) -> None:
        for step in PathStep.objects.prefetch_related("attempts"):
            numbers = sorted(attempt.number for attempt in step.attempts.all())
            assert numbers == list(range(1, step.attempt + 1))
        open_ones = PathAttempt.objects.filter(state=PathStep.State.RUNNING)
        held = PathStep.objects.filter(state=PathStep.State.RUNNING)
        assert open_ones.count() == held.count()

    def everything_ends(self) -> None:
        """With the trouble over, whatever moves comes to an end."""
        Shelf.trouble.clear()
        for _ in range(14):
            operations.sweep(now=self.world.now(90))
            for run in PathRun.objects.filter(state__in=PathRun.MOVING):
                self.world.work(run, seconds=90)
        assert not PathRun.objects.filter(state__in=PathRun.MOVING).exists()
        self.the_shelf_adds_up()

    def _any(self, pick: int) -> PathRun:
        rows = list(PathRun.objects.order_by("id"))
        return rows[pick % len(rows)]

    def _try(self, crash: str, act: Callable[[], Any]) -> None:
        """Refused is fine, and so is a crash: what was committed before it stays."""
        failpoints.arm(crash)
        with suppress(Refused, failpoints.Failed):
            act()
        failpoints.arm("")


def reachable(before: str, after: str) -> bool:
    """By any number of verbs: a crash may hide the states between."""
    seen, waiting = {before}, [before]
    while waiting:
        for state in lifecycle.MOVES[waiting.pop()].values():
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return after in seen


def test_whatever_happens_the_shelf_adds_up(world: World) -> None:
    Life.base = world
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
