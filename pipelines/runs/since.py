"""Since which deployment runs fail: the way from a run that failed to what may have caused it."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.rollouts.models import Deployment
from pipelines.runs import queries
from pipelines.runs.models import Attempt, Run


@dataclass(frozen=True, slots=True)
class Since:
    """The deployment since which a place fails, and the last good run there before.

    `is_since`: nothing went well on this deployment before it, and something did on an earlier one.
    `first` is the first run that failed since then, where it was on another deployment than `run`.
    """

    run: Run
    deployment: Deployment
    last_good: Run | None
    is_since: bool
    first: Run | None = None

    @property
    def is_otherwise(self) -> bool:
        """Whether it fails for another reason than the first one did."""
        return self.first is not None and self.first.message != self.run.message


def fails_since(run: Run) -> Since | None:
    """None for a run that did not fail. By indexes, at most three queries."""
    if run.state != Run.State.FAILED or run.deployment is None or run.started_at is None:
        return None
    rows = Attempt.objects.filter(
        deployment=run.deployment, state=Attempt.State.SUCCEEDED, started_at__lt=run.started_at
    )
    here = rows.select_related("run__version").order_by("-started_at").first()
    if here is not None:
        return Since(run, run.deployment, here.run, is_since=False)
    last = queries.last_good_before(run)
    if last is None:
        return Since(run, run.deployment, None, is_since=False)
    first = queries.first_failed_between(last, run)
    if first is None or first.deployment is None or first.deployment_id == run.deployment_id:
        return Since(run, run.deployment, last, is_since=True)
    return Since(run, first.deployment, last, is_since=True, first=first)
