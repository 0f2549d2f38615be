"""What became of each deployment: did it fail, what restored it, which commits it brought. Pure.

A deployment counts when it was in production: it began to serve, or ended well. What failed
before that says something about pipelines, not about delivery, and is left out.

It failed where someone had to act at once: it was rolled back, fixed by another one, ended as
failed after it was live, caused an incident, or its content was rejected while it was live. A
person's word goes first. It is restored by what reversed or fixed it, or when the incident was over
that it caused, else by the next one there that did not fail.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from observability.dora.history import NOTHING, Commit, Deployment, Known, Place, Said
from portal.typed import whole

REVERSES, FIXES, CAUSED_BY = "reverses", "fixes", "caused_by"
INCIDENT = "incident"  # caused by it, and over when it was "reached"
ROLLBACK = "rollback"
WHY = {
    REVERSES: "rolled back",
    FIXES: "fixed by another deployment",
    CAUSED_BY: "its content was rejected",
    INCIDENT: "it caused an incident",
}
REVERT, REVERTS = 'Revert "', "This reverts commit"
REVERTED = re.compile(r"revert(\([^)]*\))?!?:", re.IGNORECASE)
NO_FAILURE = (Said.NOT_A_FAILURE, Said.NOT_CAUSED_BY_A_CHANGE)


@dataclass(slots=True)
class Verdict:
    """A deployment that was in production, and what became of it. Durations are seconds."""

    deployment: Deployment
    at: datetime
    failed: str = ""  # why, in words
    is_rework: bool = False
    is_baseline: bool = False  # the first one there: its commits have no lead time
    brought: int = 0  # commits, new there or not
    leads: list[float] = field(default_factory=list)  # of commits that were new there
    deliveries: list[float] = field(default_factory=list)  # commit to first correct delivery
    undelivered: int = 0  # commits that wait for it
    undated: int = 0  # commits of which nobody said when they were made
    skewed: int = 0  # a clock was ahead: counted as zero
    recovery: float | None = None
    restored_by: str = ""

    @property
    def is_open(self) -> bool:
        """It failed and nothing has restored it: censored, not forgotten."""
        return bool(self.failed) and self.recovery is None


def judge(deployments: Iterable[Deployment], known: Known = NOTHING) -> list[Verdict]:
    """Verdicts about those that were in production, in that order."""
    reached = [(at, one.id, one) for one in deployments if (at := one.reached_at)]
    reached.sort(key=itemgetter(0, 1))
    begun, seen = set(known.places), set(known.commits)
    waits = {place: _from_release_on(found) for place, found in known.deliveries.items()}
    verdicts = []
    for at, _, one in reached:
        verdict = Verdict(one, at, brought=len(one.commits))
        place = (one.component, one.environment)
        if place not in begun:
            begun.add(place)
            verdict.is_baseline = True
        new: list[Commit] = []
        if one.commits:
            new = [each for each in one.commits if (place, each.sha) not in seen]
            seen.update((place, each.sha) for each in new)
            if verdict.is_baseline:
                new = []  # what it began with is nobody's repair
            else:
                _count(verdict, new, waits.get(place))
        verdict.is_rework = is_rework(one, new)
        verdict.failed = why_failed(one)
        verdicts.append(verdict)
    _restore(verdicts)
    return verdicts


def is_rework(one: Deployment, new: Iterable[Commit] = ()) -> bool:
    """Not planned: made to mend what was in production. `new`: commits that were not there."""
    if one.said in {Said.PLANNED, Said.UNPLANNED}:
        return one.said == Said.UNPLANNED
    if one.kind == ROLLBACK or one.mends or not one.is_planned:
        return True
    return any(commit.is_revert for commit in new)


def is_revert(message: str) -> bool:
    """As git, GitHub and those who write `revert: …` say it. Taking back a revert is none."""
    title = message.partition("\n")[0].strip()
    times = 0
    while title.startswith(REVERT):
        title, times = title.removeprefix(REVERT), times + 1
    if times:
        return times % 2 == 1
    if REVERTED.match(title):
        return True
    return not title.startswith("Reapply") and REVERTS in message


def why_failed(one: Deployment) -> str:
    """Why a deployment that was in production needed someone at once; "" where it did not."""
    if one.said in NO_FAILURE:
        return ""
    if one.said == Said.FAILURE:
        return "a person said so"
    for each in one.interventions:
        if not each.is_called_off:
            return WHY[each.kind]
    return "failed while it was live" if one.outcome == "failed" else ""


def _count(verdict: Verdict, new: list[Commit], waits: _Waits | None) -> None:
    """Lead times of commits that are in production for the first time."""
    due = waits.from_on(verdict.deployment.release) if waits else None
    for commit in new:
        if commit.committed_at is None:
            verdict.undated += 1
            continue
        verdict.leads.append(_seconds(verdict, commit.committed_at, verdict.at))
        if due is not None:
            verdict.deliveries.append(max((due - commit.committed_at).total_seconds(), 0.0))
        elif waits:
            verdict.undelivered += 1


def _seconds(verdict: Verdict, start: datetime, end: datetime) -> float:
    """Zero where a clock was ahead, and said so: dropping it would flatter the others."""
    seconds = (end - start).total_seconds()
    if seconds >= 0:
        return seconds
    verdict.skewed += 1
    return 0.0


def _restore(verdicts: list[Verdict]) -> None:
    failed = [each for each in verdicts if each.failed]
    if not failed:
        return
    wanted = {(each.deployment.component, each.deployment.environment) for each in failed}
    after: dict[Place, list[Verdict]] = defaultdict(list)
    for each in verdicts:
        if not each.failed and (
            (place := (each.deployment.component, each.deployment.environment)) in wanted
        ):
            after[place].append(each)
    for each in failed:
        place = (each.deployment.component, each.deployment.environment)
        if found := _linked(each) or (not _is_on(each) and _next(each, after[place])):
            at, each.restored_by = found
            each.recovery = _seconds(each, each.at, at)


def _linked(failed: Verdict) -> tuple[datetime, str] | None:
    """The first of those that say that they reverse or fix it."""
    found = [
        (link.reached_at, link.by)
        for link in failed.deployment.interventions
        if link.kind != CAUSED_BY and link.reached_at is not None
    ]
    return min(found, default=None)


def _is_on(failed: Verdict) -> bool:
    """Whether an incident that it caused goes on: then nothing that merely came next mended it."""
    return any(
        link.kind == INCIDENT and link.reached_at is None
        for link in failed.deployment.interventions
    )


def _next(failed: Verdict, healthy: list[Verdict]) -> tuple[datetime, str] | None:
    """The next one in its place that did not fail."""
    found = bisect_left(
        healthy,
        (failed.at, failed.deployment.id),
        key=lambda each: (each.at, each.deployment.id),
    )
    return (healthy[found].at, healthy[found].deployment.id) if found < len(healthy) else None


@dataclass(frozen=True, slots=True)
class _Waits:
    """When a release, or one after it, reached a client first: by rising release."""

    releases: list[int]
    first: list[datetime]

    def from_on(self, release: str) -> datetime | None:
        number = whole(release)
        if number is None:
            return None
        found = bisect_left(self.releases, number)
        return self.first[found] if found < len(self.first) else None


def _from_release_on(delivered: Mapping[int, datetime]) -> _Waits:
    releases = sorted(delivered)
    first: list[datetime] = []
    for release in reversed(releases):
        at = delivered[release]
        first.append(min(at, first[-1]) if first else at)
    return _Waits(releases, first[::-1])
