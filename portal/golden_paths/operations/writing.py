"""What every verb of a golden path's use leaves behind: an audit entry, a message to work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.background import enqueue
from portal.errors import Moved, NotAllowed
from portal.golden_paths import lifecycle
from portal.golden_paths.models import PathRun

WORK = "portal.golden_paths.tasks.work"


def locked(run: PathRun) -> PathRun:
    """The row as it is now, kept as it is until this transaction ends; before any of its steps."""
    return (
        PathRun.objects.select_for_update(of=("self",))
        .select_related("path", "version", "team", "started_by", "acts_for", "token")
        .get(pk=run.pk)
    )


def refuse_unless(run: PathRun, verb: str) -> str:
    """The state that `verb` leads to; Moved, in words, where the state does not allow it."""
    state = lifecycle.after(run.state, verb)
    if state is None:
        raise Moved(lifecycle.why_not(run.state, verb, f"{run.path.title} {run}"))
    return state


def permit(run: PathRun, by: User) -> None:
    """Whoever started it may change it, and developers of the team that it is for."""
    if by.pk == run.started_by_id:
        access.require(by, "golden_path.start")
    elif run.team is not None or by.is_platform:
        access.require(by, "golden_path.change", run.team)
    else:
        access.require(by, "golden_path.start")
        raise NotAllowed(
            f"You may not retry, undo or cancel this. {run.started_by.full_name} started it and "
            "can, as can someone with the platform role."
        )


def set_going(run: PathRun, *, by: User) -> None:
    """From now on its steps are done with this person's rights, and this token's scopes."""
    run.acts_for, run.token = by, by.token


def note(
    run: PathRun,
    verb: str,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    **more: Any,
) -> None:
    """The audit entry of a verb on a use of a path."""
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="golden path",
        thing=f"{run.title} {run}",
        thing_id=run.pk,
        team=run.team.name if run.team else "",
        reason=reason,
        **more,
    )


def send(run: PathRun) -> None:
    """Tell a control worker to look at it."""
    enqueue(WORK, path_run_id=str(run.pk))
