"""Questions about runs; each names the joins that its readers need."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from pipelines.deliveries.models import Delivery
from pipelines.engines.base import EngineError, Sample
from pipelines.execution.preparation import engine
from pipelines.runs import artifacts
from pipelines.runs.models import Attempt, Run
from portal.accounts import access, grants
from portal.accounts.models import User
from portal.errors import NotAllowed, Refused


def runs() -> QuerySet[Run]:
    """Runs with what a line about them needs."""
    return Run.objects.select_related(
        "transformation__component__team",
        "environment",
        "version",
        "release",
        "deployment",
        "requested_by",
        "team",
    )


def detailed() -> QuerySet[Run]:
    """Runs with their attempts and deliveries: three queries, however many there are."""
    return runs().prefetch_related(
        Prefetch(
            "attempts",
            Attempt.objects.select_related("version", "deployment").order_by("-number"),
        ),
        Prefetch(
            "deliveries",
            Delivery.objects.select_related(
                "client", "destination", "release", "replaced_by", "requested_by"
            )
            .prefetch_related("attempts")
            .order_by("name", "-revision"),
        ),
    )


def last_good_before(run: Run) -> Run | None:
    """The newest run with a result in the same place that is older than this one."""
    return (
        runs()
        .filter(
            transformation=run.transformation,
            environment=run.environment,
            state=Run.State.SUCCEEDED,
            pk__lt=run.pk,
        )
        .order_by("-pk")
        .first()
    )


def may_see_rows(*, who: User, run: Run) -> bool:
    """Whether this person may look at the rows of this run: a right of its own, by connection."""
    if run.version is None:
        return False
    return access.may(who, "look") and grants.may_see_rows(who, connections_of(run))


def connections_of(run: Run) -> list[str]:
    """The connections that the run's version reads."""
    inputs = run.version.spec["inputs"] if run.version else {}
    return sorted({entry["connection"] for entry in inputs.values()})


def sample(*, run: Run, who: User, rows: int = 50) -> Sample:
    """The first rows of the staged result. Refused without the right to see rows, or a result."""
    if not may_see_rows(who=who, run=run):
        names = ", ".join(connections_of(run))
        raise NotAllowed(
            f"You may not see rows that come from {names}. A maintainer of the team that owns the "
            "connection can give your team the right to see rows."
        )
    if not run.result_path or not artifacts.absolute(run.result_path).exists():
        raise Refused("This run has no result to look at: it did not end well, or it is gone.")
    try:
        return engine().sample(path=str(artifacts.absolute(run.result_path)), rows=rows)
    except EngineError as error:
        raise Refused(f"The rows can't be shown now: {error.message}") from error
