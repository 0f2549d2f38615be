"""Questions about bulk actions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from pipelines.bulk.models import BulkAction, BulkItem
from portal.rows import found


def actions() -> QuerySet[BulkAction]:
    """All of them, with who asked."""
    return BulkAction.objects.select_related("asked_by")


def action(pk: UUID | str) -> BulkAction:
    """One of them; NotFound, in words, where there is none."""
    return found(actions(), "bulk action", pk=pk)


def items(action: BulkAction, state: str = "") -> QuerySet[BulkItem]:
    """Its list in order, with what leads to each; of one state where it is named."""
    rows = action.items.select_related("run", "delivery").order_by("order")
    return rows.filter(state=state) if state in BulkItem.State.values else rows
