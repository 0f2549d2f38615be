"""Any order of starting, claiming, ending, losing, rejecting and delivering keeps its promises.

A state machine plays against the real database and a real folder. Any step may crash at a write
(an error at a failpoint: the transaction is gone, as after a kill), workers may be late, and the
clock is the machine's own.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from deployments.releases import operations as releases
from deployments.releases.models import Rejection
from deployments.rollouts import operations as rollouts
from deployments.rollouts import queries as standing
from pipelines.deliveries import operations as deliveries
from pipelines.deliveries.destinations.base import DestinationError
from pipelines.deliveries.models import Delivery, Place
from pipelines.dispatch import operations as dispatch
from pipelines.dispatch import work
from pipelines.engines.base import EngineError
from pipelines.execution import operations as execution
from pipelines.execution.preparation import Claim
from pipelines.runs import operations as runs
from pipelines.runs.models import Attempt, Run
from portal import failpoints
from portal.errors import Refused
from tests.conftest import NOW
from tests.pipelines.factories import SQL, House, file, staged

pytestmark = pytest.mark.django_db(transaction=True)

numbers = itertools.count(1)
POINTS = [
    "pipelines.attempt.finishing",
    "pipelines.attempt.finished",
    "pipelines.deliveries.planned",
    "pipelines.delivery.prepared",
    "pipelines.delivery.cleared",
    "pipelines.delivery.published",
    "pipelines.delivery.written",
]


class Life(RuleBasedStateMachine):
    """One transformation with two versions, its runs and their deliveries."""

    house: House
    claims: Bundle[Claim] = Bundle("claims")
    sendings: Bundle[dispatch.Claim] = Bundle("sendings")

    def __init__(self) -> None:
        super().__init__()
        self.number = next(numbers)
        self.now = NOW + timedelta(days=self.number)
        self.names = [self.register(version) for version in (1, 2)]
        self.deploy(0)

    def register(self, version: int) -> object:
        content = file(SQL + f" HAVING count(*) > -{version}")
        content["metadata"]["name"] = f"life-{self.number}"
        content["spec"]["deliveries"][0]["path"] = f"life-{self.number}/{{month}}.parquet"
        return self.house.register(content, now=self.tick())

    def tick(self, seconds: float = 0.01) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now

    @property
    def component(self):
        return self.names[0].transformation.component

    def mine(self):
        return Run.objects.filter(transformation=self.names[0].transformation)

    def folder(self) -> Path:
        return self.house.drop / f"life-{self.number}"

    # What people do -----------------------------------------------------------------------------

    @rule(key=st.sampled_from(["a", "b"]), month=st.integers(1, 2))
    def start(self, key: str, month: int) -> None:
        self.refusing(
            runs.start,
            transformation=self.names[0].transformation,
            environment=self.house.environment,
            parameters={"month": month},
            request_key=key,
            by=self.house.developer,
        )

    @rule(data=st.data(), version=st.sampled_from(["live", "same"]))
    @precondition(lambda self: self.mine().exists())
    def again(self, data: st.DataObject, version: str) -> None:
        run = data.draw(st.sampled_from(list(self.mine().order_by("pk"))))
        self.refusing(
            runs.again, run=run, with_version=version, by=self.house.developer, reason="Once more."
        )

    @rule(data=st.data())
    @precondition(lambda self: self.mine().exists())
    def cancel(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(list(self.mine().order_by("pk"))))
        self.refusing(runs.cancel, run=run, by=self.house.developer)

    @rule(which=st.integers(0, 1))
    def deploy(self, which: int) -> None:
        with suppress(Refused):
            self.house.deploy(self.names[which], now=self.tick())

    @rule(which=st.integers(0, 1))
    def reject(self, which: int) -> None:
        release = self.house.release_of(self.names[which])
        self.refusing(releases.reject, release=release, by=self.house.approver, reason="Wrong.")

    @rule(which=st.integers(0, 1))
    def lift(self, which: int) -> None:
        release = self.house.release_of(self.names[which])
        self.refusing(releases.lift, release=release, by=self.house.approver, reason="Right.")

    @rule()
    def roll_back(self) -> None:
        def whole(**given: object) -> None:
            deployment = rollouts.roll_back(**given)
            rollouts.work(deployment_id=str(deployment.pk), worker="test", now=self.tick())

        self.refusing(
            whole,
            component=self.component,
            environment=self.house.environment,
            by=self.house.developer,
            reason="It was better.",
        )

    @rule(data=st.data())
    @precondition(lambda self: Delivery.objects.filter(run__in=self.mine()).exists())
    def deliver_again(self, data: st.DataObject) -> None:
        sent = Delivery.objects.filter(run__in=self.mine()).order_by("pk")
        self.refusing(
            deliveries.again,
            delivery=data.draw(st.sampled_from(list(sent))),
            by=self.house.developer,
            reason="They lost it.",
        )

    # What workers do ----------------------------------------------------------------------------

    @rule(target=claims, data=st.data())
    @precondition(lambda self: self.mine().exists())
    def claim(self, data: st.DataObject) -> Claim | None:
        run = data.draw(st.sampled_from(list(self.mine().order_by("pk"))))
        return execution.claim(run_id=str(run.pk), worker="test", now=self.tick())

    @rule(claim=claims, point=st.none() | st.sampled_from(POINTS[:3]))
    def succeed(self, claim: Claim | None, point: str | None) -> None:
        if claim:
            content = f"{claim.version.number} {claim.run.pk} {claim.number}".encode()
            outcome = staged(claim, content)
            self.crashing(
                point, lambda: execution.succeed(claim=claim, outcome=outcome, now=self.tick())
            )

    @rule(claim=consumes(claims), permanent=st.booleans())
    def fail(self, claim: Claim | None, permanent: bool) -> None:
        if claim:
            error = EngineError("It broke.", permanent=permanent, kind="sql")
            execution.fail(claim=claim, error=error, now=self.tick())

    @rule(claim=claims)
    def keep(self, claim: Claim | None) -> None:
        if claim:
            execution.keep(claim=claim, now=self.tick())

    @rule(target=sendings, data=st.data())
    @precondition(lambda self: Delivery.objects.filter(run__in=self.mine()).exists())
    def take(self, data: st.DataObject) -> dispatch.Claim | None:
        sent = Delivery.objects.filter(run__in=self.mine()).order_by("pk")
        delivery = data.draw(st.sampled_from(list(sent)))
        return dispatch.claim(delivery_id=str(delivery.pk), worker="test", now=self.tick())

    @rule(claim=sendings, point=st.none() | st.sampled_from(POINTS[3:]))
    def send(self, claim: dispatch.Claim | None, point: str | None) -> None:
        """However late, and as often as a worker that does not know better may try."""
        if claim:
            with suppress(DestinationError):  # told that another one took over
                self.crashing(point, lambda: work.send(claim, self.tick))

    @rule(seconds=st.sampled_from([1, 40]))
    def wait_and_sweep(self, seconds: int) -> None:
        now = self.tick(seconds)
        execution.sweep(now=now)
        dispatch.sweep(now=now)

    # What must be true --------------------------------------------------------------------------

    @invariant()
    def a_run_that_runs_has_one_open_attempt_and_others_none(self) -> None:
        for run in self.mine():
            numbers = [
                attempt.number
                for attempt in Attempt.objects.filter(run=run, state=Attempt.State.RUNNING)
            ]
            assert numbers == ([run.attempt] if run.state == Run.State.RUNNING else [])

    @invariant()
    def a_revision_is_delivered_only_from_a_result_that_was_verified(self) -> None:
        for run in self.mine():
            good = Attempt.objects.filter(run=run, state=Attempt.State.SUCCEEDED).count()
            results = set(run.deliveries.values_list("result_path", flat=True))
            assert len(results) <= good

    @invariant()
    def nothing_of_rejected_content_is_on_its_way(self) -> None:
        for rejection in Rejection.objects.active().filter(component=self.component):
            content = Delivery.objects.filter(version__digest=rejection.digest)
            assert not content.filter(state__in=Delivery.UNFINISHED).exists()
            assert not content.filter(delivered_at__gt=rejection.rejected_at).exists()
            bound = self.mine().filter(version__digest=rejection.digest)
            assert not bound.filter(state__in=Run.UNFINISHED).exists()

    @invariant()
    def the_folder_shows_what_the_records_say(self) -> None:
        shown = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.folder().glob("*")
        }
        for place in Place.objects.filter(path__startswith=f"life-{self.number}/"):
            if place.delivery is not None:
                shown_there = shown.pop(Path(place.path).name)
                if shown_there != place.delivery.checksum.removeprefix("sha256:"):
                    # A worker died between the rename and its record: that very delivery is
                    # still open, and its next attempt writes the same bytes and the record.
                    assert self.open_with(shown_there)
        assert all(self.open_with(checksum) for checksum in shown.values())

    def open_with(self, checksum: str) -> bool:
        return (
            Delivery.objects.filter(run__in=self.mine(), result_checksum=f"sha256:{checksum}")
            .exclude(state=Delivery.State.DELIVERED)
            .exists()
        )

    @invariant()
    def what_stands_somewhere_outranks_all_that_was_delivered_there(self) -> None:
        for place in Place.objects.filter(path__startswith=f"life-{self.number}/"):
            there = Delivery.objects.filter(
                destination=place.destination, path=place.path, state=Delivery.State.DELIVERED
            ).select_related("run")
            # Content that was rejected once keeps nobody out.
            wrong = Rejection.objects.filter(component=self.component).values("digest")
            good = there.exclude(version__digest__in=wrong)
            ranks = [dispatch.Claim(delivery, delivery.attempt).rank for delivery in good]
            assert place.rank >= max(ranks, default="")

    @invariant()
    def one_pair_is_live(self) -> None:
        assert standing.live(self.component, self.house.environment) is not None

    # ---------------------------------------------------------------------------------------------

    def refusing(self, verb, **given: object) -> None:
        """Say a verb; a refusal in words is fine, anything else is a bug."""
        with suppress(Refused):
            verb(now=self.tick(), **given)

    def crashing(self, point: str | None, act) -> None:
        """Do something that may die at a point, as a killed worker would."""
        failpoints.arm(f"{point}=error" if point else "")
        try:
            with suppress(failpoints.Failed):
                act()
        finally:
            failpoints.arm("")


def test_any_order_of_events_keeps_the_promises(house: House) -> None:
    Life.house = house
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=10,
            derandomize="CI" in os.environ,  # elsewhere every run plays other games
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
