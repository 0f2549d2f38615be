"""Questions about bulk actions."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from pipelines.bulk.models import BulkAction, BulkItem
from portal.accounts.models import User
from portal.filters import identities
from portal.rows import found


def actions(*, state: str = "", by: str = "") -> QuerySet[BulkAction]:
    """All of them, with who asked; each word that is given narrows it down."""
    rows = BulkAction.objects.select_related("asked_by")
    if by:
        rows = rows.filter(asked_by__in=identities(User.objects.all(), username=by))
    return rows.filter(state=state) if state else rows


def action(pk: UUID | str) -> BulkAction:
    """One of them; NotFound, in words, where there is none."""
    return found(actions(), "bulk action", pk=pk)


def items(action: BulkAction, state: str = "") -> QuerySet[BulkItem]:
    """Its list in order, with what leads to each; of one state where it is named."""
    rows = action.items.select_related("run", "delivery").order_by("order")
    return rows.filter(state=state) if state in BulkItem.State.values else rows
