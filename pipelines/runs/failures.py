"""Which failures of runs stand: the last word of their place and parameters, for all who ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from deployments.rollouts.models import Live
from pipelines.acceptances.models import Acceptance
from pipelines.acceptances.queries import is_accepted
from pipelines.runs.models import Attempt, Run

# A failure that nobody looked at for a week waits for nobody any more.
RECENT = timedelta(days=7)
FIRST = "00000000-0000-0000-0000-000000000000"
ENDED = (Run.State.SUCCEEDED, Run.State.FAILED)
OPEN = (*Run.UNFINISHED, Run.State.CANCELLED)


def failing(now: Any) -> QuerySet[Run]:
    """Runs of the last week that failed, are the last word in their place and nobody accepts.

    A success with other parameters is no word about them. One that is done again stands until it
    ends well. Not of what another version replaced since: a rollback mended that, and how what is
    live does only its own runs say, as on the component's page. `now` may be a question's place.
    """
    newer = _judged().filter(pk__gt=OuterRef("pk"))
    ended = Q(~Exists(_replaced()), state=Run.State.FAILED, finished_at__gt=now - RECENT)
    again = Q(state__in=OPEN, attempt__gt=0, queued_at__gt=now - RECENT)
    again &= Q(Exists(_failure_before(now)))
    return Run.objects.alias(earlier=Subquery(_earlier().values("pk")[:1])).filter(
        ended | again, ~Exists(newer), ~is_accepted()
    )


def unmended(run: Run, now: datetime) -> QuerySet[Run]:
    """Failed runs of a run's place that its success mends nothing of: they had other parameters."""
    made = Run.objects.filter(
        transformation=OuterRef("transformation"),
        environment=OuterRef("environment"),
        parameters_digest=OuterRef("parameters_digest"),
        state=Run.State.SUCCEEDED,
        pk__gt=OuterRef("pk"),
    )
    return Run.objects.filter(
        ~Exists(made.order_by()),
        ~Exists(_replaced()),
        ~is_accepted(),
        transformation=run.transformation_id,
        environment=run.environment_id,
        state=Run.State.FAILED,
        backfill=None,
        finished_at__gt=now - RECENT,
    ).order_by("pk")


def counted(rows: QuerySet[Run]) -> QuerySet[Run]:
    """With `times`, how many failed in a row there, and `since`, when the first of them did.

    `before` and `before_at` are what a run that is done again failed with, and when.
    """
    good = _judged().filter(state=Run.State.SUCCEEDED).order_by("-pk").values("pk")[:1]
    in_a_row = (
        _judged()
        .filter(pk__gt=Coalesce(OuterRef("last_good"), Value(FIRST)), state=Run.State.FAILED)
        .values("state")
    )
    return (
        rows.annotate(last_good=Subquery(good))
        .annotate(
            times=Subquery(in_a_row.annotate(n=Count("pk")).values("n")),
            since=Subquery(in_a_row.annotate(at=Min("finished_at")).values("at")),
            before=Subquery(_earlier().values("message")[:1]),
            before_at=Subquery(_earlier().values("finished_at")[:1]),
            is_left=is_left_over(),
        )
        .select_related("transformation__component", "environment", "version")
        .order_by("transformation__component__name", "-environment__order", "-pk")
    )


def is_left_over() -> Exists:
    """For queries over runs: another one went well in its place since, with other parameters."""
    return Exists(_of_place().filter(pk__gt=OuterRef("pk"), state=Run.State.SUCCEEDED))


def _of_place() -> QuerySet[Run]:
    """What ended in a run's place, well or not: what waits or was cancelled mends nothing.

    Nor does a run of another backfill, which is about times long past.
    """
    return Run.objects.filter(
        Q(backfill=None) | Q(backfill=OuterRef("backfill")),
        transformation=OuterRef("transformation"),
        environment=OuterRef("environment"),
        state__in=ENDED,
    ).order_by()


def _judged() -> QuerySet[Run]:
    """The same with its parameters, or after the configuration, which gives them, was changed."""
    same = Q(parameters_digest=OuterRef("parameters_digest"))
    other = ~Q(configuration=OuterRef("configuration")) & Q(configuration__isnull=False)
    return _of_place().filter(same | other)


def _replaced(run: str = "", content: str = "release__digest") -> QuerySet[Live]:
    """What went live in a run's place after it ended, with other content than it ran on."""
    return (
        Live.objects.filter(
            component=OuterRef(f"{run}transformation__component"),
            environment=OuterRef(f"{run}environment"),
            channel=OuterRef(f"{run}channel"),
            deployment__live_at__gt=OuterRef("finished_at"),
        )
        .exclude(release__digest=OuterRef(content))
        .order_by()
    )


def _earlier() -> QuerySet[Attempt]:
    """How a run ended before somebody asked for it again, the last first."""
    return (
        Attempt.objects.filter(
            run=OuterRef("pk"), number__lte=OuterRef("attempt") - F("run__tries")
        )
        .exclude(state=Attempt.State.CANCELLED)
        .order_by("-number")
    )


def _failure_before(now: Any) -> QuerySet[Attempt]:
    """That last end, where it was a failure that stands."""
    accepted = Acceptance.objects.active().filter(run=OuterRef("run"), attempt=OuterRef("number"))
    return Attempt.objects.filter(
        ~Exists(accepted),
        ~Exists(_replaced("run__", "version__digest")),
        pk=OuterRef("earlier"),
        state__in=(Attempt.State.FAILED, Attempt.State.LOST),
        finished_at__gt=now - RECENT,
    ).order_by()
