"""What runs of a release did, for the page that compares it with the release before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from deployments.rollouts import axis
from observability.comparison.base import Half, Seen, Work
from observability.comparison.windows import Side
from pipelines.deliveries.models import Delivery
from pipelines.runs.models import Attempt
from pipelines.transformations.models import Transformation

MOST = 2_000  # attempts of each time, those nearest to the switch
BAD = {Attempt.State.FAILED, Attempt.State.LOST}
COLUMNS = ("run_id", "run__number", "run__trace_id", "number", "state", "started_at", "ran_for")


class Tried(NamedTuple):
    """An attempt, in the order of COLUMNS."""

    run: UUID
    run_number: int
    trace_id: str
    number: int
    state: str
    at: datetime
    seconds: float | None


def work(component: str, before: Side | None, after: Side, now: datetime) -> Work | None:
    """Runs by how their last attempt in that time ended, on the deployments of that time.

    A run that was tried again with another release counts on both sides, each with its own
    attempts; one that somebody cancelled counts nowhere. What still runs after the switch is told
    beside it: a release that hangs ends well as long as it can. Six queries.
    """
    if not Transformation.objects.filter(component__name=component).exists():
        return None
    first = _half(before, now, is_before=True) if before else Half()
    second = _half(after, now, is_before=False)
    return Work(first, second, _last_good(before) if before else None)


def _half(side: Side, now: datetime, *, is_before: bool) -> Half:
    deployments = _deployments(side.names)
    rows = Attempt.objects.filter(started_at__gte=side.since, started_at__lt=side.until)
    order = "-started_at" if is_before else "started_at"
    tried = _of_each(rows, deployments, order, MOST)
    last: dict[UUID, Tried] = {}
    for one in sorted(tried, key=lambda each: each.number):
        if one.state != Attempt.State.RUNNING:
            last[one.run] = one
    sent = _sent(last, deployments)
    return Half(
        [_seen(one) for one in last.values() if one.state != Attempt.State.CANCELLED],
        is_cut=len(tried) == MOST,
        delivered=sent["delivered"],
        undelivered=sent["failed"],
        rows=sent["rows"],
        running=[_so_far(one, now) for one in tried if one.state == Attempt.State.RUNNING],
    )


def _sent(runs: Iterable[UUID], deployments: Sequence[UUID]) -> dict[str, Any]:
    """What these runs delivered, by the deployments of their time."""
    rows = Delivery.objects.filter(run__in=list(runs), deployment__in=deployments)
    is_good = Q(state=Delivery.State.DELIVERED)
    return rows.aggregate(
        delivered=Count("pk", filter=is_good),
        failed=Count("pk", filter=Q(state=Delivery.State.FAILED)),
        rows=Sum("rows", filter=is_good),
    )


def _last_good(side: Side) -> Seen | None:
    rows = Attempt.objects.filter(started_at__lt=side.until, state=Attempt.State.SUCCEEDED)
    found = _of_each(rows, _deployments(side.names), "-started_at", 1)
    return _seen(found[0]) if found else None


def _of_each(
    rows: QuerySet[Attempt], deployments: Sequence[UUID], order: str, most: int
) -> list[Tried]:
    """The first of all of these deployments in this order: each is read by the index, in one query.

    Asked for together, PostgreSQL would read all that there is of them, and sort it.
    """
    parts = [
        rows.filter(deployment=one).order_by(order).values_list(*COLUMNS)[:most]
        for one in deployments
    ]
    if not parts:
        return []
    every = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found = sorted((Tried(*row) for row in every), key=lambda one: one.at)
    return (found[::-1] if order.startswith("-") else found)[:most]


def _seen(one: Tried) -> Seen:
    is_good = one.state == Attempt.State.SUCCEEDED
    return Seen(
        one.at,
        "run",
        one.seconds if is_good else None,
        is_bad=one.state in BAD,
        trace_id=one.trace_id,
        number=one.run_number,
    )


def _so_far(one: Tried, now: datetime) -> Seen:
    seconds = max(0.0, (now - one.at).total_seconds())
    return Seen(one.at, "run", seconds, is_bad=False, trace_id=one.trace_id, number=one.run_number)


def _deployments(names: Iterable[str]) -> list[UUID]:
    """Ours among those that the axis names so."""
    return [found for name in names if (found := axis.deployment(name)) is not None]
