"""Holding people to what they read: a plan that fails or that moved meanwhile is refused."""

from __future__ import annotations

from datetime import datetime

from deployments.policies.checks import BUSY
from deployments.rollouts import drift, queries
from deployments.rollouts.models import Deployment
from deployments.rollouts.plan import Plan
from portal.errors import Moved, Refused


def refuse_moved(plan: Plan, seen: str | None) -> None:
    """The person agreed to another plan than what would happen now: show this one instead."""
    if seen in {None, "", plan.digest}:
        return
    why = " ".join(finding.message for finding in plan.failing) or plan.summary
    raise _moved(f"{plan.environment} moved since you looked. {why}", plan.as_json())


def refuse_failing(plan: Plan) -> None:
    """A rule stops it."""
    failing = plan.failing
    if not failing:
        return
    kind = Moved if all(finding.name == BUSY for finding in failing) else Refused
    raise kind(
        failing[0].message,
        details=[
            {"message": finding.message, "rule": finding.name, "override": finding.override}
            for finding in failing
        ],
    )


def moved(deployment: Deployment, seen: str | None, now: datetime) -> Moved | None:
    """Look anew at what is asked for, whose row the caller holds; refused where it fails by now.

    What differs from what was read is kept with the deployment, so that the next look shows it, and
    who agreed before is asked again: the caller says no after that is committed. `seen` is the
    digest of the plan that was on the screen.
    """
    plan = queries.again(deployment, now)
    refuse_failing(plan)
    changed = drift.words(deployment.plan, plan)
    is_other = seen not in {None, "", plan.digest, deployment.plan_digest}
    if changed:
        _keep(deployment, plan, changed)
    if seen == plan.digest or not (changed or is_other):
        return None
    why = changed or "Someone looked at another one meanwhile."
    return _moved(f"{why} Nobody agrees to what they have not read.", deployment.plan)


def _keep(deployment: Deployment, plan: Plan, changed: str) -> None:
    """In the place of the one that was read; it goes on asking for somebody.

    Who agreed to that one has not agreed to this one.
    """
    deployment.approvals.filter(superseded="").update(superseded=changed)
    deployment.plan = {**plan.as_json(), "approvals": max(plan.approvals, 1)}
    deployment.plan_digest = plan.digest
    deployment.save(update_fields=["plan", "plan_digest"])


def _moved(words: str, plan: object) -> Moved:
    return Moved(
        f"The plan changed: {words} Look at the new plan.",
        field="plan_digest",
        details=[{"message": "The plan as it is now.", "plan": plan}],
    )
