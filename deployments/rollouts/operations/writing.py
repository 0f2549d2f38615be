"""What every verb of a deployment leaves behind: an audit entry, its change, a message to work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deployments.releases import commits
from deployments.releases import queries as releases
from deployments.rollouts import axis, lifecycle
from deployments.rollouts.models import Deployment
from observability.changes import operations as changes
from observability.changes.models import Change, Commit, Link
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.background import enqueue
from portal.errors import Moved

ADVANCE = "deployments.rollouts.tasks.advance"
ADVANCE_ROLLBACK = "deployments.rollouts.tasks.advance_rollback"
CHANGES = {
    Deployment.Kind.RELEASE: Change.Kind.DEPLOYMENT,
    Deployment.Kind.CONFIGURATION: Change.Kind.CONFIGURATION,
    Deployment.Kind.ROLLBACK: Change.Kind.ROLLBACK,
}


def locked(deployment: Deployment) -> Deployment:
    """The row as it is now, kept as it is until this transaction ends.

    Locks are taken in one order everywhere: the component's guard, the deployment, its steps.
    """
    return (
        Deployment.objects.select_for_update(of=("self",))
        .select_related("component__team", "environment", "release", "configuration")
        .select_related("previous_release", "previous_configuration", "requested_by")
        .get(pk=deployment.pk)
    )


def refuse_unless(deployment: Deployment, verb: str) -> str:
    """The state that `verb` leads to; Moved, in words, where the state does not allow it."""
    state = lifecycle.after(deployment.state, verb)
    if state is None:
        raise Moved(lifecycle.why_not(deployment.state, verb, f"Deployment #{deployment.number}"))
    return state


def note(
    deployment: Deployment,
    verb: str,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    **more: Any,
) -> None:
    """The audit entry of a verb on a deployment."""
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="deployment",
        thing=f"{deployment.component.name} #{deployment.number}",
        thing_id=deployment.pk,
        component=deployment.component.name,
        team=deployment.component.team.name,
        environment=deployment.environment.name,
        reason=reason,
        **more,
    )


def external_id(deployment: Deployment) -> str:
    """How the axis of changes knows a deployment."""
    return axis.external_id(deployment.pk)


def change_of(deployment: Deployment) -> Change | None:
    return Change.objects.filter(source=changes.SOURCE, external_id=external_id(deployment)).first()


def begin_change(deployment: Deployment, *, now: datetime) -> Change:
    """The deployment on the axis of changes, from the moment in which someone asked for it."""
    kind = CHANGES[Deployment.Kind(deployment.kind)]
    change = changes.record(
        kind=kind,
        external_id=external_id(deployment),
        component=deployment.component,
        environment=deployment.environment.name,
        release=deployment.release.number,
        title=deployment.line,
        by=deployment.requested_by,
        started_at=now,
        outcome=Change.Outcome.RUNNING,
        reason=deployment.reason,
        url=deployment.path,
        is_planned=kind != Change.Kind.ROLLBACK,
    )
    if deployment.kind == Deployment.Kind.RELEASE:
        changes.add_commits(change=change, commits=_brought(deployment))
    return change


def mends(deployment: Deployment, other: Deployment) -> None:
    """It fixes another one, so it was not planned: DORA counts by these links."""
    change, fixed = change_of(deployment), change_of(other)
    if change is not None and fixed is not None:
        changes.link(change=change, other=fixed, kind=Link.Kind.FIXES)
        changes.unplan(change=change)


def _brought(deployment: Deployment) -> list[Commit]:
    """The commits of every release since the one that is live; of the first one its own."""
    release, before = deployment.release, deployment.previous_release
    rows = releases.between(
        deployment.component,
        after=before.number if before else release.number - 1,
        upto=release.number,
    )
    found = {commit.sha: commit for row in rows for commit in commits.of(row.source)}
    return list(found.values())


def send(deployment: Deployment) -> None:
    """Tell a control worker to look at it; a rollback has a queue that nothing else stands in."""
    is_rollback = deployment.kind == Deployment.Kind.ROLLBACK
    enqueue(ADVANCE_ROLLBACK if is_rollback else ADVANCE, deployment_id=str(deployment.pk))
