"""Which commits a deployment from outside brought: those it names, and those known up to it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from django.db.models import Exists, Min, OuterRef

from observability.changes import operations as changes
from observability.changes.models import Change, Commit
from observability.events.models import KnownCommit
from observability.events.reports import MOST_COMMITS, Told

AGAIN = 20  # deployments that waited for a commit


def know(repository: str, told: Iterable[Told]) -> None:
    """Remember commits before they are deployed; what was deployed without times gets them."""
    rows = [
        KnownCommit(
            repository=repository,
            sha=each.sha,
            message=each.message,
            authored_at=each.authored_at,
            committed_at=each.committed_at,
        )
        for each in sorted(told, key=attrgetter("sha"))  # two that tell the same wait in line
    ]
    KnownCommit.objects.bulk_create(rows, ignore_conflicts=True)
    waiting = Commit.objects.filter(
        repository=repository, sha__in=[row.sha for row in rows], committed_at=None
    ).select_related("change")
    for commit in waiting.order_by("-id")[:AGAIN]:
        bring(commit.change, repository, commit.sha, ())


def bring(change: Change, repository: str, sha: str, told: Iterable[Told]) -> None:
    """Attach what it brought: what it names, and what is known up to it since the one before."""
    found = {each.sha: each for each in told if each.sha}
    if sha and sha not in found:
        found[sha] = Told(sha)
    known = {row.sha: row for row in _known(change, repository, sha)} if repository else {}
    if repository and (lacking := [name for name in found if name not in known]):
        rows = KnownCommit.objects.filter(repository=repository, sha__in=lacking)
        known |= {row.sha: row for row in rows}
    names = dict.fromkeys([*found, *known])
    changes.add_commits(
        change=change, commits=[_row(found.get(n), known.get(n), repository) for n in names]
    )
    _fill(change, known, found)


def _known(change: Change, repository: str, sha: str) -> list[KnownCommit]:
    """Up to its own commit, without those that came with an earlier deployment here.

    Nor those before all that ever came here: the first deployment brought them, unsaid.
    """
    head = KnownCommit.objects.filter(repository=repository, sha=sha).first()
    if head is None or head.committed_at is None:
        return [head] if head else []
    earlier = Commit.objects.filter(
        change__component=change.component_id,
        change__environment=change.environment,
        change__started_at__lt=change.started_at,
    )
    floor = earlier.aggregate(at=Min("committed_at"))["at"]
    rows = KnownCommit.objects.filter(
        ~Exists(earlier.filter(sha=OuterRef("sha"))),
        repository=repository,
        committed_at__lte=head.committed_at,
    )
    rows = rows.filter(committed_at__gte=floor) if floor else rows
    return list(rows.order_by("-committed_at")[:MOST_COMMITS])


def _row(told: Told | None, known: KnownCommit | None, repository: str) -> Commit:
    one = told or known
    assert one, "named by one of both"
    return Commit(
        sha=one.sha,
        repository=repository,
        message=(told and told.message) or (known.message if known else ""),
        authored_at=(told and told.authored_at) or (known.authored_at if known else None),
        committed_at=(told and told.committed_at) or (known.committed_at if known else None),
    )


def _fill(change: Change, known: dict[str, KnownCommit], told: dict[str, Told]) -> None:
    """Times that were not known when the commit was attached."""
    for row in Commit.objects.filter(change=change, committed_at=None, sha__in=[*known, *told]):
        source = known.get(row.sha) or told.get(row.sha)
        if source and source.committed_at:
            row.committed_at = source.committed_at
            row.authored_at = row.authored_at or source.authored_at
            row.message = row.message or source.message
            row.save(update_fields=["committed_at", "authored_at", "message"])
