"""What must hold between any two acts, whatever was asked for and wherever someone crashed."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from django.db.models import Prefetch

from deployments.releases.models import Rejection
from deployments.rollouts import lifecycle
from deployments.rollouts.models import Deployment, Live, Step, StepAttempt
from observability.changes.models import Change
from portal.audit.models import Entry

OVER = {Step.State.DONE, Step.State.FAILED, Step.State.SKIPPED}


def deployments() -> list[Deployment]:
    attempts = Prefetch("attempts", StepAttempt.objects.order_by("number"))
    steps = Prefetch("steps", Step.objects.order_by("order").prefetch_related(attempts))
    rows = Deployment.objects.select_related("environment", "release")
    return list(rows.prefetch_related(steps, "approvals").order_by("id"))


def check() -> None:
    """Everything at once; an assertion names what does not hold."""
    rows = deployments()
    rejections = list(Rejection.objects.all())
    for row in rows:
        _steps_fit(row)
        _was_allowed(row, rows, rejections)
    _one_at_a_time(rows)
    _changes_tell_the_same(rows)
    _history_adds_up([row for row in rows if row.live_at])


def _one_at_a_time(rows: list[Deployment]) -> None:
    places = Counter(row.environment_id for row in rows if not row.is_finished)
    assert not places or max(places.values()) == 1, places


def _steps_fit(row: Deployment) -> None:
    """The steps of a deployment say the same as the deployment."""
    states = [step.state for step in row.steps.all()]
    for step in row.steps.all():
        _attempts_fit(step)
    if row.is_finished:
        assert set(states) <= OVER, (row, states)
        assert row.finished_at is not None
        assert (row.state == "succeeded") == (set(states) == {Step.State.DONE}), (row, states)
        return
    current = next(step for step in row.steps.all() if step.state != Step.State.DONE)
    expected = {
        "awaiting_approval": {Step.State.WAITING},
        "waiting": {Step.State.WAITING},
        "running": {Step.State.PENDING, Step.State.RUNNING},
    }[row.state]
    assert current.state in expected, (row, states)
    if current.state == Step.State.PENDING:
        assert current.next_at is not None, "nobody would ever do it"
    if current.state == Step.State.RUNNING:
        assert current.lease_until is not None, "nobody would ever take it back"
    rest = states[current.order :]
    assert set(rest) <= {Step.State.PENDING}, (row, states)


def _attempts_fit(step: Step) -> None:
    attempts = list(step.attempts.all())
    assert [attempt.number for attempt in attempts] == list(range(1, step.attempt + 1))
    still_open = [a for a in attempts if a.state in {Step.State.RUNNING, Step.State.WAITING}]
    is_open = step.state in {Step.State.RUNNING, Step.State.WAITING}
    assert len(still_open) == is_open, (step.name, step.state)
    assert all(a.state != Step.State.DONE for a in attempts[:-1]), "a step is done once"


def _was_allowed(row: Deployment, rows: list[Deployment], rejections: list[Rejection]) -> None:
    """What went live had been let through: not rejected, approved by others, live in staging."""
    if row.live_at is None:
        assert row.state != Deployment.State.SUCCEEDED
        return
    for rejection in rejections:
        if rejection.digest == row.release.digest and rejection.rejected_at < row.live_at:
            is_lifted = rejection.lifted_at and rejection.lifted_at < row.live_at
            assert is_lifted, f"{row} was rejected"
    if row.kind == Deployment.Kind.ROLLBACK:
        return
    agreed = [a for a in row.approvals.all() if a.decision == "approved"]
    assert len(agreed) >= row.environment.approvals, f"{row} was not approved"
    assert row.requested_by_id not in {approval.decided_by_id for approval in agreed}
    if row.environment.is_production and row.kind == Deployment.Kind.RELEASE:
        assert any(
            other.environment.name == "staging"
            and other.release_id == row.release_id
            and other.live_at is not None
            and other.live_at < row.live_at
            for other in rows
        ), f"{row} had not been live in staging"


def _history_adds_up(rows: list[Deployment]) -> None:
    """In each place each took over from the one before it, and the last is what is live now."""
    last: dict[object, Deployment] = {}
    for row in sorted(rows, key=attrgetter("live_at")):
        earlier = last.get(row.environment_id)
        before = (row.previous_release_id, row.previous_configuration_id)
        left = (earlier.release_id, earlier.configuration_id) if earlier else (None, None)
        assert before == left, (earlier, row)
        last[row.environment_id] = row
    live = Live.objects.values_list("release_id", "configuration_id", "deployment_id")
    assert sorted(live) == sorted(
        (row.release_id, row.configuration_id, row.pk) for row in last.values()
    )
    switches = Entry.objects.filter(verb="deployment.switch").values_list("thing_id", flat=True)
    assert sorted(switches) == sorted(str(row.pk) for row in rows)


def _changes_tell_the_same(rows: list[Deployment]) -> None:
    outcomes = dict(
        Change.objects.filter(external_id__startswith="deployment:").values_list(
            "external_id", "outcome"
        )
    )
    assert outcomes == {
        f"deployment:{row.pk}": row.state if row.is_finished else "running" for row in rows
    }


def reachable(before: str, after: str) -> bool:
    """Whether verbs lead from one state to another, in one step or more."""
    seen, todo = {before}, [before]
    while todo:
        fresh = set(lifecycle.MOVES[todo.pop()].values()) - seen
        seen |= fresh
        todo += fresh
    return after in seen
