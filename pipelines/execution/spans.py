"""An attempt and the phases of its sandbox as spans of the run's trace."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from observability.instrumentation import work as tracing
from pipelines.engines.base import Phase
from pipelines.execution.preparation import Claim
from pipelines.runs.models import Run

SANDBOX = "sandbox"  # who did it, in a waterfall


def belonging(run: Run) -> tracing.Belonging:
    """The trace of whoever asked for it."""
    return tracing.Belonging(run.trace_id, run.span_id)


def attempt(claim: Claim, began: datetime) -> AbstractContextManager[object]:
    """The span of one attempt, from before it was claimed."""
    return tracing.working(
        name(claim.run),
        at=belonging(claim.run),
        work=claim.run.pk,
        number=claim.number,
        began=began,
        attributes={"slipway.run": claim.run.number, "slipway.attempt": claim.number},
    )


def name(run: Run) -> str:
    return f"run {run.transformation.component.name}"


def phases(told: Iterable[Phase]) -> None:
    """What the sandbox did and when: it knows no telemetry, its worker tells of it."""
    for phase in told:
        tracing.happened(phase.name, phase.began, phase.ended, **{"slipway.service": SANDBOX})


def lost(run: Run, message: str) -> None:
    """An attempt whose worker died, and its span with it: told by the sweeper."""
    tracing.lost(
        name(run),
        at=belonging(run),
        work=run.pk,
        number=run.attempt,
        began=run.started_at,
        message=message,
    )
