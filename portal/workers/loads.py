"""The work of this floor: messages on their way outside, steps of golden paths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from portal.golden_paths.models import PathAttempt, PathStep
from portal.notifications.models import Message
from portal.workers import reasons, rows
from portal.workers.base import Amount, Doing, Stuck, Verb


class Messages:
    """Mail and chat; what it says is not shown, nor to whom."""

    queue = "notifications"
    title = "Messages"

    def doing(self) -> Iterator[Doing]:
        for row in _SENDING.rows():
            yield Doing("", _called(row), "", _team(row), row.created_at, row.lease_until)

    def amount(self, now: datetime) -> Amount:
        queued = Message.objects.filter(state=Message.State.QUEUED)
        sent = Message.objects.filter(state=Message.State.SENT)
        return rows.amount(queued, sent, now)

    def stuck(self, now: datetime, team: str | None) -> Iterator[Stuck]:
        for row in _QUEUED.rows(now=now, team=team):
            if row.next_at and row.next_at > now and not row.tries:
                continue  # kept together for an hour's digest
            yield Stuck(
                _called(row), "", _team(row), row.created_at, self.queue, rows.why(row, now)
            )


def _called(row: Message) -> str:
    what = Message.Purpose(row.purpose).label.lower()
    where = f"the channel of {row.channel.team.name}" if row.channel else "a person"
    return f"{Message.Medium(row.medium).label}: a {what} to {where}"


def _team(row: Message) -> str:
    return row.channel.team.name if row.channel else ""


class PathSteps:
    """Golden paths, step by step."""

    queue = "control"
    title = "Golden paths"

    def doing(self) -> Iterator[Doing]:
        for row in _AT_WORK.rows():
            run = row.step.run
            yield Doing(
                row.worker,
                f"{row.step.title}: {run.path.title}",
                f"/golden-paths/runs/{run.number}/",
                run.team.name if run.team else "",
                row.started_at,
                row.step.lease_until,
            )

    def amount(self, now: datetime) -> Amount:
        queued = PathStep.objects.filter(state=PathStep.State.PENDING, next_at__isnull=False)
        ended = PathAttempt.objects.filter(finished_at__isnull=False)
        return rows.amount(queued, ended, now)

    def stuck(self, now: datetime, team: str | None) -> Iterator[Stuck]:
        for row in _PENDING.rows(now=now, team=team):
            if row.tries or (row.next_at and row.next_at <= now):
                yield self._one(row, rows.why(row, now))
        for row in _LOST.rows(now=now, team=team):
            yield self._one(row, reasons.lease_over(row.lease_until, now))

    def _one(self, row: PathStep, why: str) -> Stuck:
        url = f"/golden-paths/runs/{row.run.number}/"
        return Stuck(
            title=f"{row.title}: {row.run.path.title}",
            url=url,
            team=row.run.team.name if row.run.team else "",
            since=row.started_at or row.run.changed_at,
            queue=self.queue,
            why=why,
            thing=row.run.team,
            verbs=(Verb("golden_path.change", "Cancel…", f"{url}cancel", "x"),),
        )


def _messages(now: Any, team: Any) -> QuerySet[Message]:
    queued = Message.objects.filter(state=Message.State.QUEUED)
    waiting = queued.filter(rows.overdue(now), rows.of(team, "channel__team"))
    return waiting.select_related("channel__team").order_by("next_at")


def _steps(state: str, team: Any) -> QuerySet[PathStep]:
    steps = PathStep.objects.filter(rows.of(team, "run__team"), state=state)
    return steps.select_related("run__team", "run__path")


def _pending(now: Any, team: Any) -> QuerySet[PathStep]:
    pending = _steps(PathStep.State.PENDING, team).filter(rows.overdue(now), next_at__isnull=False)
    return pending.order_by("next_at")


def _lost(now: Any, team: Any) -> QuerySet[PathStep]:
    return _steps(PathStep.State.RUNNING, team).filter(lease_until__lt=now).order_by("lease_until")


def _at_work() -> QuerySet[PathAttempt]:
    running = PathAttempt.objects.filter(step__state=PathStep.State.RUNNING)
    found = running.filter(number=F("step__attempt"))
    return found.select_related("step__run__team", "step__run__path")


_SENDING = rows.doing(
    lambda: Message.objects.filter(state=Message.State.SENDING).select_related("channel__team")
)
_QUEUED = rows.stuck(_messages)
_AT_WORK = rows.doing(_at_work)
_PENDING = rows.stuck(_pending)
_LOST = rows.stuck(_lost)
