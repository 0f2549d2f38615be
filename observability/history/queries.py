"""Questions about imports of history."""

from __future__ import annotations

from django.db.models import QuerySet

from observability.history.models import HistoryImport
from portal.catalog.models import Component
from portal.filters import identities
from portal.rows import found


def imports(*, component: str = "", state: str = "") -> QuerySet[HistoryImport]:
    """All of them, with whose they are; each word that is given narrows it down."""
    rows = HistoryImport.objects.select_related("component__team", "asked_by")
    if component:
        rows = rows.filter(component__in=identities(Component.objects.all(), name=component))
    return rows.filter(state=state) if state else rows


def one(pk: object) -> HistoryImport:
    return found(imports(), "import", pk=pk)
