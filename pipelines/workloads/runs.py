"""Runs as work: what a sandbox does now, what waits, and why something does not begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, QuerySet

from pipelines.runs.models import Attempt, Run
from pipelines.schedules import queries as schedules
from portal.accounts.models import Team
from portal.workers import reasons, rows
from portal.workers.base import MOST, Amount, Doing, Stuck, Verb

WAITS = "Waits:"  # how the message of a run begins that may not begin


class Runs:
    """Executions of queries."""

    queue = "runs"
    title = "Runs"

    def doing(self) -> Iterator[Doing]:
        found = Attempt.objects.filter(run__state=Run.State.RUNNING, number=F("run__attempt"))
        for row in found.select_related(
            "run__transformation__component", "run__environment", "run__team", "version"
        ).order_by("pk")[:MOST]:
            yield Doing(
                row.worker,
                f"{_called(row.run)}, {row.version}",
                f"/runs/{row.run.number}/",
                row.run.team.name,
                row.started_at,
                row.run.lease_until,
            )

    def amount(self, now: datetime) -> Amount:
        queued = Run.objects.filter(state=Run.State.QUEUED)
        return rows.amount(queued, Attempt.objects.filter(finished_at__isnull=False), now)

    def stuck(self, now: datetime, team: str) -> Iterator[Stuck]:
        """Queued and not begun, lost with its worker, or due and not even queued."""
        own = Run.objects.filter(rows.of(team, "team"))
        queued = own.filter(rows.overdue(now), state=Run.State.QUEUED)
        for run in _whole(queued).order_by("next_at")[:MOST]:
            yield _stuck(run, _why(run, now), self.queue)
        lost = own.filter(state=Run.State.RUNNING, lease_until__lt=now)
        for run in _whole(lost).order_by("lease_until")[:MOST]:
            yield _stuck(run, reasons.lease_over(run.lease_until, now), self.queue)
        teams = Team.objects.filter(name=team) if team else None
        for one in schedules.late(now=now, teams=teams, most=MOST):
            if one.number is None:
                title = f"A due run of {one.component} in {one.environment}"
                yield Stuck(title, one.url, one.team, one.due_at, "control", one.words)


def _whole(found: QuerySet[Run]) -> QuerySet[Run]:
    return found.select_related("transformation__component__team", "environment", "team")


def _called(run: Run) -> str:
    return f"Run {run.number} of {run.transformation.component.name} in {run.environment.name}"


def _why(run: Run, now: datetime) -> str:
    """That it is paused is said in its message; else that it is tried again; else its queue."""
    if run.message.startswith(WAITS):
        return f"{run.message} Resume it there, or cancel the run."
    return rows.why(run, now)


def _stuck(run: Run, why: str, queue: str) -> Stuck:
    url = f"/runs/{run.number}/"
    return Stuck(
        title=_called(run),
        url=url,
        team=run.team.name,
        since=run.queued_at,
        queue=queue,
        why=why,
        thing=run.transformation.component,
        verbs=(Verb("run.cancel", "Cancel…", f"{url}cancel", "x"),),
    )
