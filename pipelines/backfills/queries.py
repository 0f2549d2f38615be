"""Questions about backfills: what one would do, and how one is getting on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from deployments.environments.models import Environment
from deployments.rollouts import queries as rollouts
from deployments.rollouts.models import Live
from pipelines.backfills import plan as plans
from pipelines.backfills.models import Backfill, Part
from pipelines.backfills.plan import MOST, Facts, Plan, Wanted
from pipelines.connections.models import Binding
from pipelines.runs import parameters as values
from pipelines.runs.models import Run
from pipelines.schedules import due, placeholders
from pipelines.schedules.models import Schedule
from pipelines.transformations.models import Transformation, Version
from pipelines.transformations.schedules import cron_problems, timezone_problems
from portal.catalog.models import Component
from portal.errors import NotFound, Refused
from portal.filters import identities

SHOWN = 50
LOOKED_AT = 20  # good runs, for how long one takes


def backfills(*, component: str = "") -> QuerySet[Backfill]:
    """Backfills with what a line about them needs; of one component where its name is given."""
    rows = Backfill.objects.select_related(
        "transformation__component__team", "environment", "requested_by"
    )
    if not component:
        return rows
    of_it = identities(Transformation.objects.all(), component__name=component)
    return rows.filter(transformation__in=of_it)


def of_component(component: Component, most: int = 5) -> list[Backfill]:
    """The newest of one component."""
    return list(backfills(component=component.name).order_by("-pk")[:most])


def backfill(number: int) -> Backfill:
    """One backfill; NotFound, in words, where there is none."""
    found = backfills().filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no backfill {number}.")
    return found


def parts(backfill: Backfill) -> QuerySet[Part]:
    """Its due times with the runs that they became, oldest first."""
    return backfill.parts.select_related("run__version", "run__release").order_by("logical_at")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill is, in what its page shows."""

    running: list[Part]
    failed: list[Part]
    coming: list[Part]
    ended: list[Part]
    segments: tuple[tuple[str, bool], ...]  # tone, and whether that much is behind it
    seconds: float | None  # until it has ended, as things go


def progress(backfill: Backfill) -> Progress:
    """Four queries, whatever its size."""
    all_of_it = parts(backfill)
    order = "-logical_at" if backfill.is_newest_first else "logical_at"
    failed = all_of_it.filter(
        state__in=(Part.State.FAILED, Part.State.CANCELLED), run__isnull=False
    )
    ended = all_of_it.filter(state=Part.State.DONE).order_by("-run__finished_at")
    return Progress(
        running=list(all_of_it.filter(state=Part.State.STARTED)[:SHOWN]),
        failed=list(failed[:SHOWN]),
        coming=list(all_of_it.filter(state=Part.State.WAITING).order_by(order)[:3]),
        ended=list(ended[:5]),
        segments=plans.segments(backfill.total, backfill.good, backfill.bad),
        seconds=plans.seconds_left(backfill.plan, backfill.left, backfill.total),
    )


def rhythm_of(transformation: Transformation, environment: Environment) -> Schedule | None:
    """The schedule that says which due times there are; None: there is none here."""
    return (
        Schedule.objects.filter(
            transformation=transformation,
            environment=environment,
            channel=Live.Channel.STABLE,
        )
        .exclude(cron="")
        .first()
    )


def wanted(
    *,
    transformation: Transformation,
    environment: Environment,
    cron: str,
    timezone: str,
    parameters: Mapping[str, Any] | None,
    **more: Any,
) -> dict[str, Any]:
    """What is asked for, with the schedule's own rhythm and parameters where none is given."""
    schedule = rhythm_of(transformation, environment)
    if not cron and schedule is None:
        raise Refused(
            f"{transformation.component.name} has no schedule in {environment.name}. Say which due "
            "times there are: a cron expression such as “0 6 * * *”.",
            field="cron",
        )
    if schedule is not None:
        cron, timezone = cron or schedule.cron, timezone or schedule.timezone
        parameters = schedule.parameters if parameters is None else parameters
    return {
        "transformation": transformation,
        "environment": environment,
        "cron": cron,
        "timezone": timezone or "UTC",
        "parameters": dict(parameters or {}),
        **more,
    }


