"""How a deployment ends: its steps are closed, its change gets its outcome, once and together."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Q

from deployments.policies import queries as policies
from deployments.rollouts.models import Deployment, Step, StepAttempt
from deployments.rollouts.operations import telling, writing
from deployments.targets.base import TargetError
from deployments.targets.registry import target_for
from observability.changes import operations as changes
from observability.changes.models import Change
from portal.accounts.models import User
from portal.failpoints import hit

log = logging.getLogger(__name__)

OUTCOMES = {
    Deployment.State.SUCCEEDED: Change.Outcome.SUCCEEDED,
    Deployment.State.FAILED: Change.Outcome.FAILED,
    Deployment.State.ABORTED: Change.Outcome.ABORTED,
    Deployment.State.REFUSED: Change.Outcome.REFUSED,
}
VERBS = {
    Deployment.State.SUCCEEDED: "deployment.succeed",
    Deployment.State.FAILED: "deployment.fail",
    Deployment.State.ABORTED: "deployment.abort",
    Deployment.State.REFUSED: "deployment.refuse",
}


def end(
    deployment: Deployment,
    state: Deployment.State,
    *,
    message: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    is_left: bool = False,
) -> None:
    """End a deployment whose row the caller holds. What its target made ready is undone.

    With `is_left` what is live is being left as well, so that nothing stays as it was.
    """
    before = deployment.state
    if state != Deployment.State.SUCCEEDED:
        stays = "" if is_left else left_as_it_was(deployment)
        message = " ".join(filter(None, [message, stays, _undo(deployment)]))
    _close_steps(deployment, message, now)
    hit("deployments.ending")
    deployment.state, deployment.message, deployment.finished_at = state, message, now
    deployment.save(update_fields=["state", "message", "finished_at"])
    hit("deployments.ended")
    writing.note(
        deployment,
        VERBS[state],
        by=by,
        now=now,
        reason=reason or message,
        before={"state": before},
        after={"state": state},
    )
    hit("deployments.ending.noted")
    changes.finish(external_id=writing.external_id(deployment), outcome=OUTCOMES[state], now=now)
    telling.ended(deployment, before, by, now)


def left_as_it_was(deployment: Deployment) -> str:
    """What a deployment that did not get through means for those who use the component."""
    place = deployment.environment.name
    if deployment.live_at is not None:
        return f"{deployment.release} is live in {place}."
    if deployment.previous_release is not None:
        return f"Nothing changed: {deployment.previous_release} stays live in {place}."
    return f"Nothing changed: nothing is live in {place}."


def _close_steps(deployment: Deployment, message: str, now: datetime) -> None:
    """No step stays open. Whoever works on one finds its attempt closed and writes nothing."""
    open_states = (Step.State.RUNNING, Step.State.WAITING)
    StepAttempt.objects.filter(step__deployment=deployment, state__in=open_states).update(
        state=Step.State.SKIPPED, message=message, finished_at=now
    )
    Step.objects.filter(deployment=deployment, state__in=open_states).update(
        state=Step.State.SKIPPED, message=message, finished_at=now, lease_until=None, next_at=None
    )
    Step.objects.filter(deployment=deployment, state=Step.State.PENDING).update(
        state=Step.State.SKIPPED, lease_until=None, next_at=None
    )


def _undo(deployment: Deployment) -> str:
    """Undo what `prepare` made ready, where it was begun and never went live."""
    was_begun = Step.objects.filter(Q(attempt__gt=0), deployment=deployment, name="prepare")
    if deployment.live_at is not None or not was_begun.exists():
        return ""
    release = deployment.release
    try:
        target_for(release.artifact_kind).abort(
            artifact=policies.artifact(deployment.component, release, deployment.configuration),
            environment=deployment.environment.name,
        )
    except TargetError as error:
        log.warning("not undone: %s", error.message)
        return f"What was made ready for it could not be undone: {error.message}"
    return ""
