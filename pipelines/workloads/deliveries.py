"""Deliveries as work: what is on its way, what waits for another try, what is held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from pipelines.deliveries.models import Circuit, Delivery, DeliveryAttempt
from pipelines.dispatch import circuits
from portal.postgresql.questions import Question
from portal.workers import reasons, rows
from portal.workers.base import Amount, Doing, Stuck, Verb


class Deliveries:
    """Results on their way to clients."""

    queue = "deliveries"
    title = "Deliveries"

    def doing(self) -> Iterator[Doing]:
        for row in _SENDING.rows():
            yield Doing(
                row.worker,
                _called(row.delivery),
                f"/deliveries/{row.delivery.number}/",
                row.delivery.team.name,
                row.started_at,
                row.delivery.lease_until,
            )

    def amount(self, now: datetime) -> Amount:
        queued = Delivery.objects.filter(state=Delivery.State.QUEUED)
        ended = DeliveryAttempt.objects.filter(finished_at__isnull=False)
        return rows.amount(queued, ended, now)

    def stuck(self, now: datetime, team: str | None) -> Iterator[Stuck]:
        """Waiting for another try or a destination that rests, lost, or held for a decision."""
        resting = {(one.destination_id, one.environment_id): one for one in _RESTING.rows()}
        for row in _QUEUED.rows(now=now, team=team):
            circuit = resting.get((row.destination_id, row.environment_id))
            why = circuits.words(circuit) if circuit else rows.why(row, now)
            yield self._one(row, why)
        for row in _LOST.rows(now=now, team=team):
            yield self._one(row, reasons.lease_over(row.lease_until, now))
        for row in _HELD.rows(now=now, team=team):
            why = f"{row.message} Run it again with another version, or lift the rejection."
            yield self._one(row, why)

    def _one(self, row: Delivery, why: str) -> Stuck:
        component = row.run.transformation.component
        is_held = row.state == Delivery.State.HELD
        url = f"/runs/{row.run.number}/again"
        again = Verb("run.again", "Run it again…", url, "refresh")
        return Stuck(
            title=_called(row),
            url=f"/deliveries/{row.number}/",
            team=row.team.name,
            since=row.created_at,
            queue=self.queue,
            why=why,
            thing=component,
            verbs=(again,) if is_held else (),
        )


def _sending() -> QuerySet[DeliveryAttempt]:
    sending = DeliveryAttempt.objects.filter(delivery__state=Delivery.State.SENDING)
    return sending.filter(number=F("delivery__attempt")).select_related(
        "delivery__run__transformation__component",
        "delivery__environment",
        "delivery__client",
        "delivery__team",
    )


def _resting() -> QuerySet[Circuit]:
    """Destinations that keep failing; there are few."""
    found = Circuit.objects.filter(opened_at__isnull=False, tries_at__isnull=False)
    return found.select_related("destination")


def _of(team: Any, state: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(rows.of(team, "team"), state=state).select_related(
        "run__transformation__component__team", "environment", "client", "team"
    )


def _queued(now: Any, team: Any) -> QuerySet[Delivery]:
    return _of(team, Delivery.State.QUEUED).filter(rows.overdue(now)).order_by("next_at")


def _lost(now: Any, team: Any) -> QuerySet[Delivery]:
    return _of(team, Delivery.State.SENDING).filter(lease_until__lt=now).order_by("lease_until")


def _held(_: Any, team: Any) -> QuerySet[Delivery]:
    return _of(team, Delivery.State.HELD).order_by("-pk")


_SENDING = rows.doing(_sending)
_RESTING = Question(_resting)
_QUEUED = rows.stuck(_queued)
_LOST = rows.stuck(_lost)
_HELD = rows.stuck(_held)


def _called(row: Delivery) -> str:
    name = row.run.transformation.component.name
    return f"{name} to {row.client} in {row.environment.name}"