def plan(
    *,
    transformation: Transformation,
    environment: Environment,
    start_at: datetime,
    end_at: datetime,
    cron: str,
    timezone: str,
    which: str,
    is_newest_first: bool,
    is_delivering: bool,
    concurrency: int,
    parameters: Mapping[str, Any],
) -> Plan:
    """What this backfill would do now. Refused, in words, where it can't be done."""
    wanted = Wanted(
        component=transformation.component.name,
        environment=environment.name,
        start_at=start_at,
        end_at=end_at,
        cron=cron,
        timezone=timezone,
        which=which,
        is_newest_first=is_newest_first,
        is_delivering=is_delivering,
        concurrency=concurrency,
    )
    _refuse_nonsense(wanted)
    live = rollouts.live(transformation.component, environment)
    if live is None:
        raise Refused(
            f"{wanted.component} has no live version in {environment.name}. "
            "Deploy one there first.",
            field="environment",
        )
    return plans.build(wanted, _facts(wanted, transformation, live, parameters))


def _refuse_nonsense(wanted: Wanted) -> None:
    for problem in cron_problems(wanted.cron):
        raise Refused(problem, field="cron")
    for problem in timezone_problems(wanted.timezone):
        raise Refused(problem, field="timezone")
    if wanted.end_at < wanted.start_at:
        raise Refused("The range ends before it begins.", field="end_at")
    if wanted.concurrency < 1:
        raise Refused("At least one run at a time.", field="concurrency")


def _facts(
    wanted: Wanted, transformation: Transformation, live: Live, given: Mapping[str, Any]
) -> Facts:
    version = Version.objects.only("spec").get(
        transformation=transformation, number=live.release.number
    )
    times = _due(wanted)
    standing = _standing(transformation, live.environment_id, times)
    to_do = [at for at in times if plans.is_to_do(wanted.which, standing.get(at))]
    entries = version.spec.get("deliveries", [])
    bound = set(
        Binding.objects.filter(
            environment=live.environment_id,
            destination__name__in=[entry["destination"] for entry in entries],
        ).values_list("destination__name", flat=True)
    )
    return Facts(
        release=str(live.release),
        due=times,
        standing=standing,
        parameters=_parameters(wanted, version, live, given, to_do),
        seconds=_seconds(transformation, live.environment_id),
        deliveries=[entry for entry in entries if entry["destination"] in bound],
        elsewhere=sorted({entry["destination"] for entry in entries} - bound),
        slots=settings.BACKFILL_SLOTS,
    )


def _due(wanted: Wanted) -> list[datetime]:
    times = due.between(
        wanted.cron,
        wanted.timezone,
        after=wanted.start_at - due.SECOND,
        until=wanted.end_at,
    )
    found = list(islice(times, MOST + 1))
    if not found:
        raise Refused("No due time lies in this range. Choose a longer one.", field="end_at")
    if len(found) > MOST:
        raise Refused(
            f"More than {MOST:,} due times lie in this range, which is what one backfill takes. "
            "Choose a shorter one; the next can follow it.",
            field="end_at",
        )
    return found


def _standing(
    transformation: Transformation, environment_id: Any, times: Sequence[datetime]
) -> dict[datetime, str]:
    """The state of the newest run of each due time."""
    rows = Run.objects.filter(
        transformation=transformation,
        environment=environment_id,
        channel=Live.Channel.STABLE,
        logical_at__range=(times[0], times[-1]),
    )
    return {at: state for at, state in rows.order_by("pk").values_list("logical_at", "state") if at}


def _parameters(
    wanted: Wanted,
    version: Version,
    live: Live,
    given: Mapping[str, Any],
    to_do: Sequence[datetime],
) -> dict[datetime, dict[str, Any]]:
    declared = version.spec.get("parameters", {})
    for (name, *_), message in placeholders.problems(given, declared):
        raise Refused(message, field=f"parameters.{name}")
    try:
        return {
            at: values.resolve(
                declared,
                configured=live.configuration.values.get("parameters", {}),
                given=placeholders.filled(given, logical_at=at, timezone=wanted.timezone),
            )
            for at in to_do
        }
    except values.ParameterProblem as problem:
        raise Refused(problem.message, field=f"parameters.{problem.name}") from problem


def _seconds(transformation: Transformation, environment_id: Any) -> list[float]:
    """How long the last good runs here took, from claim to verified result."""
    rows = Run.objects.filter(
        transformation=transformation, environment=environment_id, state=Run.State.SUCCEEDED
    )
    ended = rows.order_by("-pk").values_list("started_at", "finished_at")[:LOOKED_AT]
    return [(end - start).total_seconds() for start, end in ended if start and end]
