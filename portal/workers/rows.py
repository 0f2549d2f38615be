"""What all kinds of queued rows share: how many are due, since when, and why one waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import CharField, Count, DateTimeField, Min, Model, Q, QuerySet

from portal.ids import first_at
from portal.postgresql.questions import Question
from portal.workers import reasons
from portal.workers.base import COUNTED, MOST, Amount

RECENT = timedelta(minutes=10)
Row = TypeVar("Row", bound=Model)


def amount(queued: QuerySet[Any], ended: QuerySet[Any], now: datetime) -> Amount:
    """Of rows with `next_at`, and of attempts with identities by time; two queries.

    The first ones due are looked at, `COUNTED` of them at most.
    """
    is_due = Q(next_at__lte=now)
    found = queued.order_by("next_at")[:COUNTED].aggregate(
        due=Count("pk", filter=is_due),
        oldest=Min("next_at", filter=is_due),
        later=Count("pk", filter=~is_due),
    )
    recent = ended.filter(pk__gte=first_at(now - RECENT)).order_by()
    return Amount(
        due=found["due"],
        oldest_at=found["oldest"],
        later=found["later"],
        ended=recent[:COUNTED].count(),
    )


def stuck(build: Callable[[Any, Any], QuerySet[Row]]) -> Question[Row]:
    """Asked by pages that ask again every few seconds, about `now` and one `team`, or None."""
    return Question(
        lambda now, team: build(now, team)[:MOST], now=DateTimeField(), team=CharField()
    )


def doing(build: Callable[[], QuerySet[Row]]) -> Question[Row]:
    """The same for what is in hand, the oldest first."""
    return Question(lambda: build().order_by("pk")[:MOST])


def overdue(now: Any) -> Q:
    """Queued rows that somebody should have taken, or that wait for another try."""
    return Q(next_at__lt=now - reasons.PATIENCE) | Q(next_at__gt=now)


def of(team: Any, path: str) -> Q:
    """Rows of one team, which `path` leads to; of all where it is None."""
    return Q() if team is None else Q(**{f"{path}__name": team})


def why(row: Any, now: datetime) -> str:
    """What the row itself says: that it is tried again later. "" where its queue has to tell."""
    if row.next_at > now:
        return reasons.again(row.tries, row.message, row.next_at, now)
    return ""
