"""Steps of deployments as work: what is in hand, what waits for a worker, what for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.db.models import F, OuterRef, QuerySet, Subquery

from deployments.rollouts.models import Deployment, Step, StepAttempt
from portal.postgresql.questions import Question
from portal.workers import reasons, rows
from portal.workers.base import Amount, Doing, Stuck, Verb

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
        for row in _asked(self.kinds).doing.rows():
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
        return rows.amount(_pending(self.kinds), ended, now)

    def stuck(self, now: datetime, team: str | None) -> Iterator[Stuck]:
        """Those that wait for people come last: nothing is wrong with them."""
        asked = _asked(self.kinds)
        for step in asked.pending.rows(now=now, team=team):
            yield self._stuck(step, _why(step, now))
        for step in asked.lost.rows(now=now, team=team):
            yield self._stuck(step, reasons.lease_over(step.lease_until, now))
        for step in asked.asking.rows(now=now, team=team):
            why = step.message or "It waits for the word of a person."
            yield self._stuck(step, why, *_decisions(step.deployment), tone="info")

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


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of some kinds of deployments."""

    doing: Question[StepAttempt]
    pending: Question[Step]
    lost: Question[Step]
    asking: Question[Step]


@cache
def _asked(kinds: tuple[str, ...]) -> _Asked:
    def own(steps: QuerySet[Step], team: Any) -> QuerySet[Step]:
        of = rows.of(team, "deployment__component__team")
        return steps.filter(of).select_related(*WHOLE)

    def doing() -> QuerySet[StepAttempt]:
        return StepAttempt.objects.filter(
            step__state=Step.State.RUNNING,
            number=F("step__attempt"),
            step__deployment__kind__in=kinds,
        ).select_related("step", *(f"step__{name}" for name in WHOLE))

    def pending(now: Any, team: Any) -> QuerySet[Step]:
        return own(_pending(kinds).filter(rows.overdue(now)), team).order_by("next_at")

    def lost(now: Any, team: Any) -> QuerySet[Step]:
        running = _steps(kinds, Step.State.RUNNING, Deployment.State.RUNNING)
        return own(running.filter(lease_until__lt=now), team).order_by("lease_until")

    def asking(_: Any, team: Any) -> QuerySet[Step]:
        of = (Deployment.State.AWAITING_APPROVAL, Deployment.State.WAITING)
        return own(_steps(kinds, Step.State.WAITING, *of), team).order_by("pk")

    return _Asked(rows.doing(doing), rows.stuck(pending), rows.stuck(lost), rows.stuck(asking))


def _steps(kinds: tuple[str, ...], state: str, *of: str) -> QuerySet[Step]:
    return Step.objects.filter(state=state, deployment__state__in=of, deployment__kind__in=kinds)


def _pending(kinds: tuple[str, ...]) -> QuerySet[Step]:
    pending = _steps(kinds, Step.State.PENDING, Deployment.State.RUNNING)
    return pending.filter(next_at__isnull=False)


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
