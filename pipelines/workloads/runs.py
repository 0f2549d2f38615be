"""Runs as work: what a sandbox does now, what waits, and why something does not begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

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
        for row in _RUNNING.rows():
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

    def stuck(self, now: datetime, team: str | None) -> Iterator[Stuck]:
        """Queued and not begun, lost with its worker, or due and not even queued."""
        for run in _QUEUED.rows(now=now, team=team):
            yield _stuck(run, _why(run, now), self.queue)
        for run in _LOST.rows(now=now, team=team):
            yield _stuck(run, reasons.lease_over(run.lease_until, now), self.queue)
        named = Team.objects.filter(name=team).values_list("pk", flat=True)
        teams = None if team is None else list(named)
        for one in schedules.late(now=now, teams=teams, most=MOST):
            if one.number is None:
                title = f"A due run of {one.component} in {one.environment}"
                yield Stuck(title, one.url, one.team, one.due_at, "control", one.words)


def _running() -> QuerySet[Attempt]:
    found = Attempt.objects.filter(run__state=Run.State.RUNNING, number=F("run__attempt"))
    return found.select_related(
        "run__transformation__component", "run__environment", "run__team", "version"
    )


def _of(team: Any, state: str) -> QuerySet[Run]:
    found = Run.objects.filter(rows.of(team, "team"), state=state)
    return found.select_related("transformation__component__team", "environment", "team")


def _queued(now: Any, team: Any) -> QuerySet[Run]:
    return _of(team, Run.State.QUEUED).filter(rows.overdue(now)).order_by("next_at")


def _lost(now: Any, team: Any) -> QuerySet[Run]:
    return _of(team, Run.State.RUNNING).filter(lease_until__lt=now).order_by("lease_until")


_RUNNING = rows.doing(_running)
_QUEUED = rows.stuck(_queued)
_LOST = rows.stuck(_lost)


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
