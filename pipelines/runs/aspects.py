"""What the catalog can be narrowed down by: whose last run failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet

from pipelines.runs.failures import failing
from pipelines.runs.models import Run
from portal.arrays import UUIDS, InArray
from portal.catalog.aspects import Aspect, Rows
from portal.facets import Choice
from portal.postgresql.questions import Question

FAILING = "failing"


def _runs(now: Any) -> QuerySet[Run, Any]:
    return failing(now).values_list("transformation__component_id", flat=True)


def _having(value: str, now: datetime) -> Q:
    """By identity: a list asks ten times for what it shows and counts, and for this once."""
    found = {pk for (pk,) in _FAILING.rows(now=now)} if value == FAILING else set()
    return Q(InArray("pk", found, UUIDS))


_FAILING: Question[tuple[Any]] = Question(_runs, now=DateTimeField())


def _counted(rows: Rows, now: datetime) -> Sequence[Choice]:
    """One query: failures of the last week after which nothing went well in the same place."""
    number = rows.filter(pk__in=_runs(now)).count()
    return [Choice(FAILING, "last run failed", number, icon="bad", tone="bad")]


RUNS = Aspect("runs", "Runs", _having, _counted)
