"""What people decide about what they started: once more, stop here, take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.audit.refusals import kept
from portal.errors import Moved, Refused
from portal.failpoints import hit
from portal.golden_paths import queries
from portal.golden_paths.models import PathAttempt, PathRun, PathStep
from portal.golden_paths.operations import writing

CANCELLED = "Cancelled before it began."
NEVER = "Never begun."


@kept("golden_path.retry", "golden path", "step")
@transaction.atomic
def retry(*, step: PathStep, by: User, now: datetime) -> PathStep:
    """Try the step that failed once more, and then go on. What is done stays as it is."""
    run = writing.locked(step.run)
    writing.permit(run, by)
    state = writing.refuse_unless(run, "retry")
    # It begins anew; undoing needs what it kept.
    fresh: dict[str, Any] = {} if step.is_undoing else {"kept": {}}
    mended = PathStep.objects.filter(pk=step.pk, state=PathStep.State.FAILED).update(
        state=PathStep.State.PENDING, tries=0, next_at=now, finished_at=None, **fresh
    )
    if not mended:
        raise Moved(f"“{step.title}” has not failed. Look at it again.")
    run.state, run.message, run.finished_at = PathRun.State(state), "", None
    writing.set_going(run, by=by)
    run.save(update_fields=["state", "message", "finished_at", "acts_for", "token"])
    hit("golden_paths.retrying")
    writing.note(run, "golden_path.retry", by=by, now=now, after={"step": step.name})
    writing.send(run)
    step.refresh_from_db()
    return step


@kept("golden_path.cancel", "golden path", "run")
@transaction.atomic
def cancel(*, run: PathRun, by: User, now: datetime, reason: str = "") -> PathRun:
    """Begin no further step. What is done stays; what waits goes on without being waited for."""
    current = writing.locked(run)
    writing.permit(current, by)
    current.state = PathRun.State(writing.refuse_unless(current, "cancel"))
    unfinished = PathStep.objects.filter(run=current)
    held = list(unfinished.filter(state=PathStep.State.RUNNING))
    for step in held:
        PathAttempt.objects.filter(step=step, number=step.attempt).update(
            state=PathStep.State.SKIPPED, message=CANCELLED, finished_at=now
        )
    unfinished.filter(state__in=(PathStep.State.PENDING, PathStep.State.RUNNING)).update(
        state=PathStep.State.SKIPPED, message=CANCELLED, next_at=None, lease_until=None
    )
    for step in unfinished.filter(state=PathStep.State.WAITING):
        words = f"{step.message} Nobody waits for it any more."
        PathAttempt.objects.filter(step=step, number=step.attempt).update(
            state=PathStep.State.LEFT, message=words, finished_at=now
        )
        PathStep.objects.filter(pk=step.pk).update(
            state=PathStep.State.LEFT, message=words, next_at=None, finished_at=now
        )
    said = f": “{reason.strip()}”" if reason.strip() else ""
    current.message, current.finished_at = f"Cancelled by {by.full_name}{said}.", now
    current.save(update_fields=["state", "message", "finished_at"])
    hit("golden_paths.cancelling")
    writing.note(current, "golden_path.cancel", by=by, now=now, reason=reason)
    return current


@kept("golden_path.undo", "golden path", "run")
@transaction.atomic
def undo(*, run: PathRun, by: User, now: datetime, reason: str = "") -> PathRun:
    """Take back what can be taken back, the last step first."""
    current = writing.locked(run)
    writing.permit(current, by)
    state = writing.refuse_unless(current, "undo")
    if not reason.strip():
        raise Refused("Say why: it stands in the history from then on.", field="reason")
    found = queries.undoing(current)
    can = [each for each in found if each.can_undo]
    stay = [each for each in found if not each.can_undo]
    if not can:
        why = " ".join(f"“{each.step.title}” stays: {each.words}" for each in stay)
        raise Moved(f"Nothing of this can be taken back. {why}".strip())
    PathStep.objects.filter(run=current, state=PathStep.State.PENDING).update(
        state=PathStep.State.SKIPPED, message=NEVER, next_at=None
    )
    rows = PathStep.objects.filter(pk__in=[each.step.pk for each in can])
    rows.update(is_undoing=True, state=PathStep.State.PENDING, tries=0, finished_at=None)
    PathStep.objects.filter(pk=can[0].step.pk).update(next_at=now)
    current.state, current.message, current.reason = PathRun.State(state), "", reason.strip()
    current.finished_at = None
    writing.set_going(current, by=by)
    current.save(update_fields=["state", "message", "reason", "finished_at", "acts_for", "token"])
    hit("golden_paths.undoing")
    after = {"steps": [each.step.name for each in can]}
    writing.note(current, "golden_path.undo", by=by, now=now, reason=reason, after=after)
    writing.send(current)
    return current
