"""Deliveries as work: what is on its way, what waits for another try, what is held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from pipelines.deliveries.models import Circuit, Delivery, DeliveryAttempt
from pipelines.dispatch import circuits
from portal.workers import reasons, rows
from portal.workers.base import MOST, Amount, Doing, Stuck, Verb


class Deliveries:
    """Results on their way to clients."""

    queue = "deliveries"
    title = "Deliveries"

    def doing(self) -> Iterator[Doing]:
        found = DeliveryAttempt.objects.filter(
            delivery__state=Delivery.State.SENDING, number=F("delivery__attempt")
        ).select_related(
            "delivery__run__transformation__component",
            "delivery__environment",
            "delivery__client",
            "delivery__team",
        )
        for row in found.order_by("pk")[:MOST]:
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

    def stuck(self, now: datetime, team: str) -> Iterator[Stuck]:
        """Waiting for another try or a destination that rests, lost, or held for a decision."""
        resting = _resting()
        own = Delivery.objects.filter(rows.of(team, "team"))
        queued = own.filter(rows.overdue(now), state=Delivery.State.QUEUED)
        for row in _whole(queued).order_by("next_at")[:MOST]:
            circuit = resting.get((row.destination_id, row.environment_id))
            why = circuits.words(circuit) if circuit else rows.why(row, now)
            yield self._one(row, why)
        lost = own.filter(state=Delivery.State.SENDING, lease_until__lt=now)
        for row in _whole(lost).order_by("lease_until")[:MOST]:
            yield self._one(row, reasons.lease_over(row.lease_until, now))
        held = own.filter(state=Delivery.State.HELD)
        for row in _whole(held).order_by("-pk")[:MOST]:
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


def _resting() -> dict[tuple[UUID, UUID], Circuit]:
    """Destinations that keep failing, by place; there are few."""
    found = Circuit.objects.filter(opened_at__isnull=False, tries_at__isnull=False)
    return {
        (row.destination_id, row.environment_id): row for row in found.select_related("destination")
    }


def _whole(found: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return found.select_related(
        "run__transformation__component__team", "environment", "client", "team"
    )


def _called(row: Delivery) -> str:
    name = row.run.transformation.component.name
    return f"{name} to {row.client} in {row.environment.name}"
