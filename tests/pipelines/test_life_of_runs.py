"""Any order of starting, claiming, ending, losing, rejecting and delivering keeps its promises.

A state machine plays against the real database and a real folder. Any step may crash at a write
(an error at a failpoint: the transaction is gone, as after a kill), workers may be late, and the
clock is the machine's own. In the end everybody does their work, and nothing is left to do.
"""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from deployments.releases import operations as releases
from deployments.rollouts import operations as rollouts
from pipelines.deliveries import operations as deliveries
from pipelines.deliveries.destinations.base import DestinationError
from pipelines.deliveries.models import Delivery
from pipelines.dispatch import operations as dispatch
from pipelines.dispatch import work
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.execution.preparation import Claim
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from portal.errors import Refused
from tests.pipelines.factories import House
from tests.pipelines.played import Begun, Played
from tests.pipelines.promises import Seen

pytestmark = pytest.mark.django_db(transaction=True)

# More of it: SLIPWAY_TEST_EXAMPLES=500 make test ARGS="-k life_of_runs"
EXAMPLES = int(os.environ.get("SLIPWAY_TEST_EXAMPLES", "15"))
SWITCHES = 2  # a game: they take much longer than anything else, and have a game of their own
SENDING = [
    "pipelines.delivery.prepared",
    "pipelines.delivery.cleared",
    "pipelines.delivery.published",
    "pipelines.delivery.stopping",
    "pipelines.delivery.written",
]
A_RUN = precondition(lambda self: self.seen.runs)
A_DELIVERY = precondition(lambda self: self.seen.deliveries)
A_RUN_WAITS = precondition(lambda self: self.runs(Run.State.QUEUED))
A_DELIVERY_WAITS = precondition(lambda self: self.deliveries(Delivery.State.QUEUED))
ONE_IS_HELD = precondition(lambda self: self.deliveries(Delivery.State.HELD))
SOMETHING_IS_REJECTED = precondition(lambda self: self.seen.active)
MAY_SWITCH = precondition(lambda self: self.switches < SWITCHES)


def crashes(*points: str) -> st.SearchStrategy[str]:
    """Mostly nothing, sometimes a crash at one of these points."""
    return st.just("") | st.sampled_from(["", *points])


