"""How many of the newest rows are as promised, counted by the database."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from observability.objectives.base import MOST, Counted


def counted(rows: QuerySet[Any], is_good: Q) -> Counted:
    """The newest `MOST` of rows whose identities are by time; one query.

    A row of which nothing can be said is not as promised.
    """
    judged = rows.annotate(good=Case(When(is_good, then=True), default=False))
    found = judged.order_by("-pk")[:MOST].aggregate(
        kept=Count("pk", filter=Q(good=True)), total=Count("pk")
    )
    return Counted(found["kept"], found["total"], is_cut=found["total"] == MOST)
