"""Lists of what happened, narrowed down to the last days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

from portal.ids import first_at

Row = TypeVar("Row", bound=Model)
DAYS = {"1": "last 24 hours", "7": "last 7 days", "30": "last 30 days"}


def within(rows: QuerySet[Row], days: str, now: datetime) -> QuerySet[Row]:
    """By their identities, which are ordered by time; all of them where no such days are known."""
    return rows.filter(pk__gte=first_at(now - timedelta(days=int(days)))) if days in DAYS else rows
