"""Since which deployment runs fail: the way from a run that failed to what may have caused it."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.rollouts.models import Deployment
from pipelines.runs import queries
from pipelines.runs.models import Attempt, Run


@dataclass(frozen=True, slots=True)
class Since:
    """The deployment that a failed run ran on, and the last good run in its place before.

    `is_since`: nothing went well on this deployment before it, and something did on an earlier one.
    """

    deployment: Deployment
    last_good: Run | None
    is_since: bool


def fails_since(run: Run) -> Since | None:
    """None for a run that did not fail. By indexes, at most two queries."""
    if run.state != Run.State.FAILED or run.deployment is None or run.started_at is None:
        return None
    rows = Attempt.objects.filter(
        deployment=run.deployment, state=Attempt.State.SUCCEEDED, started_at__lt=run.started_at
    )
    here = rows.select_related("run__version").order_by("-started_at").first()
    if here is not None:
        return Since(run.deployment, here.run, is_since=False)
    last = queries.last_good_before(run)
    return Since(run.deployment, last, is_since=last is not None)
