"""Reading a repository and writing down its past: claimed, bounded, and told while it goes on.

Doing it twice is doing it once: a deployment of the past is called by what stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q

from observability.changes import operations as changes
from observability.changes.models import IS_DEPLOYMENT, Change, Commit
from observability.events import commits as told
from observability.events.bodies import repository as named
from observability.events.reports import Told
from observability.history import git, past
from observability.history.git import GitError, Remote
from observability.history.models import HistoryImport
from observability.history.operations.asking import WORK
from observability.history.past import Deployed, Mark, Read
from portal import secrets
from portal.background import enqueue
from portal.outbound.addresses import Reach

SOURCE = "git"
LEASE = timedelta(minutes=2)
TRIES = 3
BATCH = 100
MOST_DEPLOYMENTS = 5_000
MOST_KNOWN = 2_000  # commits that deployments from outside may name later
State = HistoryImport.State
Clock = Callable[[], datetime]


class _Lost(Exception):
    """Someone else holds the work by now."""


def work(*, import_id: str, clock: Clock) -> HistoryImport | None:
    """Read one import if it is due and free; None where it is not."""
    held = _claim(import_id, clock())
    if held is None:
        return None
    try:
        message = _imported(held, clock)
    except _Lost:
        return None
    except GitError as error:
        _failed(held, error, clock())
    else:
        _end(held, State.SUCCEEDED, message, clock())
    held.refresh_from_db()
    return held


def sweep(*, now: datetime) -> None:
    """Send again what is due, and what a worker that died held."""
    due = HistoryImport.objects.filter(state__in=(State.QUEUED, State.RUNNING), next_at__lte=now)
    for pk in due.values_list("pk", flat=True)[:BATCH]:
        enqueue(WORK, import_id=str(pk))


def _claim(import_id: str, now: datetime) -> HistoryImport | None:
    """With another attempt's number, which is the fence: a late worker's writes hit nothing.

    What is begun once more after its last try broke the workers that had it: it ends, too.
    """
    rows = HistoryImport.objects.filter(
        Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lte=now),
        pk=import_id,
        next_at__lte=now,
    )
    claimed = rows.update(
        state=State.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=now + LEASE,
        next_at=now + LEASE,
        message="Looking at the repository.",
    )
    if not claimed:
        return None
    held = HistoryImport.objects.select_related("component__team").get(pk=import_id)
    if held.attempt > TRIES:
        words = f"It was begun {TRIES} times, and no time to its end."
        _end(held, State.FAILED, words, now)
        return None
    return held


def _mine(held: HistoryImport) -> Q:
    return Q(pk=held.pk, attempt=held.attempt, state=State.RUNNING)


def _keep(held: HistoryImport, clock: Clock, message: str, **more: int) -> bool:
    """Keep the lease and say how far it is; False where it is somebody else's."""
    now = clock()
    values = {"lease_until": now + LEASE, "next_at": now + LEASE, "message": message[:400], **more}
    return bool(HistoryImport.objects.filter(_mine(held)).update(**values))


def _end(held: HistoryImport, state: State, message: str, now: datetime) -> None:
    HistoryImport.objects.filter(_mine(held)).update(
        state=state, message=message[:400], finished_at=now, secret=None, lease_until=None
    )


def _failed(held: HistoryImport, error: GitError, now: datetime) -> None:
    if error.is_final or held.attempt >= TRIES:
        _end(held, State.FAILED, error.message, now)
        return
    HistoryImport.objects.filter(_mine(held)).update(
        state=State.QUEUED,
        message=f"{error.message} It is tried again."[:400],
        next_at=now + timedelta(seconds=20 * held.attempt),
        lease_until=None,
    )


def _imported(held: HistoryImport, clock: Clock) -> str:
    def keep_on(message: str) -> bool:
        return _keep(held, clock, message)

    with _place(held, keep_on) as place:
        marks, commits = _read(held, place, keep_on)
    if not marks:
        raise GitError(_nothing(held))
    until = _told_since(held)
    deployed = [
        each
        for each in past.deployed(commits, marks)
        if each.at <= clock() and (until is None or each.at < until)
    ]
    left = len(marks) - len(deployed)
    new = _write(held, deployed[-MOST_DEPLOYMENTS:], clock)
    _know(held, commits)
    return _told(len(commits), len(deployed), new, left, until)


