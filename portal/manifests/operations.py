"""Applying files: a plan that was agreed to becomes steps, and each is done once or refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db import transaction

from portal import context
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept as refusals_kept
from portal.errors import Moved, NotAllowed, NotFound, Refused
from portal.manifests import queries
from portal.manifests.kinds import registry
from portal.manifests.kinds.base import Fields, Task
from portal.manifests.models import Application, ApplicationStep, Kept
from portal.manifests.planning import Plan, Step
from portal.manifests.reading import File
from portal.manifests.world import APPLY, World

State = ApplicationStep.State


@refusals_kept(APPLY, "files", "source")
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
) -> Application:
    """Take the steps of a plan in hand; `work` does them. `digest` is that of the plan agreed to.

    Asked again while they are under way, it is the same application: nothing begins twice.
    """
    _permit(by)
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
    Application.objects.filter(source=source, state=Application.State.WORKING).update(
        state=Application.State.LEFT, finished_at=now
    )
    application = Application.objects.create(
        source=source,
        digest=digest,
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


def work(
    *,
    application: Application,
    by: User,
    now: Callable[[], datetime],
    goes_on: Callable[[], bool],
    secrets: Mapping[str, str] | None = None,
) -> Application:
    """Do its next steps while `goes_on` says so, each in a transaction of its own.

    A refusal ends it; what was done stays done, and a new plan says what is left.
    """
    _permit(by)
    if application.applied_by_id != by.pk:
        raise NotAllowed("Only whoever began it goes on with it. Apply the files yourself.")
    while _next(application, by, now(), secrets or {}) and goes_on():
        pass
    application.refresh_from_db()
    return application


@refusals_kept("manifest.let_go", "files", "name")
@transaction.atomic
def let_go(*, kind: str, name: str, by: User, now: datetime, reason: str = "") -> None:
    """Keep a thing in no file any more: pages have it from now on, until files say it again."""
    held = queries.kept_of(kind, name)
    if held is None:
        raise NotFound(f"No file keeps {kind} {name}.", field="name")
    fields = queries.present(kind, name) or held.fields
    team = registry.kind_of(kind).team(name, fields)
    access.require(by, APPLY, Team.objects.filter(name=team).first() if team else None)
    held.delete()
    audit.record(
        verb="manifest.let_go",
        by=by,
        now=now,
        kind=registry.kind_of(kind).noun,
        thing=name,
        team=team or "",
        reason=reason,
        before={"source": held.source, "file": held.file},
    )


def _permit(by: User) -> None:
    """Somebody who may keep things of some team in files; the plan says which."""
    if not access.teams_where(by, APPLY).exists():
        access.require(by, APPLY)


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
    )


def _next(application: Application, by: User, now: datetime, secrets: Mapping[str, str]) -> bool:
    """Do the next step; whether there may be another one."""
    try:
        with transaction.atomic():
            current = Application.objects.select_for_update().get(pk=application.pk)
            if current.state != Application.State.WORKING:
                return False
            step = queries.steps(current).filter(position=current.position).first()
            if step is None:
                _finish(current, Application.State.DONE, "", by, now)
                return False
            _do(step, current, by, now, secrets)
            step.state, step.done_at = State.DONE, now
            step.save(update_fields=["state", "done_at"])
            current.position += 1
            current.save(update_fields=["position"])
    except Refused as refused:
        _stop(application, refused, by, now)
        return False
    return True


@transaction.atomic
def _stop(application: Application, refused: Refused, by: User, now: datetime) -> None:
    current = Application.objects.select_for_update().get(pk=application.pk)
    step = queries.steps(current).filter(position=current.position).first()
    if step is None or current.state != Application.State.WORKING:
        return
    step.state, step.message = State.REFUSED, refused.message
    step.save(update_fields=["state", "message"])
    message = f"{step.kind} {step.name}: {refused.message}"
    _finish(current, Application.State.STOPPED, message, by, now)


def _finish(
    current: Application, state: Application.State, message: str, by: User, now: datetime
) -> None:
    current.state, current.message, current.finished_at = state, message, now
    current.save(update_fields=["state", "message", "finished_at"])
    queries.steps(current).exclude(text="").update(text="")  # done with: the repository has it
    audit.record(
        verb=APPLY,
        by=by,
        now=now,
        kind="files",
        thing=current.source,
        thing_id=current.pk,
        reason=message or f"Plan {current.digest}",
        after={"state": state, "done": current.position, "of": current.size},
    )


def _do(
    step: ApplicationStep,
    application: Application,
    by: User,
    now: datetime,
    secrets: Mapping[str, str],
) -> None:
    """One step, by the operations of its kind, and where the thing is kept from now on."""
    kind = registry.kind_of(step.kind)
    if step.action in {"create", "change", "remove"}:
        present = queries.present(step.kind, step.name)
        _refuse_moved(step, present, World(by=by, now=now, given=secrets))
        task = Task(
            key=(step.kind, step.name),
            wanted=step.wanted,
            present=present,
            differing={each["field"].partition(".")[0] for each in step.differences},
            text=step.text,
            by=by,
            now=now,
            reason=f"Kept in {application.source}, {step.file}.",
            secrets=secrets,
        )
        with context.occasion_of(f"By files, plan {application.digest[:19]}: {step.file}"):
            (kind.leave if step.action == "remove" else kind.do)(task)
    if step.action in {"remove", "leave"}:
        Kept.objects.filter(kind=step.kind, name=step.name).delete()
        return
    Kept.objects.update_or_create(
        kind=step.kind,
        name=step.name,
        defaults={
            "source": application.source,
            "file": step.file,
            "fields": step.wanted,
            "application": application,
            "applied_at": now,
        },
    )


def _refuse_moved(step: ApplicationStep, present: Fields | None, world: World) -> None:
    """Refused where the thing is no longer as the plan saw it."""
    if step.action == "remove":
        return
    kind = registry.kind_of(step.kind)
    found = kind.differences(step.name, step.wanted, present or {}, world)
    seen = [(each["field"], each["before"], each["after"]) for each in step.differences]
    now = [(each.field, *(each.kept or (each.before, each.after))) for each in found]
    if (present is None) != (step.action == "create") or _plain(now) != _plain(seen):
        raise Moved("It changed since the plan. Look at a new plan, then apply that.")


def _plain(differences: list[tuple[str, object, object]]) -> list[str]:
    """In whichever order they come: what was stored has forgotten it."""
    return sorted(json.dumps(each, sort_keys=True, default=str) for each in differences)
