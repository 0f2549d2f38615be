"""Steps are done in their order, each in a transaction of its own, until one is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from portal import context
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.errors import Moved, NotAllowed, Refused
from portal.manifests import queries
from portal.manifests.kinds import registry
from portal.manifests.kinds.base import Fields, Task
from portal.manifests.models import Application, ApplicationStep, Kept
from portal.manifests.world import APPLY, World

State = ApplicationStep.State


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
    permit(by)
    if application.applied_by_id != by.pk:
        raise NotAllowed(
            f"{application.applied_by.full_name} began it and can go on with it, nobody else. "
            "Apply the files yourself."
        )
    while _next(application, by, now(), secrets or {}) and goes_on():
        pass
    application.refresh_from_db()
    return application


def permit(by: User) -> None:
    """Somebody who may keep things of some team in files; the plan says which."""
    if not access.teams_where(by, APPLY).exists():
        access.require(by, APPLY)


def _next(application: Application, by: User, now: datetime, secrets: Mapping[str, str]) -> bool:
    """Do the next step; whether there may be another one."""
    try:
        with transaction.atomic():
            current = Application.objects.select_for_update().get(pk=application.pk)
            if current.state != Application.State.WORKING:
                return False
            step = queries.steps(current).filter(position=current.position).first()
            if step is None:
                finish(current, Application.State.DONE, "", by, now)
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
    finish(current, Application.State.STOPPED, message, by, now)


def finish(
    current: Application, state: Application.State, message: str, by: User | None, now: datetime
) -> None:
    """How it ended. Its row is locked; `by` is None where nobody asked for it."""
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
    _refuse_kept_elsewhere(step, application)
    present = queries.present(step.kind, step.name)
    _permit_step(step, present, by)
    if step.action in {"create", "change", "remove"}:
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


def _refuse_kept_elsewhere(step: ApplicationStep, application: Application) -> None:
    """Refused where other files keep the thing since the plan. The row stays as it is meanwhile."""
    held = Kept.objects.select_for_update().filter(kind=step.kind, name=step.name).first()
    if held is not None and held.source not in {application.source, step.kept_in}:
        raise Moved(
            f"Since the plan it is kept in {held.source}, file {held.file}. Look at a new plan."
        )
    if held is None and step.action == "remove":
        raise Moved("Since the plan it was let go of: no file keeps it. Look at a new plan.")


def _permit_step(step: ApplicationStep, present: Fields | None, by: User) -> None:
    """Asked again at its turn: the thing may be another team's by now, or the role be gone."""
    name = step.team if present is None else registry.kind_of(step.kind).team(step.name, present)
    access.require(by, APPLY, Team.objects.filter(name=name).first() if name else None)


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
