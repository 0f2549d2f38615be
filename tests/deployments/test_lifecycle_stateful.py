"""Anyone does anything at any time, workers crash at every write, and the history adds up."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
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

from deployments.environments.models import Environment
from deployments.releases import operations as releases
from deployments.rollouts import operations
from deployments.rollouts.models import Deployment
from deployments.rollouts.operations import claims, working
from deployments.targets.base import Observation, TargetError
from portal import failpoints
from portal.errors import Refused
from tests.deployments import invariants
from tests.deployments.crate import Crates
from tests.deployments.world import World

# More of it: SLIPWAY_TEST_EXAMPLES=500 make test ARGS="-k lifecycle_stateful"
EXAMPLES = int(os.environ.get("SLIPWAY_TEST_EXAMPLES", "8"))
OPENING = ("deployments.opened", "deployments.steps.written", "deployments.opening")
ENDING = ("deployments.ending", "deployments.ended", "deployments.ending.noted")
WORK = (
    "deployments.step.claimed",
    "deployments.step.worked",
    "deployments.step.closed",
    "deployments.step.failed",
    "deployments.switch.fenced",
    "deployments.switch.written",
    "deployments.switch.committing",
    *ENDING,
)
REJECTING = (
    "deployments.rejection.written",
    "deployments.rejection.withdrawn",
    *ENDING,
    "deployments.rejection.committing",
)
LIFTING = ("deployments.lift.written", "deployments.lift.restored", "deployments.lift.committing")
PEOPLE = st.sampled_from(["mira", "ines", "tomas", "priya", "jonas"])
PLACES = st.sampled_from(["development", "staging", "production"])
NUMBERS = st.integers(1, 4)
PICKS = st.integers(0, 9)


def crashes(*points: str) -> st.SearchStrategy[str]:
    """Mostly nothing, sometimes a crash at the first or a later passing of a point."""
    found = st.tuples(st.sampled_from(points), st.sampled_from([1, 1, 1, 2]))
    return st.just("") | found.map(lambda each: f"{each[0]}=error:{each[1]}")


HAS_OPEN = precondition(lambda self: self.states & {"awaiting_approval", "running", "waiting"})
RUNS = precondition(lambda self: "running" in self.states)
SLEEPS = precondition(lambda self: self.sleepers)


class Lifecycle(RuleBasedStateMachine):
    """Each example begins in the same world and leaves nothing behind."""

    base: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.world = replace(self.base, releases=dict(self.base.releases))
        self.sleepers: list[claims.Claim] = []
        self.seen: dict[Any, str] = {}
        Crates.forget()

    def teardown(self) -> None:
        try:
            self.everything_ends()
        finally:
            failpoints.arm("")
            transaction.savepoint_rollback(self.point)

    @property
    def states(self) -> set[str]:
        return set(self.seen.values())

    # People

    @rule(number=NUMBERS, place=PLACES, by=PEOPLE, crash=crashes(*OPENING))
    def request(self, number: int, place: str, by: str, crash: str) -> None:
        self._try(crash, lambda: self.world.ask(number, self._place(place), by=by))

    @rule(number=NUMBERS, place=PLACES, by=PEOPLE, crash=crashes(*OPENING))
    def promote(self, number: int, place: str, by: str, crash: str) -> None:
        release = self.world.release(number)
        self._say(operations.promote, by, crash, release=release, to=self._place(place))

    @rule(place=PLACES, seconds=st.integers(1, 3), crash=crashes(*OPENING))
    def configure(self, place: str, seconds: int, crash: str) -> None:
        self._say(
            operations.configure,
            "mira",
            crash,
            component=self.world.component,
            environment=self._place(place),
            values={"limits": {"seconds": seconds}},
        )

    @precondition(lambda self: "awaiting_approval" in self.states)
    @rule(by=PEOPLE, pick=PICKS, crash=crashes("deployments.approving", "deployments.approved"))
    def approve(self, by: str, pick: int, crash: str) -> None:
        if deployment := self._open(pick, Deployment.State.AWAITING_APPROVAL):
            self._say(operations.approve, by, crash, deployment=deployment)

    @HAS_OPEN
    @rule(by=PEOPLE, pick=PICKS, crash=crashes("deployments.refusing", *ENDING))
    def refuse(self, by: str, pick: int, crash: str) -> None:
        if deployment := self._open(pick):
            self._say(operations.refuse, by, crash, deployment=deployment, note="No.")

    @precondition(lambda self: "waiting" in self.states)
    @rule(by=PEOPLE, pick=PICKS, crash=crashes("deployments.advancing", *ENDING))
    def advance(self, by: str, pick: int, crash: str) -> None:
        if deployment := self._open(pick, Deployment.State.WAITING):
            self._say(operations.advance, by, crash, deployment=deployment)

    @HAS_OPEN
    @rule(by=PEOPLE, pick=PICKS, crash=crashes(*ENDING))
    def abort(self, by: str, pick: int, crash: str) -> None:
        if deployment := self._open(pick):
            self._say(operations.abort, by, crash, deployment=deployment)

    @rule(
        place=PLACES,
        by=PEOPLE,
        number=st.one_of(st.none(), NUMBERS),
        crash=crashes(*ENDING, *OPENING),
    )
    def roll_back(self, place: str, by: str, number: int | None, crash: str) -> None:
        to = self.world.release(number) if number else None
        self._try(crash, lambda: self.world.roll_back(self._place(place), by=by, to=to))

    @rule(number=NUMBERS, crash=crashes(*REJECTING))
    def reject(self, number: int, crash: str) -> None:
        self._try(crash, lambda: self.world.reject(number))

    @rule(number=NUMBERS, crash=crashes(*LIFTING))
    def lift(self, number: int, crash: str) -> None:
        self._say(releases.lift, "ines", crash, release=self.world.release(number), reason="Right.")

    @rule(
        place=PLACES,
        is_pause=st.booleans(),
        crash=crashes("deployments.hold.written", "deployments.hold.released"),
    )
    def hold(self, place: str, is_pause: bool, crash: str) -> None:
        there = {"component": self.world.component, "environment": self._place(place)}
        if is_pause:
            self._say(operations.pause, "mira", crash, **there, reason="Wait.")
        else:
            self._say(operations.resume, "mira", crash, **there)

    # The world

    @rule(number=NUMBERS, place=PLACES, is_well=st.booleans())
    def do_well_or_badly(self, number: int, place: str, is_well: bool) -> None:
        Crates.health[number, place] = Observation("healthy" if is_well else "degraded", "Seen.")

    @rule(method=st.sampled_from(["apply", "observe", "abort"]), is_permanent=st.booleans())
    def have_trouble(self, method: str, is_permanent: bool) -> None:
        error = TargetError("The crane is away.", permanent=is_permanent)
        Crates.trouble.setdefault(method, []).append(error)

    # Workers

    @RUNS
    @rule(pick=PICKS, crash=crashes(*WORK))
    def work(self, pick: int, crash: str) -> None:
        if deployment := self._open(pick, Deployment.State.RUNNING):
            self._try(crash, lambda: self.world.work(deployment, seconds=8))

    @RUNS
    @rule(pick=PICKS, patience=st.sampled_from([8, 45]))
    def fall_asleep(self, pick: int, patience: int) -> None:
        """A worker claims a step and is suspended; maybe it takes over from one that sleeps."""
        operations.sweep(now=self.world.now(patience))
        if deployment := self._open(pick, Deployment.State.RUNNING):
            claim = claims.claim(deployment.pk, "sleeper", self.world.now())
            self.sleepers += [claim] if claim else []

    @SLEEPS
    @rule(pick=PICKS, crash=crashes(*WORK))
    def wake(self, pick: int, crash: str) -> None:
        """It wakes, at whatever time, and goes on as if nothing had happened."""
        claim = self.sleepers.pop(pick % len(self.sleepers))
        at = self.world.now()
        self._try(crash, lambda: working._do(claim, lambda: at))

    @rule(seconds=st.sampled_from([1, 7, 45]), crash=crashes("deployments.step.failed", *ENDING))
    def sweep(self, seconds: int, crash: str) -> None:
        self._try(crash, lambda: operations.sweep(now=self.world.now(seconds)))

    # What must hold

    @invariant()
    def it_adds_up(self) -> None:
        invariants.check()

    @invariant()
    def states_change_by_verbs_only(self) -> None:
        now = dict(Deployment.objects.values_list("pk", "state"))
        for key, state in now.items():
            before = self.seen.get(key, state)
            assert invariants.reachable(before, state), f"{before} became {state}"
        assert self.seen.keys() <= now.keys()
        self.seen = now

    def everything_ends(self) -> None:
        """With the trouble over, whatever runs comes to an end or waits for a person."""
        Crates.trouble.clear()
        for _ in range(12):
            operations.sweep(now=self.world.now(90))
            for deployment in Deployment.objects.filter(state=Deployment.State.RUNNING):
                self.world.work(deployment, seconds=90)
        assert not Deployment.objects.filter(state=Deployment.State.RUNNING).exists()
        invariants.check()

    def _place(self, name: str) -> Environment:
        return getattr(self.world, name)

    def _open(self, pick: int, *states: str) -> Deployment | None:
        rows = list(
            Deployment.objects.filter(state__in=states or Deployment.UNFINISHED)
            .select_related("component__team", "environment", "release", "configuration")
            .order_by("id")
        )
        return rows[pick % len(rows)] if rows else None

    def _say(self, verb: Callable[..., Any], by: str, crash: str = "", **given: Any) -> None:
        given |= {"by": self.world.people[by], "now": self.world.now()}
        self._try(crash, lambda: verb(**given))

    def _try(self, crash: str, act: Callable[[], Any]) -> None:
        """Refused is fine, and so is a crash: what was committed before it stays."""
        failpoints.arm(crash)
        with suppress(Refused, failpoints.Failed):
            act()
        failpoints.arm("")


def test_whatever_happens_the_history_adds_up(world: World) -> None:
    for number, digest in ((1, "a"), (2, "b"), (3, "c"), (4, "a")):  # v4 is v1's content again
        world.release(number, digest=f"sha256:{digest}")
    world.through(1)
    world.deploy(2, world.staging)
    world.deploy(3, world.staging)
    Lifecycle.base = world
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
