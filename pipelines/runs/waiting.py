"""What about runs and deliveries waits for a person, for the home page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from deployments.rollouts.models import Live
from pipelines.acceptances.queries import is_accepted
from pipelines.deliveries.models import Circuit, Delivery
from pipelines.runs.models import Run
from portal.accounts import access
from portal.accounts.models import Role, User
from portal.catalog.models import Component
from portal.figures import times
from portal.home.mine import Standing
from portal.navigation import Need

MOST = 50  # rows that are read; folded they are fewer
# A failure that nobody looked at for a week waits for nobody any more.
RECENT = timedelta(days=7)
FIRST = "00000000-0000-0000-0000-000000000000"


def needs_of(user: User, now: datetime) -> list[Need]:
    """What failed or is held of this person's teams, folded by component; three queries."""
    teams = access.team_ids(user, Role.DEVELOPER)
    return [
        *_runs(_counted(failing(now).filter(team__in=teams))[:MOST]),
        *_not_delivered(not_arriving(now).filter(team__in=teams)[:MOST]),
        *_held(_waiting(now).filter(team__in=teams)[:MOST]),
    ]


def notices_of(component: Component, now: datetime) -> list[Need]:
    """What failed of one component and stands, for its own page; two queries."""
    runs = failing(now).filter(transformation__component=component)
    sent = not_arriving(now).filter(run__transformation__component=component)
    return [*_runs(_counted(runs)[:MOST]), *_not_delivered(sent[:MOST])]


def troubles_of(teams: Sequence[UUID], now: datetime) -> dict[UUID, Standing]:
    """Whose last run failed or did not arrive, in the most important place; two queries.

    A run that failed says more than what did not arrive before it.
    """
    place = ("transformation__component_id", "environment__name")
    runs = failing(now).filter(team__in=teams).order_by("environment__order")
    sent = not_arriving(now).filter(team__in=teams).order_by("environment__order")
    return {
        component: Standing("bad", "send", f"Not delivered in {environment}")
        for component, environment in sent.values_list(f"run__{place[0]}", place[1])
    } | {
        component: Standing("bad", "bad", f"Last run failed in {environment}")
        for component, environment in runs.values_list(*place)
    }


def failing(now: datetime) -> QuerySet[Run]:
    """Runs of the last week that failed, are the last word in their place and nobody accepts.

    Not of what another version replaced since: a rollback mended that, and how what is live does
    only its own runs say, as on the component's page.
    """
    newer = _judged().filter(pk__gt=OuterRef("pk"))
    return Run.objects.filter(
        ~Exists(newer),
        ~Exists(_replaced()),
        ~is_accepted(),
        state=Run.State.FAILED,
        finished_at__gt=now - RECENT,
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


def _replaced() -> QuerySet[Live]:
    """What went live in a run's place after it ended, with other content than it ran on."""
    return (
        Live.objects.filter(
            component=OuterRef("transformation__component"),
            environment=OuterRef("environment"),
            channel=OuterRef("channel"),
            deployment__live_at__gt=OuterRef("finished_at"),
        )
        .exclude(release__digest=OuterRef("release__digest"))
        .order_by()
    )


def _judged() -> QuerySet[Run]:
    """What ended in a run's place, well or not: what waits or was cancelled mends nothing.

    Nor does a run of another backfill, which is about times long past.
    """
    return Run.objects.filter(
        Q(backfill=None) | Q(backfill=OuterRef("backfill")),
        transformation=OuterRef("transformation"),
        environment=OuterRef("environment"),
        state__in=(Run.State.SUCCEEDED, Run.State.FAILED),
    ).order_by()


def _counted(rows: QuerySet[Run]) -> QuerySet[Run]:
    """With `times`, how many failed in a row there, and `since`, when the first of them did."""
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
        )
        .select_related("transformation__component", "environment", "version")
        .order_by("transformation__component__name", "-environment__order", "-pk")
    )


def not_arriving(now: datetime) -> QuerySet[Delivery]:
    """Of the last week, where no later revision was sent: what failed, and what fails on.

    A destination that refuses everything is tried for days, and is no less in trouble meanwhile.
    """
    newer = Delivery.objects.filter(
        run=OuterRef("run"), name=OuterRef("name"), revision__gt=OuterRef("revision")
    )
    resting = Circuit.objects.filter(
        destination=OuterRef("destination"),
        environment=OuterRef("environment"),
        opened_at__isnull=False,
    )
    tried = Q(state=Delivery.State.QUEUED, attempt__gt=0)
    tried |= Q(state=Delivery.State.SENDING, attempt__gt=1)
    waits = Q(state__in=Delivery.UNFINISHED) & (tried | Exists(resting))
    return _sent(now).filter(Q(state=Delivery.State.FAILED) | waits, ~Exists(newer))


def _waiting(now: datetime) -> QuerySet[Delivery]:
    """Held because what made them was rejected: nothing leaves before someone decides."""
    return _sent(now).filter(state=Delivery.State.HELD)


def _sent(now: datetime) -> QuerySet[Delivery]:
    return (
        Delivery.objects.filter(created_at__gt=now - RECENT)
        .select_related("run__transformation__component", "client", "environment", "release")
        .order_by("run__transformation__component__name", "client__name", "-pk")
    )


def _runs(rows: Iterable[Run]) -> Iterator[Need]:
    """One line a component, about its most important environment, since the first failure.

    What failed in one environment is no repetition of what failed in another.
    """
    for component, group in groupby(rows, lambda run: run.transformation.component.name):
        found = list(group)
        run, often = found[0], any(_times(row) > 1 for row in found)
        places = ("; " if often else " and ").join(map(_place, found))
        yield Need(
            tone="bad",
            icon="bad",
            label="Failure",
            title=f"{component} failed {places}",
            text=run.message,
            at=min(_since(row) for row in found),
            url=f"/runs/{run.number}/",
            verb="Look",
        )


def _place(run: Run) -> str:
    often = _times(run)
    return f"in {run.environment.name}" + (
        f", {times(often, 'time')} in a row" if often > 1 else ""
    )


def _not_delivered(rows: Iterable[Delivery]) -> Iterator[Need]:
    for (component, client), group in groupby(rows, _parties):
        found = list(group)
        newest = found[0]
        often = f", {times(len(found), 'time')}" if len(found) > 1 else ""
        is_over = all(row.state == Delivery.State.FAILED for row in found)
        said = newest.message or next((row.message for row in found if row.message), "Tried again.")
        yield Need(
            tone="bad",
            icon="send",
            label="Not delivered",
            title=f"{component} {'did' if is_over else 'does'} not reach {client}{often}",
            text=f"{said} In {newest.environment.name}.",
            at=min(row.created_at for row in found),
            url=f"/runs/{newest.run.number}/",
            verb="Look",
        )


def _held(rows: Iterable[Delivery]) -> Iterator[Need]:
    for (component, client), group in groupby(rows, _parties):
        found = list(group)
        newest = found[0]
        yield Need(
            tone="warn",
            icon="ban",
            label="Held",
            title=f"{component} waits before {client}: {times(len(found), 'delivery,deliveries')}",
            text=newest.message
            or f"{newest.release} was rejected. Run it again with what is live.",
            at=min(row.created_at for row in found),
            url=f"/runs/{newest.run.number}/",
            verb="Decide",
        )


def _parties(row: Delivery) -> tuple[str, str]:
    return row.run.transformation.component.name, str(row.client)


def _times(run: Run) -> int:
    return int(getattr(run, "times", None) or 1)


def _since(run: Run) -> datetime:
    return getattr(run, "since", None) or run.finished_at or run.queued_at
