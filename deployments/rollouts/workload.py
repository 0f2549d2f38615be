"""Steps of deployments as work: what is in hand, what waits for a worker, what for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from django.db.models import F, OuterRef, QuerySet, Subquery

from deployments.rollouts.models import Deployment, Step, StepAttempt
from portal.workers import reasons, rows
from portal.workers.base import MOST, Amount, Doing, Stuck, Verb

WHOLE = (
    "deployment__component__team",
    "deployment__environment",
    "deployment__release",
    "deployment__configuration",
    "deployment__previous_release",
    "deployment__previous_configuration",
)


class Deployments:
    """Releases and configurations on their way."""

    queue = "control"
    title = "Deployments"
    kinds: ClassVar[tuple[str, ...]] = (Deployment.Kind.RELEASE, Deployment.Kind.CONFIGURATION)

    def doing(self) -> Iterator[Doing]:
        found = StepAttempt.objects.filter(
            step__state=Step.State.RUNNING,
            number=F("step__attempt"),
            step__deployment__kind__in=self.kinds,
        ).select_related("step", *(f"step__{name}" for name in WHOLE))
        for row in found.order_by("pk")[:MOST]:
            deployment = row.step.deployment
            yield Doing(
                row.worker,
                f"{row.step.title}: {_called(deployment)}",
                deployment.path,
                deployment.component.team.name,
                row.started_at,
                row.step.lease_until,
            )

    def amount(self, now: datetime) -> Amount:
        # Asked of each that ended just now: a join reads all steps that there ever were.
        kind = Step.objects.filter(pk=OuterRef("step")).values("deployment__kind")
        ended = StepAttempt.objects.filter(finished_at__isnull=False)
        ended = ended.annotate(kind=Subquery(kind)).filter(kind__in=self.kinds)
        return rows.amount(self._pending(), ended, now)

    def stuck(self, now: datetime, team: str) -> Iterator[Stuck]:
        """Those that wait for people come last: nothing is wrong with them."""
        own = rows.of(team, "deployment__component__team")
        pending = self._pending().filter(rows.overdue(now), own)
        for step in _whole(pending).order_by("next_at")[:MOST]:
            yield self._stuck(step, _why(step, now))
        lost = self._steps(Step.State.RUNNING, Deployment.State.RUNNING)
        for step in _whole(lost.filter(own, lease_until__lt=now)).order_by("lease_until")[:MOST]:
            yield self._stuck(step, reasons.lease_over(step.lease_until, now))
        for step in _whole(self._asking().filter(own)).order_by("pk")[:MOST]:
            why = step.message or "It waits for the word of a person."
            yield self._stuck(step, why, *_decisions(step.deployment), tone="info")

    def _steps(self, state: str, *of: str) -> QuerySet[Step]:
        return Step.objects.filter(
            state=state, deployment__state__in=of, deployment__kind__in=self.kinds
        )

    def _pending(self) -> QuerySet[Step]:
        pending = self._steps(Step.State.PENDING, Deployment.State.RUNNING)
        return pending.filter(next_at__isnull=False)

    def _asking(self) -> QuerySet[Step]:
        asking = (Deployment.State.AWAITING_APPROVAL, Deployment.State.WAITING)
        return self._steps(Step.State.WAITING, *asking)

    def _stuck(self, step: Step, why: str, *verbs: Verb, tone: str = "warn") -> Stuck:
        deployment = step.deployment
        abort = Verb("deployment.abort", "Abort…", f"{deployment.path}abort", "x")
        return Stuck(
            title=f"{_called(deployment)}: {step.title.lower()}",
            url=deployment.path,
            team=deployment.component.team.name,
            since=step.started_at or deployment.requested_at,
            queue=self.queue,
            why=why,
            tone=tone,  # type: ignore[arg-type]
            thing=deployment.component,
            verbs=(*verbs, abort) if deployment.live_at is None else verbs,
        )


class Rollbacks(Deployments):
    """The way back has a queue of its own, that is served first."""

    queue = "rollback"
    title = "Rollbacks"
    kinds = (Deployment.Kind.ROLLBACK,)


def _whole(steps: QuerySet[Step]) -> QuerySet[Step]:
    return steps.select_related(*WHOLE)


def _called(deployment: Deployment) -> str:
    return f"{deployment.component.name} {deployment.title}"


def _why(step: Step, now: datetime) -> str:
    assert step.next_at is not None, "a pending step that is due has an instant"
    if step.next_at > now:
        return reasons.again(step.attempt, step.message, step.next_at, now)
    return ""


def _decisions(deployment: Deployment) -> tuple[Verb, ...]:
    if deployment.state == Deployment.State.WAITING:
        return (Verb("deployment.advance", "Let it go on…", f"{deployment.path}advance", "right"),)
    return (Verb("deployment.approve", "Approve…", f"{deployment.path}approve", "check"),)
