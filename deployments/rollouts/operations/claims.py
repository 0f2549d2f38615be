"""A step in the hands of a worker: claimed, finished, failed; fenced by the attempt's number.

A step is claimed by counting its attempt up, under the deployment's lock. That number is the
fence: whoever comes back late (suspended, cut off) holds an old one and writes nothing. Between
claim and finish no transaction is open, so a killed worker leaves a lease that runs out.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from deployments.policies import queries as policies
from deployments.rollouts import lifecycle
from deployments.rollouts.models import Deployment, Step, StepAttempt
from deployments.rollouts.operations import ending, telling, writing
from deployments.targets.base import Artifact, Target
from deployments.targets.registry import target_for
from portal.failpoints import hit
from portal.workers import pauses

log = logging.getLogger(__name__)

Said = tuple[Step.State, str]  # how a step ended, and its sentence


@dataclass(frozen=True, slots=True)
class Claim:
    """A step that this worker holds, by the number of its attempt."""

    deployment: Deployment
    step: Step
    number: int

    @property
    def target(self) -> Target:
        return target_for(self.deployment.release.artifact_kind)

    @property
    def artifact(self) -> Artifact:
        deployment = self.deployment
        return policies.artifact(deployment.component, deployment.release, deployment.configuration)


@transaction.atomic
def claim(deployment_id: UUID | str, worker: str, now: datetime) -> Claim | None:
    """The next step, if it is due and free, with a new attempt of this worker's."""
    deployment = (
        Deployment.objects.select_for_update(of=("self",))
        .select_related("component__team", "environment", "release", "configuration")
        .select_related("previous_release", "previous_configuration")
        .filter(Q(kind=Deployment.Kind.ROLLBACK) | pauses.flowing("control"))
        .filter(pk=deployment_id, state=Deployment.State.RUNNING)
        .first()
    )
    if deployment is None:
        return None
    step = _next_step(deployment)
    if step is None or step.state != Step.State.PENDING or not step.next_at or step.next_at > now:
        return None
    number = step.attempt + 1
    taken = Step.objects.filter(pk=step.pk, state=Step.State.PENDING, attempt=step.attempt).update(
        state=Step.State.RUNNING,
        attempt=number,
        lease_until=now + timedelta(seconds=settings.LEASE_SECONDS),
        next_at=None,
        started_at=step.started_at or now,
        message="",
    )
    if not taken:
        return None
    StepAttempt.objects.create(
        step=step, number=number, state=Step.State.RUNNING, worker=worker, started_at=now
    )
    return Claim(deployment=deployment, step=step, number=number)


@transaction.atomic
def finish(claim: Claim, said: Said, now: datetime) -> bool:
    """Write how the step ended, if it is still this worker's. True: go on with the next one."""
    deployment = writing.locked(claim.deployment)
    state, message = said
    if not _is_mine(claim, deployment):
        log.info("step %s fenced off at attempt %s", claim.step.name, claim.number)
        return False
    is_over = state == Step.State.DONE
    _close(claim, state, message, now if is_over else None)
    hit("deployments.step.closed")
    log.info("step %s %s: %s", claim.step.name, state, message)
    if not is_over:
        deployment.state, deployment.message = Deployment.State.WAITING, message
        deployment.save(update_fields=["state", "message"])
        telling.waits_for_a_word(deployment, message, now)
        return False
    following = _next_step(deployment)
    if following is None:
        ending.end(deployment, Deployment.State.SUCCEEDED, message=message, by=None, now=now)
        return False
    Step.objects.filter(pk=following.pk).update(next_at=now)
    Deployment.objects.filter(pk=deployment.pk).update(message="")
    return True


@transaction.atomic
def fail(
    claim: Claim, message: str, *, is_permanent: bool, now: datetime, at_once: bool = False
) -> None:
    """Write that an attempt failed: again after a pause (or at once), or the deployment's end."""
    deployment = writing.locked(claim.deployment)
    if not _is_mine(claim, deployment):
        return
    _close(claim, Step.State.FAILED, message, now)
    hit("deployments.step.failed")
    title = claim.step.title
    if not lifecycle.may_try_again(attempt=claim.number, is_permanent=is_permanent):
        words = f"{title} failed: {message}"
        ending.end(deployment, Deployment.State.FAILED, message=words, by=None, now=now)
        return
    pause = lifecycle.pause_before_next(claim.number, spread=claim.step.pk.int % 1000 / 1000)
    words = f"Attempt {claim.number} failed: {message} The next one follows."
    Step.objects.filter(pk=claim.step.pk).update(
        state=Step.State.PENDING,
        next_at=now if at_once else now + pause,
        finished_at=None,
        message=words,
    )
    Deployment.objects.filter(pk=deployment.pk).update(message=f"{title}: {words}")
    if at_once:
        writing.send(deployment)


def _is_mine(claim: Claim, deployment: Deployment) -> bool:
    """Under the deployment's lock: nobody has aborted it or taken the step over."""
    return (
        deployment.state == Deployment.State.RUNNING
        and Step.objects.filter(
            pk=claim.step.pk, state=Step.State.RUNNING, attempt=claim.number
        ).exists()
    )


def _close(claim: Claim, state: Step.State, message: str, finished_at: datetime | None) -> None:
    Step.objects.filter(pk=claim.step.pk, attempt=claim.number).update(
        state=state, message=message, lease_until=None, finished_at=finished_at
    )
    StepAttempt.objects.filter(step=claim.step, number=claim.number).update(
        state=state, message=message, finished_at=finished_at
    )


def _next_step(deployment: Deployment) -> Step | None:
    over = (Step.State.DONE, Step.State.SKIPPED)
    return (
        Step.objects.filter(deployment=deployment).exclude(state__in=over).order_by("order").first()
    )
