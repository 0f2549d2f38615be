"""Previews as work: somebody sits before each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipelines.previews.models import Preview
from portal.workers import reasons, rows
from portal.workers.base import MOST, Amount, Doing, Stuck

SAID = "A preview for {team}"


class Previews:
    """Rehearsals of queries that are being written. Nobody else's query is shown here."""

    queue = "previews"
    title = "Previews"

    def doing(self) -> Iterator[Doing]:
        found = Preview.objects.filter(state=Preview.State.RUNNING).select_related("team")
        for row in found.order_by("pk")[:MOST]:
            since = row.started_at or row.requested_at
            words = SAID.format(team=row.team.name)
            yield Doing("", words, "", row.team.name, since, row.lease_until)

    def amount(self, now: datetime) -> Amount:
        queued = Preview.objects.filter(state=Preview.State.QUEUED)
        return rows.amount(queued, Preview.objects.filter(finished_at__isnull=False), now)

    def stuck(self, now: datetime, team: str) -> Iterator[Stuck]:
        own = Preview.objects.filter(rows.of(team, "team"))
        queued = own.filter(state=Preview.State.QUEUED, next_at__lt=now - reasons.PATIENCE)
        for row in queued.select_related("team").order_by("next_at")[:MOST]:
            words = SAID.format(team=row.team.name)
            yield Stuck(words, "", row.team.name, row.requested_at, self.queue)
        lost = own.filter(state=Preview.State.RUNNING, lease_until__lt=now)
        for row in lost.select_related("team").order_by("lease_until")[:MOST]:
            words, why = SAID.format(team=row.team.name), reasons.lease_over(row.lease_until, now)
            yield Stuck(words, "", row.team.name, row.requested_at, self.queue, why)
