"""What a person says: do this to exactly this list; and stop."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from pipelines.bulk import selecting
from pipelines.bulk.models import BulkAction, BulkItem
from pipelines.bulk.selecting import Item
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.background import enqueue
from portal.errors import Moved, Refused

WORK = "pipelines.bulk.tasks.work"


@kept("bulk.start", "bulk", "verb")
@transaction.atomic
def start(
    *, verb: str, selection: Mapping[str, Any], digest: str, reason: str, by: User, now: datetime
) -> BulkAction:
    """Do `verb` to the list that was seen, in a worker. Moved where it is another list by now.

    Each piece goes through its own operation, in the name of `by`: what they may not do, what
    moved meanwhile and what is rejected is refused there, and stands beside it.
    """
    access.require(by, "bulk.start")
    if verb not in BulkAction.Verb.values:
        raise Refused(f"Say what to do: {', '.join(BulkAction.Verb.values)}.", field="verb")
    if not reason.strip():
        raise Refused("Say why. It stands beside each of them.", field="reason")
    plan = selecting.plan(verb=verb, selection=selection)
    if plan.digest != digest:
        raise Moved(
            f"The list has moved since you looked: it has {plan.total} now. Look at it again."
        )
    if not plan.items:
        raise Refused("Nothing fits that: there is nothing to do.")
    action = BulkAction.objects.create(
        verb=verb,
        selection=_readable(selection),
        digest=digest,
        reason=reason.strip(),
        total=plan.total,
        asked_by=by,
        asked_at=now,
        next_at=now,
    )
    items = [_item(action, order, item) for order, item in enumerate(plan.items)]
    BulkItem.objects.bulk_create(items, batch_size=500)
    _record("bulk.start", action, by=by, now=now, reason=action.reason, teams=dict(plan.teams))
    enqueue(WORK, action_id=str(action.pk))
    return action


@kept("bulk.stop", "bulk", "action")
@transaction.atomic
def stop(*, action: BulkAction, by: User, now: datetime) -> BulkAction:
    """Leave the rest as it is. What was done stays done."""
    access.require(by, "bulk.stop")
    held = BulkAction.objects.select_for_update().get(pk=action.pk)
    if held.is_finished:
        raise Moved("It has ended already; there is nothing to stop.")
    held.state, held.finished_at = BulkAction.State.STOPPED, now
    held.next_at = held.lease_until = None
    held.save(update_fields=["state", "finished_at", "next_at", "lease_until"])
    waiting = held.items.filter(state=BulkItem.State.WAITING)
    waiting.update(state=BulkItem.State.LEFT, message=f"{by.full_name} stopped it before.")
    _record("bulk.stop", held, by=by, now=now)
    return held


def _readable(selection: Mapping[str, Any]) -> dict[str, str]:
    """As it is kept: times as text, nothing that was left empty."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in selection.items()
        if value
    }


def _item(action: BulkAction, order: int, item: Item) -> BulkItem:
    is_run = action.verb in selecting.OF_RUNS
    return BulkItem(
        action=action,
        order=order,
        run_id=item.pk if is_run else None,
        delivery_id=None if is_run else item.pk,
        title=item.title,
        team=item.team,
        client=item.client,
    )


def _record(
    verb: str,
    action: BulkAction,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    teams: Mapping[str, int] | None = None,
) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="bulk",
        thing=action,
        thing_id=action.pk,
        team=action.selection.get("team", ""),
        component=action.selection.get("component", ""),
        environment=action.selection.get("environment", ""),
        reason=reason,
        after={
            "verb": action.verb,
            "selection": action.selection,
            "total": action.total,
            "done": action.done,
            "refused": action.refused,
            **({"teams": teams} if teams else {}),
        },
    )
