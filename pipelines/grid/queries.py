"""Reading the grid: a page of due times of one transformation in one environment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from deployments.environments.models import Environment
from deployments.releases.models import Rejection
from deployments.rollouts.models import Live
from pipelines.acceptances.queries import is_accepted
from pipelines.deliveries.models import Delivery
from pipelines.grid.cells import Gap, Grid, Seen, SeenRun, build
from pipelines.runs.models import Attempt, Run
from pipelines.schedules import due
from pipelines.schedules.models import Omission, Schedule
from pipelines.transformations.models import Transformation

SIZE = 40  # columns on a page
GAPS = 100  # stretches of missing due times that a page looks at


@dataclass(frozen=True, slots=True)
class Page:
    """A grid, and the `?before=` of the page of older due times ("" on the last one)."""

    grid: Grid
    older: str


def places(transformation: Transformation) -> list[Environment]:
    """Where something of it is live, in the order of promotion."""
    live = Live.objects.filter(
        component=transformation.component_id, channel=Live.Channel.STABLE
    ).values("environment")
    return list(Environment.objects.filter(pk__in=live).order_by("order"))


def page(
    transformation: Transformation,
    environment: Environment,
    schedule: Schedule | None,
    *,
    before: datetime | None,
    size: int = SIZE,
) -> Page:
    """The newest due times before an instant, whatever became of them; five queries."""
    runs = Run.objects.filter(
        transformation=transformation,
        environment=environment,
        channel=Live.Channel.STABLE,
        logical_at__isnull=False,
    )
    gaps = _gaps(schedule, before, size)
    times = _times(runs, before, size)
    chosen = sorted({*times, *(gap.at for gap in gaps)}, reverse=True)[: size + 1]
    shown, older = chosen[:size], chosen[size:]
    grid = build(
        runs=_seen(runs, shown, transformation) if shown else [],
        gaps=[gap for gap in gaps if gap.at in set(shown)],
        ahead=_ahead(schedule) if before is None else None,
        timezone=schedule.timezone if schedule else "UTC",
    )
    return Page(grid, shown[-1].isoformat() if older else "")


def _times(runs: QuerySet[Run], before: datetime | None, size: int) -> list[datetime]:
    """The newest due times that have a run; out of the index that makes them unique."""
    if before is not None:
        runs = runs.filter(logical_at__lt=before)
    newest = runs.order_by("-logical_at").values_list("logical_at", flat=True).distinct()
    return [at for at in newest[: size + 1] if at is not None]


def _gaps(schedule: Schedule | None, before: datetime | None, size: int) -> list[Gap]:
    """The newest due times that were left out."""
    if schedule is None:
        return []
    rows = Omission.objects.filter(schedule=schedule)
    if before is not None:
        rows = rows.filter(first_at__lt=before)
    found: list[Gap] = []
    for row in rows.order_by("-last_at")[:GAPS]:
        found += _gaps_of(row, before, size + 1 - len(found))
        if len(found) > size:
            break
    return found


def _gaps_of(row: Omission, before: datetime | None, most: int) -> list[Gap]:
    last = row.last_at if before is None else min(row.last_at, before - due.SECOND)
    times = due.newest(
        row.cron, row.timezone, after=row.first_at - due.SECOND, until=last, most=most
    )
    why = row.message or f"{Omission.Cause(row.cause).label}."
    return [Gap(at, why) for at in times]


def _ahead(schedule: Schedule | None) -> datetime | None:
    if schedule is None or schedule.state == Schedule.State.NONE:
        return None
    return schedule.next_at


def _seen(
    runs: QuerySet[Run], times: Sequence[datetime], transformation: Transformation
) -> list[SeenRun]:
    """The newest run of each due time, with its checks and deliveries; four queries."""
    rows = (
        runs.filter(logical_at__range=(min(times), max(times)))
        .select_related("release")
        .annotate(accepted=is_accepted())
        .order_by("pk")
    )
    wanted = set(times)
    by_time: dict[datetime, list[Run]] = defaultdict(list)
    for row in rows:
        if row.logical_at in wanted:
            by_time[row.logical_at].append(row)
    newest = [found[-1] for found in by_time.values()]
    checks = _checks([row.pk for row in newest])
    deliveries = _deliveries([row.pk for row in newest])
    rejected = set(
        Rejection.objects.active()
        .filter(component=transformation.component_id)
        .values_list("digest", flat=True)
    )
    return [
        _run(row, checks, deliveries, rejected, others=len(by_time[row.logical_at]) - 1)
        for row in newest
        if row.logical_at is not None
    ]


def _checks(runs: Sequence[UUID]) -> dict[UUID, dict[str, Seen]]:
    """How each check of the last attempt ended."""
    newest = Attempt.objects.filter(run__in=runs).order_by("run", "-number").distinct("run")
    found: dict[UUID, dict[str, Seen]] = {}
    for run_id, checks in newest.values_list("run_id", "checks"):
        found[run_id] = {
            check["name"]: Seen("good", "good", "Passed")
            if check["is_passed"]
            else Seen("bad", "bad", "Not passed")
            for check in checks
        }
    return found


def _deliveries(runs: Sequence[UUID]) -> dict[UUID, dict[str, Seen]]:
    """How each delivery stands: its newest revision, by client."""
    newest = (
        Delivery.objects.filter(run__in=runs)
        .select_related("client")
        .order_by("run", "name", "-revision")
        .distinct("run", "name")
    )
    found: dict[UUID, dict[str, Seen]] = defaultdict(dict)
    for row in newest:
        state = Delivery.State(row.state)
        found[row.run_id][str(row.client)] = Seen(state.tone, state.icon, str(state.label))
    return found


def _run(
    row: Run,
    checks: dict[UUID, dict[str, Seen]],
    deliveries: dict[UUID, dict[str, Seen]],
    rejected: set[str],
    *,
    others: int,
) -> SeenRun:
    assert row.logical_at is not None
    is_failed = row.state in {Run.State.FAILED, Run.State.CANCELLED}
    is_let = is_failed and bool(getattr(row, "accepted", False))
    return SeenRun(
        number=row.number,
        logical_at=row.logical_at,
        state=_state(row, rejected, is_accepted=is_let),
        seconds=_seconds(row),
        started_at=row.started_at,
        message=row.message,
        reason=row.reason,
        version=str(row.release) if row.release else "",
        checks=checks.get(row.pk, {}),
        deliveries=deliveries.get(row.pk, {}),
        is_finished=row.is_finished,
        is_failed=is_failed,
        is_accepted=is_let,
        is_delivering=row.is_delivering,
        is_made_up=row.backfill_id is not None,
        others=others,
    )


def _state(row: Run, rejected: set[str], *, is_accepted: bool) -> Seen:
    if row.state == Run.State.SUCCEEDED and row.release and row.release.digest in rejected:
        return Seen("bad", "ban", "Rejected since")
    if is_accepted:
        return Seen("neutral", "check", f"{row.get_state_display()}, accepted")
    state = Run.State(row.state)
    return Seen(state.tone, state.icon, str(state.label))


def _seconds(row: Run) -> float | None:
    if row.started_at is None or row.finished_at is None or row.finished_at < row.started_at:
        return None
    return (row.finished_at - row.started_at).total_seconds()
