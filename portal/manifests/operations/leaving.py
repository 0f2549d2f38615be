"""What is given up: a thing that files keep, and an application that does not go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved
from portal.manifests import queries
from portal.manifests.kinds import registry
from portal.manifests.models import Application
from portal.manifests.operations.working import finish
from portal.manifests.world import APPLY

STILL = timedelta(minutes=5)  # an application that does no step so long is left behind by others
LONGEST = timedelta(days=1)
LEFT, WORKING = Application.State.LEFT, Application.State.WORKING


@kept("manifest.let_go", "files", "name")
@transaction.atomic
def let_go(*, kind: str, name: str, by: User, now: datetime, reason: str = "") -> None:
    """Keep a thing in no file any more: pages have it from now on, until files say it again."""
    held = queries.kept_thing(kind, name)
    team = queries.team_of(held)
    access.require(by, APPLY, team)
    held.delete()
    audit.record(
        verb="manifest.let_go",
        by=by,
        now=now,
        kind=registry.kind_of(kind).noun,
        thing=name,
        team=team.name if team else "",
        reason=reason,
        before={"source": held.source, "file": held.file},
    )


def leave_others(*, source: str, by: User, now: datetime) -> None:
    """End what is under way of this source, one's own and what stands still; else Moved."""
    rows = Application.objects.filter(source=source, state=WORKING).select_related("applied_by")
    for one in rows.select_for_update(of=("self",)).order_by("pk"):
        if one.applied_by_id != by.pk and queries.last_step_at(one) > now - STILL:
            raise Moved(
                f"{one.applied_by.full_name} applies files of {source} since "
                f"{one.started_at:%H:%M} UTC. Wait until that is over, then look at a new plan."
            )
        finish(one, LEFT, "The files were applied anew before it was done.", by, now)


def leave_behind(*, now: datetime, most: int = 20) -> int:
    """End what is under way for a day, so that its documents don't stay here. How many."""
    late = Application.objects.filter(state=WORKING, started_at__lt=now - LONGEST).order_by("pk")
    left = 0
    for pk in late.values_list("pk", flat=True)[:most]:
        with transaction.atomic():
            one = late.select_for_update(skip_locked=True).filter(pk=pk).first()
            if one is not None:
                finish(one, LEFT, "It did not come to its end within a day.", None, now)
                left += 1
    return left