@contextmanager
def _place(held: HistoryImport, keep_on: git.KeepOn) -> Iterator[Path]:
    """The folder itself, or a copy of what is far."""
    if not held.repository.startswith("https://"):
        yield Path(held.repository)
        return
    try:
        secret = secrets.decrypt(held.secret) if held.secret else ""
    except secrets.Undecryptable as error:
        raise GitError(error.message) from error
    reach = Reach.INTERNAL if held.may_reach_inside else Reach.PUBLIC
    remote = Remote(held.repository, secret, reach)
    with git.fetched(remote, keep_on) as place:
        yield place


def _read(
    held: HistoryImport, place: Path, keep_on: git.KeepOn
) -> tuple[list[Mark], Mapping[str, Read]]:
    if held.how == HistoryImport.How.TAGS:
        marks = git.tags(place, held.pattern, keep_on)
        return marks, git.commits(place, [mark.sha for mark in marks], keep_on)
    tip = git.tip(place, held.branch, keep_on)
    commits = git.commits(place, [tip], keep_on)
    only_merges = held.how == HistoryImport.How.MERGES
    return past.branch_marks(commits, tip, only_merges=only_merges), commits


def _nothing(held: HistoryImport) -> str:
    if held.how == HistoryImport.How.TAGS:
        return f"It has no tag that fits “{held.pattern or '*'}”."
    return "Nothing was ever merged to that branch. Count each of its commits instead, or tags."


def _told_since(held: HistoryImport) -> datetime | None:
    """Since when others tell of deployments there: the repository would repeat them."""
    rows = Change.objects.filter(
        IS_DEPLOYMENT, component=held.component, environment=held.environment
    ).exclude(source=SOURCE)
    return rows.order_by("started_at").values_list("started_at", flat=True).first()


def _write(held: HistoryImport, deployed: list[Deployed], clock: Clock) -> int:
    """A batch a transaction, each only while the work is ours; how many were new."""
    new, rows = 0, iter(deployed)
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            words = f"{new} deployments of {len(deployed)} are on the axis."
            if not _keep(held, clock, words, deployments=new):
                raise _Lost
            new += changes.record_past(
                source=SOURCE,
                changes=[(_change(held, each), _commits(held, each)) for each in batch],
            )
    _keep(held, clock, "Nearly done.", deployments=new)
    return new


def _change(held: HistoryImport, each: Deployed) -> Change:
    return Change(
        external_id=f"{held.component_id}@{held.environment}:{each.name}"[-200:],
        kind=Change.Kind.DEPLOYMENT,
        component=held.component,
        environment=held.environment,
        release=each.name[:60],
        title=f"{each.name[:100]} → {held.environment}",
        started_at=each.at,
        finished_at=each.at,
        live_at=each.at,
        outcome=Change.Outcome.SUCCEEDED,
        actor_name=each.head.author[:120],
    )


def _commits(held: HistoryImport, each: Deployed) -> list[Commit]:
    repository = named(held.repository)
    return [
        Commit(
            sha=one.sha,
            repository=repository,
            message=one.message[:1000],
            authored_at=one.authored_at,
            committed_at=one.committed_at,
        )
        for one in each.commits
    ]


def _know(held: HistoryImport, commits: Mapping[str, Read]) -> None:
    newest = sorted(commits.values(), key=lambda one: one.committed_at, reverse=True)
    rows = [
        Told(one.sha, one.message[:200], one.authored_at, one.committed_at)
        for one in newest[:MOST_KNOWN]
    ]
    told.know(named(held.repository), rows)


def _told(commits: int, deployed: int, new: int, left: int, until: datetime | None) -> str:
    words = f"{commits:,} commits read, {deployed:,} deployments found, {new:,} of them new."
    if left and until:
        words += f" {left:,} since {until:%Y-%m-%d} are left out: others tell of them."
    return words
