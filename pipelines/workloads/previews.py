"""Previews as work: somebody sits before each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from pipelines.previews.models import Preview
from portal.workers import reasons, rows
from portal.workers.base import Amount, Doing, Stuck

SAID = "A preview for {team}"


class Previews:
    """Rehearsals of queries that are being written. Nobody else's query is shown here."""

    queue = "previews"
    title = "Previews"

    def doing(self) -> Iterator[Doing]:
        for row in _RUNNING.rows():
            since = row.started_at or row.requested_at
            words = SAID.format(team=row.team.name)
            yield Doing("", words, "", row.team.name, since, row.lease_until)

    def amount(self, now: datetime) -> Amount:
        queued = Preview.objects.filter(state=Preview.State.QUEUED)
        return rows.amount(queued, Preview.objects.filter(finished_at__isnull=False), now)

    def stuck(self, now: datetime, team: str | None) -> Iterator[Stuck]:
        for row in _QUEUED.rows(now=now, team=team):
            words = SAID.format(team=row.team.name)
            yield Stuck(words, "", row.team.name, row.requested_at, self.queue)
        for row in _LOST.rows(now=now, team=team):
            words, why = SAID.format(team=row.team.name), reasons.lease_over(row.lease_until, now)
            yield Stuck(words, "", row.team.name, row.requested_at, self.queue, why)


def _of(team: Any, state: str) -> QuerySet[Preview]:
    return Preview.objects.filter(rows.of(team, "team"), state=state).select_related("team")


def _queued(now: Any, team: Any) -> QuerySet[Preview]:
    queued = _of(team, Preview.State.QUEUED).filter(next_at__lt=now - reasons.PATIENCE)
    return queued.order_by("next_at")


def _lost(now: Any, team: Any) -> QuerySet[Preview]:
    return _of(team, Preview.State.RUNNING).filter(lease_until__lt=now).order_by("lease_until")


_RUNNING = rows.doing(lambda: _of(None, Preview.State.RUNNING))
_QUEUED = rows.stuck(_queued)
_LOST = rows.stuck(_lost)
