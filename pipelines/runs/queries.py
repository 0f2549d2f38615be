"""Questions about runs; each names the joins that its readers need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Prefetch, QuerySet, When

from deployments.environments.models import Environment
from deployments.releases.models import Rejection
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Live
from pipelines.connections import queries as connections
from pipelines.deliveries.models import Delivery
from pipelines.engines.base import EngineError, Sample
from pipelines.engines.registry import engine
from pipelines.runs import against, artifacts
from pipelines.runs.against import Against
from pipelines.runs.bars import Seen, Small, small
from pipelines.runs.beside import Measured
from pipelines.runs.models import Attempt, Run
from pipelines.transformations.models import Transformation, Version
from portal.accounts import access, grants
from portal.accounts.models import Team, User
from portal.catalog.models import Component
from portal.errors import NotAllowed, NotFound, Refused
from portal.filters import identities
from portal.ids import first_at

MOST_COUNTED = 100  # runs of a state
MOST_BESIDE = 100  # good runs among which one with the same parameters is looked for
MOST_NARROWED = 1_000  # runs that fit a filter
LATELY = timedelta(days=7)
LONGEST_NUMBER = 9  # digits of a version's


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
    return (
        runs()
        .select_related("backfill")
        .prefetch_related(
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
    )


def last_good_before(run: Run) -> Run | None:
    """The newest run with a result in the same place that is older than this one."""
    return _good_before(run).order_by("-pk").first()


def good_beside(run: Run) -> Run | None:
    """The newest of them with the same parameters; the newest where none of the last has them."""
    lately = _good_before(run).order_by("-pk").values("pk")[:MOST_BESIDE]
    is_same = Case(When(parameters_digest=run.parameters_digest, then=0), default=1)
    return runs().filter(pk__in=lately).order_by(is_same, "-pk").first()


def _good_before(run: Run) -> QuerySet[Run]:
    return runs().filter(
        transformation=run.transformation,
        environment=run.environment,
        state=Run.State.SUCCEEDED,
        pk__lt=run.pk,
    )


def first_failed_between(good: Run, run: Run) -> Run | None:
    """The first that failed in their place after the good one, on another deployment than that."""
    return (
        runs()
        .filter(
            transformation=run.transformation,
            environment=run.environment,
            state=Run.State.FAILED,
            deployment__isnull=False,
            pk__gt=good.pk,
            pk__lt=run.pk,
        )
        .exclude(deployment=good.deployment_id)
        .order_by("pk")
        .first()
    )


def is_by_its_file(run: Run) -> bool:
    """Whether it failed at its query, its contract or a check: another version is what helps."""
    if run.state != Run.State.FAILED:
        return False
    newest = _newest(run)
    return newest is not None and newest.failure in Attempt.BY_ITS_FILE


def _hold_to_the_right(who: User, version: Version | None) -> None:
    """Refuse who may not see rows of what this version reads: a right of its own, by connection."""
    inputs = version.spec["inputs"] if version else {}
    names = sorted({entry["connection"] for entry in inputs.values()})
    if version and access.may(who, "look") and grants.may_see_rows(who, names):
        return
    raise NotAllowed(
        f"You may not see rows that come from {', '.join(names)}. "
        f"{connections.who_can_show_rows(names)}"
    )


def sample(*, run: Run, who: User, rows: int = 50) -> Sample:
    """The first rows of the staged result. Refused without the right to see rows, or a result."""
    _hold_to_the_right(who, run.version)
    if not run.result_path or not artifacts.absolute(run.result_path).exists():
        raise Refused("This run has no result to look at: it did not end well, or it is gone.")
    try:
        return engine().sample(path=str(artifacts.absolute(run.result_path)), rows=rows)
    except EngineError as error:
        raise Refused(f"The rows can't be shown now: {error.message}") from error


def has_rows_against(run: Run) -> bool:
    """Whether rows against the checks of its newest attempt are kept; who may see them or not."""
    newest = _newest(run)
    return newest is not None and artifacts.absolute(_against(newest)).exists()


def rows_against(*, run: Run, who: User) -> Sequence[Against]:
    """The first rows against each check of the newest attempt. Refused as the result's rows are."""
    newest = _newest(run)
    _hold_to_the_right(who, newest.version if newest else run.version)
    return against.kept(_against(newest)) if newest else ()


def _newest(run: Run) -> Attempt | None:
    return max(run.attempts.all(), key=lambda attempt: attempt.number, default=None)


def _against(attempt: Attempt) -> str:
    return artifacts.against_path(run_id=attempt.run_id, attempt=attempt.number)


def run(number: int) -> Run:
    """One run with its attempts and deliveries; NotFound, in words, where there is none."""
    found = detailed().filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no run {number}.")
    return found


