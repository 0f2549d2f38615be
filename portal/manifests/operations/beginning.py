"""A plan that was agreed to becomes steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction

from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, NotAllowed, Refused
from portal.manifests import queries
from portal.manifests.models import Application, ApplicationStep
from portal.manifests.operations.leaving import leave_others
from portal.manifests.operations.working import permit
from portal.manifests.planning import Plan, Step
from portal.manifests.reading import File
from portal.manifests.world import APPLY


@kept(APPLY, "files", "source")
@transaction.atomic
def begin(
    *,
    files: Iterable[File],
    source: str,
    digest: str,
    by: User,
    now: datetime,
    prune: bool = False,
    take_over: bool = False,
    secrets: Mapping[str, str] | None = None,
    commit: str = "",
) -> Application:
    """Take the steps of a plan in hand; `work` does them. `digest` is that of the plan agreed to.

    Asked again while they are under way, it is the same application: nothing begins twice.
    """
    permit(by)
    _one_by_one(source)
    for under_way in Application.objects.filter(
        source=source, digest=digest, applied_by=by, state=Application.State.WORKING, position=0
    ):
        return under_way
    plan = queries.plan(
        files=files,
        source=source,
        by=by,
        now=now,
        prune=prune,
        take_over=take_over,
        secrets=secrets,
    )
    _refuse(plan, digest)
    leave_others(source=source, by=by, now=now)
    application = Application.objects.create(
        source=source,
        digest=digest,
        commit=commit,
        prune=prune,
        size=len(plan.steps),
        applied_by=by,
        started_at=now,
    )
    ApplicationStep.objects.bulk_create(
        [_row(application, number, step, plan) for number, step in enumerate(plan.steps)],
        batch_size=1000,
    )
    audit.record(
        verb=APPLY,
        by=by,
        now=now,
        kind="files",
        thing=source,
        thing_id=application.pk,
        reason=f"Plan {digest}",
        after={"steps": plan.counts},
    )
    return application


def _one_by_one(source: str) -> None:
    """Of two that begin at once the second one finds what the first began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 25))", [source])


def _refuse(plan: Plan, digest: str) -> None:
    if plan.digest != digest:
        raise Moved(
            "Since the plan something changed, in the files or here. Look at a new plan, then "
            "apply that.",
            field="digest",
        )
    if not plan.refused:
        return
    details: list[dict[str, object]] = [
        {"message": f"{step.kind} {step.name}: {refusal}", "file": step.file, "line": step.line}
        for step in plan.refused
        for refusal in step.refusals
    ]
    is_forbidden = any(step.is_forbidden for step in plan.refused)
    raise (NotAllowed if is_forbidden else Refused)(
        f"Nothing was done: {len(plan.refused)} of {len(plan.steps)} would be refused. First, "
        f"{details[0]['message']}",
        details=details[:200],
    )


def _row(application: Application, number: int, step: Step, plan: Plan) -> ApplicationStep:
    manifest = plan.manifests.get(step.key)
    return ApplicationStep(
        application=application,
        position=number,
        action=step.action,
        kind=step.kind,
        name=step.name,
        file=step.file,
        words=step.words,
        differences=[each.as_kept() for each in step.differences],
        wanted=plan.wanted.get(step.key, {}),
        text=manifest.text if manifest else "",
        kept_in=step.kept_in,
        team=step.team or "",
    )
