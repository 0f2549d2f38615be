"""Promises about work: runs begin soon after they are due, results leave soon."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from observability.objectives.base import MOST, Counted
from observability.objectives.own import within
from pipelines.deliveries.models import DeliveryAttempt
from pipelines.runs.models import Attempt
from portal.ids import first_at


class Starts:
    """Runs begin."""

    key = "runs"
    title = "Runs begin at once"
    promise = "95 % of runs begin within 10 s of being due"
    target = 0.95
    source = "attempts at runs: between being due and being claimed"
    within = timedelta(seconds=10)

    def count(self, since: datetime, until: datetime) -> Counted:
        rows = (
            Attempt.objects.filter(pk__gte=first_at(since), pk__lt=first_at(until))
            .order_by("-pk")
            .values_list("waited_for", flat=True)[:MOST]
        )
        return within((timedelta(seconds=waited) for waited in rows), self.within)


class Deliveries:
    """Results leave."""

    key = "deliveries"
    title = "Deliveries leave at once"
    promise = "95 % of deliveries are tried within 30 s of their result"
    target = 0.95
    source = "first tries at deliveries: between the result and the try"
    within = timedelta(seconds=30)

    def count(self, since: datetime, until: datetime) -> Counted:
        rows = (
            DeliveryAttempt.objects.filter(pk__gte=first_at(since), pk__lt=first_at(until))
            .filter(number=1)
            .order_by("-pk")
            .values_list(F("started_at") - F("delivery__created_at"), flat=True)[:MOST]
        )
        return within(rows, self.within)