class Life(Played):
    """One transformation with two versions, its runs and their deliveries."""

    claims: Bundle[Claim] = Bundle("claims")
    sendings: Bundle[dispatch.Claim] = Bundle("sendings")

    def teardown(self) -> None:
        self.everybody_does_their_work()

    # What people do -----------------------------------------------------------------------------

    @rule(
        key=st.sampled_from(["a", "b"]),
        month=st.integers(1, 2),
        crash=crashes("pipelines.run.starting", "pipelines.run.started"),
    )
    def start(self, key: str, month: int, crash: str) -> None:
        self.say(
            runs.start,
            crash,
            transformation=self.transformation,
            environment=self.house.environment,
            parameters={"month": month},
            request_key=key,
            by=self.house.developer,
        )

    @A_RUN
    @rule(
        data=st.data(),
        version=st.sampled_from(["live", "same"]),
        crash=crashes("pipelines.run.starting_again", "pipelines.run.started_again"),
    )
    def start_again(self, data: st.DataObject, version: str, crash: str) -> None:
        by = self.house.developer
        run = self.a_run(data)
        self.say(runs.again, crash, run=run, with_version=version, by=by, reason="Once more.")

    @A_RUN
    @rule(data=st.data(), crash=crashes("pipelines.run.cancelling"))
    def cancel(self, data: st.DataObject, crash: str) -> None:
        self.say(runs.cancel, crash, run=self.a_run(data), by=self.house.developer)

    @MAY_SWITCH
    @rule()
    def deploy_the_other(self) -> None:
        self.switches += 1
        with suppress(Refused):
            self.house.deploy(self.begun.versions[2 - self.seen.live], now=self.tick())

    @rule(
        which=st.integers(0, 1),
        crash=crashes(
            "deployments.rejection.written",
            "pipelines.runs.withdrawing",
            "pipelines.deliveries.holding",
            "deployments.rejection.withdrawn",
            "deployments.rejection.committing",
        ),
    )
    def reject(self, which: int, crash: str) -> None:
        release = self.house.release_of(self.begun.versions[which])
        self.say(releases.reject, crash, release=release, by=self.house.approver, reason="Wrong.")

    @SOMETHING_IS_REJECTED
    @rule(
        which=st.integers(0, 1),
        crash=crashes(
            "deployments.lift.written",
            "pipelines.deliveries.let_go",
            "deployments.lift.restored",
            "deployments.lift.committing",
        ),
    )
    def lift(self, which: int, crash: str) -> None:
        release = self.house.release_of(self.begun.versions[which])
        self.say(releases.lift, crash, release=release, by=self.house.approver, reason="Right.")

    @MAY_SWITCH
    @rule(crash=crashes("deployments.opened", "deployments.steps.written", "deployments.opening"))
    def roll_back(self, crash: str) -> None:
        self.switches += 1

        def whole(**given: object) -> None:
            deployment = rollouts.roll_back(**given)
            rollouts.work(deployment_id=str(deployment.pk), worker="test", now=self.tick())

        self.say(
            whole,
            crash,
            component=self.transformation.component,
            environment=self.house.environment,
            by=self.house.developer,
            reason="It was better.",
        )

    @A_DELIVERY
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        delivery = self.a_delivery(data)
        if not delivery.run.is_finished:
            return
        by = self.house.developer
        self.say(deliveries.again, delivery=delivery, by=by, reason="They lost it.")

    # What workers do ----------------------------------------------------------------------------

    @A_RUN_WAITS
    @rule(target=claims, data=st.data(), crash=crashes("pipelines.attempt.claiming"))
    def claim(self, data: st.DataObject, crash: str) -> Claim | MultipleResults[Claim]:
        run = self.a_run(data, Run.State.QUEUED)
        taken = self.crashing(
            crash, lambda: execution.claim(run_id=str(run.pk), worker="test", now=self.tick())
        )
        return taken or multiple()

    @A_RUN_WAITS
    @rule(
        data=st.data(),
        crash=crashes(
            "pipelines.attempt.claiming",
            "pipelines.attempt.finishing",
            "pipelines.attempt.finished",
            "pipelines.deliveries.planned",
        ),
    )
    def execute(self, data: st.DataObject, crash: str) -> None:
        """All that a worker does with a run, and nothing comes between."""
        run = self.a_run(data, Run.State.QUEUED)

        def whole() -> None:
            claim = execution.claim(run_id=str(run.pk), worker="test", now=self.tick())
            if claim is not None:
                outcome = self.staged(claim)
                execution.succeed(claim=claim, outcome=outcome, now=self.tick())

        self.crashing(crash, whole)

    @A_DELIVERY_WAITS
    @rule(
        data=st.data(),
        crash=crashes("pipelines.delivery.claiming", "pipelines.delivery.claimed", *SENDING),
    )
    def deliver(self, data: st.DataObject, crash: str) -> None:
        """All that a worker does with a delivery, and nothing comes between."""
        found = str(self.a_delivery(data, Delivery.State.QUEUED).pk)
        self.crashing(
            crash, lambda: work.deliver(delivery_id=found, worker="test", clock=self.tick)
        )

    @rule(claim=claims)
    def stage(self, claim: Claim) -> None:
        """Its result lies there; whether it is used is another matter."""
        self.staged(claim)

    @rule(
        claim=consumes(claims),
        crash=crashes(
            "pipelines.attempt.finishing",
            "pipelines.attempt.finished",
            "pipelines.attempt.cancelling",
            "pipelines.deliveries.planned",
        ),
    )
    def succeed(self, claim: Claim, crash: str) -> None:
        """However late; a worker that dies of it does not try again."""
        outcome = self.staged(claim)
        self.crashing(
            crash, lambda: execution.succeed(claim=claim, outcome=outcome, now=self.tick())
        )

    @rule(
        claim=consumes(claims),
        permanent=st.booleans(),
        crash=crashes("pipelines.attempt.failing", "pipelines.attempt.failed"),
    )
    def fail(self, claim: Claim, permanent: bool, crash: str) -> None:
        error = EngineError("It broke.", permanent=permanent, kind="sql")
        self.crashing(crash, lambda: execution.fail(claim=claim, error=error, now=self.tick()))

    @rule(claim=claims)
    def keep(self, claim: Claim) -> None:
        execution.keep(claim=claim, now=self.tick())

    @A_DELIVERY_WAITS
    @rule(target=sendings, data=st.data(), crash=crashes("pipelines.delivery.claiming"))
    def take(
        self, data: st.DataObject, crash: str
    ) -> dispatch.Claim | MultipleResults[dispatch.Claim]:
        found = self.a_delivery(data, Delivery.State.QUEUED)
        taken = self.crashing(
            crash,
            lambda: dispatch.claim(delivery_id=str(found.pk), worker="test", now=self.tick()),
        )
        return taken or multiple()

    @rule(
        claim=sendings,
        crash=crashes(*SENDING),
    )
    def send(self, claim: dispatch.Claim, crash: str) -> None:
        """However late, and as often as a worker that does not know better may try."""
        with suppress(DestinationError):  # told that another one took over
            self.crashing(crash, lambda: work.send(claim, self.tick))

    @rule(
        claim=consumes(sendings),
        permanent=st.booleans(),
        crash=crashes("pipelines.delivery.failing", "pipelines.delivery.failed"),
    )
    def give_up(self, claim: dispatch.Claim, permanent: bool, crash: str) -> None:
        given = {"claim": claim, "message": "It broke.", "permanent": permanent}
        self.crashing(crash, lambda: dispatch.fail(**given, now=self.tick()))

    @ONE_IS_HELD
    @rule(data=st.data(), crash=crashes("pipelines.delivery.found_shown"))
    def clear(self, data: st.DataObject, crash: str) -> None:
        found = self.a_delivery(data, Delivery.State.HELD)
        self.crashing(crash, lambda: work.clear(delivery_id=str(found.pk), clock=self.tick))

    @rule(
        seconds=st.sampled_from([1, 40]),
        crash=crashes(
            "pipelines.attempt.losing",
            "pipelines.attempt.lost",
            "pipelines.delivery.losing",
            "pipelines.delivery.lost",
        ),
    )
    def wait_and_sweep(self, seconds: int, crash: str) -> None:
        now = self.tick(seconds)
        self.crashing(crash, lambda: (execution.sweep(now=now), dispatch.sweep(now=now)))

    # What must be true --------------------------------------------------------------------------

    @invariant()
    def all_promises_are_kept(self) -> None:
        self.seen = Seen.now(self.house.drop)
        self.seen.keeps_the_promises()

    def everybody_does_their_work(self) -> None:
        """Workers that live come to an end with everything; the others' leases run out."""
        for _ in range(10):
            if not Seen.now(self.house.drop).unfinished:
                break
            now = self.tick(600)
            execution.sweep(now=now)
            dispatch.sweep(now=now)
            for run in Run.objects.filter(state=Run.State.QUEUED):
                if claim := execution.claim(run_id=str(run.pk), worker="test", now=now):
                    self.succeed(claim, "")
            for delivery in Delivery.objects.filter(next_at__lte=now):
                work.deliver(delivery_id=str(delivery.pk), worker="test", clock=self.tick)
                work.clear(delivery_id=str(delivery.pk), clock=self.tick)
        self.all_promises_are_kept()
        self.seen.is_all_done()


def test_any_order_of_events_keeps_the_promises(house: House) -> None:
    Life.begun = Begun.by(house)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=EXAMPLES,
            derandomize="CI" in os.environ,  # elsewhere every run plays other games
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
