"""One deployment: where it is, and what may be said about it now."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.evidence import queries as evidences
from deployments.releases import queries as releases
from deployments.rollouts import axis, queries
from deployments.rollouts.models import Deployment, Live, Step
from deployments.strategies import registry
from observability.changes import linking as changes
from observability.changes import queries as told
from observability.changes.operations import SOURCE
from observability.comparison import wording
from observability.logs import linking
from observability.logs.language import Term
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.catalog.models import Component


@require_safe
def detail(request: SignedInRequest, number: int) -> HttpResponse:
    """The page; while it goes on, its middle is asked for again every two seconds."""
    deployment = queries.deployment(number)
    shown = _shown(request, deployment)
    if htmx.is_fragment(request):
        part = "deployments/rollouts/_progress.html"
        return htmx.live(request, part, shown, is_over=deployment.is_finished)
    shown["logs"] = linking.around(
        *_of(deployment),
        began=deployment.requested_at,
        ended=deployment.finished_at,
        now=timezone.now(),
    )
    return render(request, "deployments/rollouts/detail.html", shown)


def _of(deployment: Deployment) -> list[Term]:
    """Which lines are its own: steps and runs name it; a service only says where it runs."""
    component = deployment.component
    if component.kind == Component.Kind.TRANSFORMATION:
        return [linking.field("deployment", str(deployment.pk))]
    return [
        linking.field("component", component.name),
        linking.field("environment", deployment.environment.name),
    ]


def _shown(request: SignedInRequest, deployment: Deployment) -> dict[str, Any]:
    steps = list(deployment.steps.all())
    step = _chosen(steps, request.GET.get("step", ""))
    live = Live.objects.filter(deployment=deployment).first()
    is_live = live is not None
    is_over = is_live and deployment.state == Deployment.State.SUCCEEDED
    doing = queries.doing(deployment) if is_over else None
    may = _rights(request, deployment)
    return {
        "deployment": deployment,
        "component": deployment.component,
        "changes": changes.around(
            deployment.live_at or deployment.requested_at, deployment.component.name
        ),
        "steps": steps,
        "step": step,
        "failing": next((one for one in steps if one.state == Step.State.FAILED), None),
        "strategy": registry.STRATEGIES.get(deployment.strategy),
        "earlier": [a for a in step.attempts.all() if a.number < step.attempt] if step else [],
        "is_live": is_live,
        "doing": doing,
        "is_unwell": doing is not None and doing.health == "degraded",
        "next": queries.next_place(deployment) if is_live else None,
        "reversal": queries.reversal(deployment),
        "mending": told.mending(SOURCE, axis.external_id(deployment.pk)),
        **_evidence(request, deployment),
        "rejection": releases.rejection(deployment.release),
        "has_decided": any(
            approval.decided_by_id == request.user.pk and not approval.superseded
            for approval in deployment.approvals.all()
        ),
        "may": may,
        **_way_back(deployment, live if may["roll_back"] else None),
    }


def _way_back(deployment: Deployment, live: Live | None) -> dict[str, bool]:
    """Whether there is none for who may take it, and whether pausing would help instead."""
    if live is None or not queries.is_alone(live):
        return {"is_alone": False}
    hold = queries.hold(deployment.component, deployment.environment)
    return {"is_alone": True, "is_paused": hold is not None}


def _evidence(request: SignedInRequest, deployment: Deployment) -> dict[str, Any]:
    """What a rollback was decided by, as this person may read it."""
    found = evidences.of(deployment) if deployment.kind == Deployment.Kind.ROLLBACK else None
    if found is None:
        return {"evidence": None}
    may_read = evidences.may_read_lines(deployment, request.user)
    return {"evidence": found, "figures": wording.kept(found.figures, may_read=may_read)}


def _rights(request: SignedInRequest, deployment: Deployment) -> dict[str, bool]:
    """What this person may say to deployments of this component; one query for all of it."""
    verbs = {
        "approve": "deployment.approve",
        "abort": "deployment.abort",
        "advance": "deployment.advance",
        "roll_back": "deployment.roll_back",
        "reject": "release.reject",
        "run": "run.start",
        "pause": "hold.pause",
    }
    return {
        word: access.may(request.user, verb, deployment.component) for word, verb in verbs.items()
    }


def _chosen(steps: list[Step], name: str) -> Step | None:
    """The step asked for; else the first that failed, runs or waits; else the last one."""
    for step in steps:
        if step.name == name:
            return step
    telling = (Step.State.FAILED, Step.State.RUNNING, Step.State.WAITING)
    for step in steps:
        if step.state in telling:
            return step
    begun = [step for step in steps if step.state != Step.State.PENDING]
    return next(reversed(begun or steps), None)
