"""Attempts as the health of a transformation shows them."""

from __future__ import annotations

from django.urls import reverse

from observability.health.work import MOST, Execution, Executions, Wanted
from pipelines.runs.models import Attempt
from pipelines.transformations.models import Version


def executions(wanted: Wanted) -> Executions:
    """The newest attempts of a time, by the versions that they ran: two queries."""
    versions = Version.objects.filter(transformation__component__name=wanted.component)
    rows = Attempt.objects.filter(
        version__in=list(versions.values_list("pk", flat=True)),
        started_at__gte=wanted.since,
        started_at__lt=wanted.until,
    )
    if wanted.environment:
        rows = rows.filter(run__environment__name=wanted.environment)
    found = list(
        rows.select_related("run").defer("log", "checks").order_by("-started_at")[: MOST + 1]
    )
    return Executions(tuple(map(_execution, found[:MOST][::-1])), is_cut=len(found) > MOST)


def _execution(row: Attempt) -> Execution:
    state = Attempt.State(row.state)
    tries = f", attempt {row.number}" if row.number > 1 else ""
    return Execution(
        at=row.started_at,
        title=f"Run {row.run.number}{tries}",
        url=reverse("pipelines:run-detail", args=[row.run.number]),
        tone=state.tone,
        state=str(state.label),
        is_good=state is Attempt.State.SUCCEEDED,
        is_finished=state is not Attempt.State.RUNNING,
        waited=row.waited_for,
        seconds=row.ran_for,
        rows=row.rows_out,
        bytes=row.bytes_out,
        cpu=row.cpu_seconds,
        memory=row.peak_memory,
    )
