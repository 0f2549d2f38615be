"""Writing the axis of changes. Upper floors write facts down; nobody here asks upward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from observability.changes.models import Change, Commit, Link
from portal.accounts.models import User
from portal.audit.operations import NOBODY
from portal.catalog.models import Component

SOURCE = "slipway"


def record(
    *,
    kind: Change.Kind,
    external_id: str,
    component: Component | None,
    title: str,
    by: User | None,
    started_at: datetime,
    outcome: Change.Outcome,
    finished_at: datetime | None = None,
    environment: object = "",
    release: object = "",
    reason: str = "",
    url: str = "",
    is_planned: bool = True,
    live_at: datetime | None = None,
    source: str = SOURCE,
) -> Change:
    """Add a change, or bring the one with the same (source, external id) up to date."""
    change, _ = Change.objects.update_or_create(
        source=source,
        external_id=external_id,
        defaults={
            "outcome": outcome,
            "finished_at": finished_at,
            "title": title,
            **({"live_at": live_at} if live_at else {}),
        },
        create_defaults={
            "kind": kind,
            "component": component,
            "environment": str(environment),
            "release": str(release),
            "title": title,
            "started_at": started_at,
            "finished_at": finished_at,
            "live_at": live_at,
            "outcome": outcome,
            "is_planned": is_planned,
            "actor": by,
            "actor_name": by.full_name if by else NOBODY,
            "reason": reason,
            "url": url,
        },
    )
    return change


def finish(
    *, external_id: str, outcome: Change.Outcome, now: datetime, source: str = SOURCE
) -> None:
    """Say how a change that was recorded as running ended."""
    Change.objects.filter(source=source, external_id=external_id).update(
        outcome=outcome, finished_at=now
    )


def reach(*, external_id: str, now: datetime, source: str = SOURCE) -> None:
    """Say that a deployment serves from now on, however it will end."""
    Change.objects.filter(source=source, external_id=external_id).update(live_at=now)


def unplan(*, change: Change) -> None:
    """Say that a change was not planned: it was made to mend another one."""
    Change.objects.filter(pk=change.pk).update(is_planned=False)


def link(*, change: Change, other: Change, kind: Link.Kind, evidence: str = "") -> None:
    """Connect two changes; saying it twice is saying it once. `evidence`: by what it was seen."""
    Link.objects.get_or_create(
        change=change, other=other, kind=kind, defaults={"evidence": evidence}
    )


def record_past(*, source: str, changes: Sequence[tuple[Change, list[Commit]]]) -> int:
    """Add changes of the past (unsaved, with what they brought) that are not there; how many."""
    names = [change.external_id for change, _ in changes]
    rows = Change.objects.filter(source=source, external_id__in=names)
    known = set(rows.values_list("external_id", flat=True))
    new = [(change, commits) for change, commits in changes if change.external_id not in known]
    for change, commits in new:
        change.source = source
        for commit in commits:
            commit.change = change
    Change.objects.bulk_create([change for change, _ in new])
    Commit.objects.bulk_create([commit for _, commits in new for commit in commits])
    return len(new)


def add_commits(*, change: Change, commits: Iterable[Commit]) -> None:
    """Attach commits (unsaved, without their change) to a change; known ones stay."""
    rows = list(commits)
    for commit in rows:
        commit.change = change
    Commit.objects.bulk_create(rows, ignore_conflicts=True)
