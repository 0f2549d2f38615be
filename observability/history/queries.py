"""Questions about imports of history."""

from __future__ import annotations

from django.db.models import QuerySet

from observability.history.models import HistoryImport
from portal.rows import found


def imports() -> QuerySet[HistoryImport]:
    return HistoryImport.objects.select_related("component__team", "asked_by")


def one(pk: object) -> HistoryImport:
    return found(imports(), "import", pk=pk)
