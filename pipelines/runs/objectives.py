"""Promises about work: runs begin soon after they are due, results leave soon."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from observability.objectives.base import Counted
from observability.objectives.newest import counted
from pipelines.deliveries.models import DeliveryAttempt
from pipelines.runs.models import Attempt
from portal.ids import MadeAt, first_at


class Starts:
    """Runs begin."""

    key = "runs"
    title = "Runs begin at once"
    promise = "95 % of runs begin within 10 s of being due"
    target = 0.95
    source = "attempts at runs: between being due and being claimed"
    within = timedelta(seconds=10)

    def count(self, since: datetime, until: datetime) -> Counted:
        rows = Attempt.objects.filter(pk__gte=first_at(since), pk__lt=first_at(until))
        return counted(rows, Q(waited_for__lte=self.within.total_seconds()))


class Deliveries:
    """Results leave."""

    key = "deliveries"
    title = "Deliveries leave at once"
    promise = "95 % of deliveries are tried within 30 s of their result"
    target = 0.95
    source = "first tries at deliveries: between the result and the try"
    within = timedelta(seconds=30)

    def count(self, since: datetime, until: datetime) -> Counted:
        rows = DeliveryAttempt.objects.filter(
            pk__gte=first_at(since), pk__lt=first_at(until), number=1
        )
        return counted(rows, Q(started_at__lte=MadeAt("delivery_id") + self.within))
