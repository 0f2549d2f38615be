"""What is kept is what comes out when everything is judged from scratch, whatever happens when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from observability.changes import operations as changes
from observability.changes.models import Change, Commit, Link
from observability.dora import asking, operations, queries, reports, stored, totals, windows
from observability.dora.asking import Asked
from observability.dora.figures import Metric
from observability.dora.models import FigureSum, JudgedPlace, KeptVerdict, Soiled
from observability.dora.reports import Known
from portal.accounts.models import User
from portal.catalog.models import Component
from tests.observability.dora.conftest import Deployed


def scratch(asked: Asked) -> dict[str, Known]:
    """Everything that is known, out of every deployment and nothing that is kept."""
    window, cuts = asked.window, windows.cuts(asked.window)
    found = {}
    for component in Component.objects.select_related("team"):
        judged = queries.whole(asked.environment, [component.pk])
        verdicts = judged.verdicts
        never = judged.never_live.get(component.name, [])
        if verdicts or never:
            sums = totals.cut(verdicts, never, cuts)
            first_at = verdicts[0].at if verdicts else None
            own = reports.own(sums, first_at, window, asked.per)
            found[component.name] = Known(component.team.name, own)
    return found


def asked(**given: str) -> Asked:
    return asking.asked(given, timezone.now())


def agrees(**given: str) -> None:
    """Kept or not, the same figures and the same rows."""
    wanted = asked(**given)
    truth = scratch(wanted)
    scope = stored.opened(wanted)
    loaded = stored.load(scope)
    assert loaded.known == truth
    assert stored.load(scope).known == truth, "What is remembered is the same."
    made = reports.report(loaded.known, days=loaded.days, window=wanted.window)
    every = [
        each
        for component in Component.objects.all()
        for each in queries.whole("production", [component.pk]).verdicts
    ]
    rows = sorted(
        (each for each in every if each.at in wanted.window),
        key=lambda each: (each.at, each.deployment.id),
        reverse=True,
    )
    assert made.deployments == len(rows)
    found = stored.verdicts(scope)
    assert [plain(each) for each in found] == [plain(each) for each in rows]


def plain(each: Any) -> Any:
    return (
        each.deployment.id,
        each.at,
        each.deployment.said,
        *(getattr(each, name) for name in stored.COLUMNS),
    )


def test_a_history_is_the_same_before_and_after_it_is_kept(history: dict[str, Change]) -> None:
    agrees()
    assert operations.keep_up() == 1
    assert not Soiled.objects.exists()
    assert KeptVerdict.objects.count() == 5
    agrees()
    agrees(days="7")
    agrees(per="deployment_max")
    agrees(per="deployment_median")
    agrees(since="2026-01-15", until="2026-11-02")


def test_what_is_remembered_of_an_environment_is_not_shown_for_another(
    component: Component, deployed: Deployed
) -> None:
    """Also where their places were written at once, as a restored backup writes them."""
    deployed(component, 20)
    for hours in (30, 40):
        deployed(component, hours, environment="staging")
    operations.keep_up()
    JudgedPlace.objects.update(first_at=F("first_at"))
    for environment, number in (("staging", 2), ("production", 1)):
        wanted = replace(asked(), environment=environment)
        own = stored.load(stored.opened(wanted)).known[component.name].own
        assert own.deployments == number


def test_what_did_not_change_is_not_written_again(
    component: Component, deployed: Deployed, history: dict[str, Change]
) -> None:
    operations.keep_up()
    before = set(FigureSum.objects.values_list("pk", flat=True))
    deployed(component, 1)
    operations.keep_up()
    gone = before - set(FigureSum.objects.values_list("pk", flat=True))
    assert len(gone) <= 2  # its month, and its day where it had one
    assert operations.keep_up() == 0


@pytest.mark.parametrize("metric", list(Metric))
def test_pages_of_rows_go_on_where_they_ended_kept_or_not(
    component: Component,
    other: Component,
    deployed: Deployed,
    history: dict[str, Change],
    metric: Metric,
) -> None:
    deployed(other, 400)
    for hours in (90, 80, 70):
        deployed(other, hours, commits=[hours + 9])
    wanted = asked()
    behind = every_page(wanted, metric)
    operations.keep(component_id=other.pk, environment="production")
    assert every_page(wanted, metric) == behind  # one place kept, the other one not
    operations.keep_up()
    assert every_page(wanted, metric) == behind
    assert len(set(behind)) == len(behind)


def every_page(wanted: Asked, metric: Metric) -> list[str]:
    found, before = [], ""
    while True:
        rows, before = stored.page(stored.opened(wanted), metric, before=before, size=2)
        found += [each.deployment.id for each in rows]
        if not before:
            return found


def test_a_lifted_rejection_is_none(component: Component, history: dict[str, Change]) -> None:
    rejection = changes.record(
        kind=Change.Kind.REJECTION,
        external_id="r:1",
        component=component,
        title="v6",
        by=None,
        started_at=timezone.now(),
        outcome=Change.Outcome.SUCCEEDED,
    )
    changes.link(change=rejection, other=history["last"], kind=Link.Kind.CAUSED_BY)
    operations.keep_up()
    assert KeptVerdict.objects.get(change=history["last"]).failed == "its content was rejected"
    lift = changes.record(
        kind=Change.Kind.LIFT,
        external_id="l:1",
        component=component,
        title="v6",
        by=None,
        started_at=timezone.now(),
        outcome=Change.Outcome.SUCCEEDED,
    )
    changes.link(change=lift, other=rejection, kind=Link.Kind.REVERSES)
    agrees()
    operations.keep_up()
    assert KeptVerdict.objects.get(change=history["last"]).failed == ""


WORDS = some.sampled_from(["failure", "not_a_failure", "planned", "unplanned"])


class Happening(RuleBasedStateMachine):
    """Deployments, commits, links, words and rejections, with a worker that comes now and then."""

    make: Callable[[], tuple[list[Component], User]]

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.components, self.maintainer = self.make()
        self.now = timezone.now()
        self.number = 0
        self.made: list[Change] = []

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(
        which=some.integers(0, 1),
        days=some.integers(0, 200),
        outcome=some.sampled_from(["succeeded", "succeeded", "failed", "running", "aborted"]),
        is_live=some.booleans(),
        commits=some.lists(
            some.tuples(some.sampled_from("abcde"), some.integers(0, 400)), max_size=3
        ),
    )
    def deploy(
        self,
        which: int,
        days: int,
        outcome: str,
        is_live: bool,
        commits: list[tuple[str, int]],
    ) -> None:
        self.number += 1
        at = self.now - timedelta(days=days, minutes=self.number)
        change = changes.record(
            kind=Change.Kind.DEPLOYMENT,
            external_id=f"d:{self.number}",
            component=self.components[which],
            environment="production",
            release=self.number,
            title=f"v{self.number}",
            by=None,
            started_at=at,
            finished_at=None if outcome == "running" else at,
            live_at=at if is_live else None,
            outcome=Change.Outcome(outcome),
        )
        rows = [
            Commit(sha=sha, committed_at=self.now - timedelta(days=ago)) for sha, ago in commits
        ]
        changes.add_commits(change=change, commits=rows)
        self.made.append(change)

    @precondition(lambda self: len(self.made) > 1)
    @rule(pick=some.data(), kind=some.sampled_from(["reverses", "fixes"]))
    def link(self, pick: Any, kind: str) -> None:
        change, other = (pick.draw(some.sampled_from(self.made)) for _ in range(2))
        changes.link(change=change, other=other, kind=Link.Kind(kind))

    @precondition(lambda self: self.made)
    @rule(pick=some.data(), outcome=some.sampled_from(["succeeded", "failed", "aborted"]))
    def finish(self, pick: Any, outcome: str) -> None:
        change = pick.draw(some.sampled_from(self.made))
        changes.finish(
            external_id=change.external_id, outcome=Change.Outcome(outcome), now=self.now
        )

    @precondition(lambda self: self.made)
    @rule(pick=some.data(), what=WORDS)
    def reclassify(self, pick: Any, what: str) -> None:
        change = pick.draw(some.sampled_from(self.made))
        change.refresh_from_db()
        if what == "failure" and not (change.live_at or change.outcome == "succeeded"):
            return
        operations.reclassify(
            change=change, what=what, reason="Seen.", by=self.maintainer, now=self.now
        )

    @precondition(lambda self: self.made)
    @rule(pick=some.data())
    def deliver(self, pick: Any) -> None:
        change = pick.draw(some.sampled_from(self.made))
        operations.first_delivery(
            component=change.component,
            environment="production",
            release=int(change.release),
            url="",
            now=change.started_at + timedelta(hours=3),
        )

    @precondition(lambda self: self.made)
    @rule(pick=some.data())
    def withdraw(self, pick: Any) -> None:
        change = pick.draw(some.sampled_from(self.made))
        releases = [int(change.release)]
        operations.withdraw(component=change.component, releases=releases, now=self.now)

    @precondition(lambda self: self.made)
    @rule(pick=some.data())
    def vanish(self, pick: Any) -> None:
        change = pick.draw(some.sampled_from(self.made))
        self.made.remove(change)
        change.delete()

    @rule()
    def work(self) -> None:
        operations.keep_up()

    @invariant()
    def kept_is_what_would_be_computed(self) -> None:
        if hasattr(self, "components"):
            agrees()


@pytest.fixture
def maintainer(people: dict[str, User]) -> User:
    return people["priya"]


def test_whatever_happens_what_is_kept_is_right(
    component: Component, other: Component, maintainer: User
) -> None:
    Happening.make = staticmethod(lambda: ([component, other], maintainer))  # type: ignore[assignment]
    run_state_machine_as_test(
        Happening,
        settings=settings(
            deadline=None,
            max_examples=4,
            stateful_step_count=12,
            suppress_health_check=list(HealthCheck),
        ),
    )
