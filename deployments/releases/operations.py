"""Cutting releases, rejecting their content on every path, and lifting a rejection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from deployments.policies import checks
from deployments.policies import queries as policies
from deployments.releases import commits, guard, queries
from deployments.releases.models import Rejection, Release
from deployments.rollouts.models import Deployment, Live
from deployments.rollouts.operations import ending, writing
from deployments.targets.registry import target_for
from observability.changes import operations as changes
from observability.changes.models import Change, Link
from observability.dora import operations as dora
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.catalog.models import Component
from portal.errors import Moved, Refused
from portal.failpoints import hit
from portal.files.findings import listed
from portal.notifications import operations as notifications
from portal.notifications.models import Kind


@transaction.atomic
def cut(
    *,
    component: Component,
    number: int,
    artifact_kind: str,
    digest: str,
    source: Mapping[str, Any],
    by: User,
    now: datetime,
) -> Release:
    """Make content deployable under a number that the caller gives. Saying it twice is once.

    Whoever registers the content has asked for permission; this writes it down.
    """
    release, is_new = Release.objects.get_or_create(
        component=component,
        number=number,
        defaults={
            "artifact_kind": artifact_kind,
            "digest": digest,
            "source": dict(source),
            "created_by": by,
            "created_at": now,
        },
    )
    if not is_new:
        if (release.digest, release.artifact_kind) != (digest, artifact_kind):
            raise Moved(f"{release} of {component.name} exists with other content.", field="number")
        return release
    _audit("release.cut", release, by=by, now=now, after={"digest": digest})
    change = _record(Change.Kind.RELEASE, f"release:{release.pk}", release, by=by, now=now)
    changes.add_commits(change=change, commits=commits.of(source))
    return release


@kept("release.reject", "release", "release")
@transaction.atomic
def reject(
    *,
    release: Release,
    reason: str,
    by: User,
    now: datetime,
    evidence: Mapping[str, Any] | None = None,
) -> Rejection:
    """Judge content wrong: from this commit on nothing of it is deployed, run or sent.

    What is on its way is stopped in the same transaction; what is live stays, marked as rejected.
    """
    component = release.component
    access.require(by, "release.reject", component)
    if not reason.strip():
        raise Refused("Say what you saw. It is shown wherever this is refused.", field="reason")
    guard.rejecting(component.pk)
    _refuse_rejected_already(release)
    rejection = Rejection.objects.create(
        component=component,
        digest=release.digest,
        release=release,
        rejected_by=by,
        rejected_at=now,
        reason=reason.strip(),
        evidence=dict(evidence or {}),
    )
    hit("deployments.rejection.written")
    stopped = target_for(release.artifact_kind).withdraw(
        component=component.name, digest=release.digest, reason=rejection.reason, now=now
    )
    hit("deployments.rejection.withdrawn")
    aborted = _abort_unfinished(release, rejection, by=by, now=now)
    dora.withdraw(component=component, releases=queries.alike(release), now=now)
    _audit(
        "release.reject",
        release,
        by=by,
        now=now,
        reason=rejection.reason,
        after={"digest": release.digest, "stopped": stopped, "aborted": aborted},
    )
    _record_rejection(rejection, by=by, now=now)
    _tell(rejection, by=by, now=now)
    hit("deployments.rejection.committing")
    return rejection


@kept("release.lift", "release", "release")
@transaction.atomic
def lift(*, release: Release, reason: str, by: User, now: datetime) -> Rejection:
    """Take a rejection back, with a reason; what it held goes on."""
    component = release.component
    access.require(by, "release.lift", component)
    if not reason.strip():
        raise Refused("Say why this is right after all.", field="reason")
    guard.rejecting(component.pk)
    rejection = queries.rejection(release)
    if rejection is None:
        raise Moved(f"{release} of {component.name} is not rejected.")
    rejection.lifted_by, rejection.lifted_at = by, now
    rejection.lifted_reason = reason.strip()
    rejection.save(update_fields=["lifted_by", "lifted_at", "lifted_reason"])
    hit("deployments.lift.written")
    restored = target_for(release.artifact_kind).restore(
        component=component.name, digest=release.digest, now=now
    )
    dora.restore(component=component, releases=queries.alike(release))
    hit("deployments.lift.restored")
    _audit(
        "release.lift",
        release,
        by=by,
        now=now,
        reason=rejection.lifted_reason,
        before={"reason": rejection.reason},
        after={"restored": restored},
    )
    lifted = _record(
        Change.Kind.LIFT, f"lift:{rejection.pk}", release, by=by, now=now, reason=reason.strip()
    )
    if rejected := _change(f"rejection:{rejection.pk}"):
        changes.link(change=lifted, other=rejected, kind=Link.Kind.REVERSES)
    hit("deployments.lift.committing")
    return rejection


def _refuse_rejected_already(release: Release) -> None:
    rejection = queries.rejection(release)
    if rejection is None:
        return
    raise Moved(
        f"{release} was rejected already, by {rejection.rejected_by.full_name} on "
        f"{checks.day(rejection.rejected_at)}: “{rejection.reason}”"
    )


def _abort_unfinished(
    release: Release, rejection: Rejection, *, by: User, now: datetime
) -> list[str]:
    found = policies.unfinished_of(release.component, release.digest)
    aborted = []
    for deployment in map(writing.locked, found):
        if deployment.is_finished:
            continue
        ending.end(
            deployment,
            Deployment.State.ABORTED,
            message=f"{by.full_name} rejected {release}: “{rejection.reason}”",
            by=by,
            now=now,
            reason=rejection.reason,
        )
        aborted.append(f"#{deployment.number}")
    return aborted


def _record_rejection(rejection: Rejection, *, by: User, now: datetime) -> None:
    """On the axis, linked to the deployments that brought this content where it is live."""
    release = rejection.release
    change = _record(
        Change.Kind.REJECTION,
        f"rejection:{rejection.pk}",
        release,
        by=by,
        now=now,
        reason=rejection.reason,
    )
    serving = Live.objects.filter(
        component=release.component, release__digest=release.digest
    ).select_related("deployment")
    for live in serving:
        if cause := writing.change_of(live.deployment):
            changes.link(change=change, other=cause, kind=Link.Kind.CAUSED_BY)


def _tell(rejection: Rejection, *, by: User, now: datetime) -> None:
    """The team hears of it, and those that answer for clients who already got what it made."""
    component = rejection.component
    target = target_for(rejection.release.artifact_kind)
    reached = target.reached(component=component.name, digest=rejection.digest)
    sent = f" It was delivered to {listed(sorted(reached))}." if reached else ""
    notifications.notify(
        kind=Kind.RELEASE_REJECTED,
        key=str(rejection.pk),
        subject=f"{rejection.release} of {component.name} was rejected",
        component=component,
        text=f"{by.full_name}: “{rejection.reason}”{sent}",
        receivers=reached,
        link=f"/components/{component.name}/",
        actor=by,
        now=now,
    )


def _record(
    kind: Change.Kind,
    external_id: str,
    release: Release,
    *,
    by: User,
    now: datetime,
    reason: str = "",
) -> Change:
    titles = {
        Change.Kind.RELEASE: f"{release} is ready",
        Change.Kind.REJECTION: f"{release} rejected",
        Change.Kind.LIFT: f"{release} no longer rejected",
    }
    return changes.record(
        kind=kind,
        external_id=external_id,
        component=release.component,
        release=release.number,
        title=titles[kind],
        by=by,
        started_at=now,
        finished_at=now,
        outcome=Change.Outcome.SUCCEEDED,
        reason=reason,
        url=f"/components/{release.component.name}/",
        is_planned=kind == Change.Kind.RELEASE,
    )


def _change(external_id: str) -> Change | None:
    return Change.objects.filter(source=changes.SOURCE, external_id=external_id).first()


def _audit(verb: str, release: Release, *, by: User, now: datetime, **more: Any) -> None:
    component = release.component
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="release",
        thing=f"{component.name} {release}",
        thing_id=release.pk,
        component=component.name,
        team=component.team.name,
        **more,
    )