def filtered(
    *,
    component: str = "",
    environment: str = "",
    state: str = "",
    team: str = "",
    by: str = "",
    version: str = "",
) -> QuerySet[Run]:
    """Runs by names, with a word on each delivery; to be paged by falling identity.

    A version is one of the component's: without a component it narrows nothing down.
    """
    sent = Delivery.objects.select_related("client").order_by("name", "-revision")
    rows = runs().prefetch_related(Prefetch("deliveries", sent))
    # By identities: through the names, PostgreSQL would walk all runs for a rare one.
    if component:
        of_it = identities(Transformation.objects.all(), component__name=component)
        rows = rows.filter(transformation__in=of_it)
        if version:
            rows = rows.filter(version__in=_versions(of_it, version))
    if team:
        rows = rows.filter(team__in=identities(Team.objects.all(), name=team))
    if by:
        rows = rows.filter(requested_by__in=identities(User.objects.all(), username=by))
    if environment:
        rows = rows.filter(environment__in=identities(Environment.objects.all(), name=environment))
    if state:
        rows = rows.filter(state=state)
    return rows.defer("version__spec", "version__file", "deployment__plan")


def _versions(transformations: Sequence[UUID], number: str) -> list[UUID]:
    """ "3" or "v3"."""
    digits = number.removeprefix("v")
    if not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        return []
    return identities(Version.objects.all(), transformation__in=transformations, number=int(digits))


def tally(now: datetime) -> dict[str, int]:
    """How many runs are open, and how many did not end well in the last while, by state.

    Each up to `MOST_COUNTED`, by the index of what is unusual: a query for each of these states.
    """
    recent = Run.objects.filter(pk__gte=first_at(now - LATELY))
    scopes = dict.fromkeys(Run.UNFINISHED, Run.objects.all())
    scopes |= dict.fromkeys((Run.State.FAILED, Run.State.CANCELLED), recent)
    numbers = {
        state: rows.filter(state=state).order_by()[:MOST_COUNTED].count()
        for state, rows in scopes.items()
    }
    return {state: number for state, number in numbers.items() if number}


def by_state(rows: QuerySet[Run]) -> dict[str, int]:
    """How many of these are in each state: of the newest `MOST_NARROWED`, by the index of the list.

    They are counted here. To the database a limit is no bound: it may sort all that fit first.
    """
    newest = rows.prefetch_related(None).order_by("-pk").values_list("state", flat=True)
    return dict(Counter(newest[:MOST_NARROWED]))


def latest_deliveries(run: Run) -> list[Delivery]:
    """The newest revision of each delivery of a run that was read with its deliveries."""
    newest: dict[str, Delivery] = {}
    for delivery in run.deliveries.all():
        if delivery.name not in newest or delivery.revision > newest[delivery.name].revision:
            newest[delivery.name] = delivery
    return list(newest.values())


def measured(run: Run) -> Measured:
    """What the attempt behind a run's result measured."""
    attempt = next((row for row in run.attempts.all() if row.state == row.State.SUCCEEDED), None)
    if attempt is None:
        return Measured()
    return Measured(
        attempt.rows_in, attempt.rows_out, attempt.bytes_out, attempt.ran_for, attempt.peak_memory
    )


def strip_of(component: Component, most: int = 44) -> tuple[Environment | None, list[Seen]]:
    """The last runs in production, oldest first; of the last place in use where there is none."""
    rows = Run.objects.filter(transformation__component=component)
    newest = rows.filter(environment__is_production=True).order_by("-pk").first()
    newest = newest or rows.order_by("-pk").first()
    if newest is None:
        return None, []
    rejected = set(
        Rejection.objects.active().filter(component=component).values_list("digest", flat=True)
    )
    found = rows.filter(environment=newest.environment_id).select_related("release")
    seen = [_seen(row, rejected) for row in found.order_by("-pk")[:most]]
    return newest.environment, seen[::-1]


def strips_of(components: Sequence[Component], most: int = 14) -> dict[UUID, Small]:
    """How the last runs of each component ended; one query for any number of them."""
    last = Run.objects.filter(transformation=OuterRef("pk")).order_by("-pk").values("state")
    rows = Transformation.objects.filter(component__in=components).annotate(
        states=ArraySubquery(last[:most])
    )
    return {row.component_id: small(row.states[::-1]) for row in rows if row.states}


def _seen(row: Run, rejected: set[str]) -> Seen:
    seconds = None
    if row.started_at and row.finished_at:
        seconds = (row.finished_at - row.started_at).total_seconds()
    is_rejected = row.release is not None and row.release.digest in rejected
    return Seen(row.number, row.state, seconds, is_rejected)


def declared(transformation: Transformation, environment: Environment) -> dict[str, dict[str, Any]]:
    """The parameters of what is live here; where the environment sets one, that is its default."""
    live = rollouts.live(transformation.component, environment)
    if live is None:
        return {}
    version = Version.objects.only("spec").get(
        transformation=transformation, number=live.release.number
    )
    configured = live.configuration.values.get("parameters", {})
    return {
        name: {**declaration, "default": configured.get(name, declaration.get("default"))}
        for name, declaration in version.spec.get("parameters", {}).items()
    }


def first_place(transformation: Transformation) -> str:
    """Where it is live first on its way to production: the harmless place to try it."""
    live = (
        transformation.component.live.filter(channel=Live.Channel.STABLE)
        .order_by("environment__order")
        .values_list("environment__name", flat=True)
    )
    return live.first() or ""
