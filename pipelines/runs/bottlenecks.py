"""Which transformations take long, and how long runs and deliveries wait for a worker."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.urls import reverse

from observability.bottlenecks.base import MOST, SHOWN, Slow, Waiting, Wanted
from portal.ids import first_at

# With LIMIT 1 each newest one is looked up by index; a join reads all runs that there ever were.
SLOW = """
WITH newest AS (
    SELECT run_id, state, ran_for, cpu_seconds FROM pipelines_attempt
    WHERE id >= %(first)s AND id < %(last)s ORDER BY id DESC LIMIT %(most)s
), measured AS (
    SELECT run.transformation_id, count(*) AS n,
        count(*) FILTER (WHERE newest.state IN ('failed', 'lost')) AS failed,
        percentile_disc(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (ORDER BY ran_for) AS took,
        sum(cpu_seconds) AS cpu,
        (array_agg(run.number ORDER BY ran_for DESC NULLS LAST))[1] AS slowest
    FROM newest CROSS JOIN LATERAL (
        SELECT number, transformation_id, team_id FROM pipelines_run
        WHERE id = newest.run_id LIMIT 1
    ) AS run
    JOIN portal_team team ON team.id = run.team_id
    WHERE newest.state <> 'running' AND (%(team)s = '' OR team.name = %(team)s)
    GROUP BY run.transformation_id
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY took[2] DESC NULLS LAST) AS by_time,
        row_number() OVER (ORDER BY cpu DESC NULLS LAST) AS by_cpu
    FROM measured
)
SELECT component.name, team.name, n, failed, took[1], took[2], took[3], cpu, slowest
FROM ranked JOIN pipelines_transformation transformation ON transformation.id = transformation_id
JOIN portal_component component ON component.id = transformation.component_id
JOIN portal_team team ON team.id = component.team_id
WHERE by_time <= %(shown)s OR by_cpu <= %(shown)s
ORDER BY took[2] DESC NULLS LAST, component.name
"""
RUNS = """
SELECT team.name, count(*), percentile_disc(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (ORDER BY waited_for),
    (array_agg(run.number ORDER BY waited_for DESC))[1]
FROM (
    SELECT run_id, waited_for FROM pipelines_attempt
    WHERE id >= %(first)s AND id < %(last)s ORDER BY id DESC LIMIT %(most)s
) AS newest
CROSS JOIN LATERAL (
    SELECT number, team_id FROM pipelines_run WHERE id = newest.run_id LIMIT 1
) AS run
JOIN portal_team team ON team.id = run.team_id
WHERE %(team)s = '' OR team.name = %(team)s
GROUP BY team.name
"""
DELIVERIES = """
SELECT team.name, count(*), percentile_disc(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (ORDER BY waited),
    (array_agg(newest.number ORDER BY waited DESC))[1]
FROM (
    SELECT delivery.number, delivery.team_id,
        extract(epoch FROM attempt.started_at - delivery.created_at)::double precision AS waited
    FROM (
        SELECT delivery_id, started_at FROM pipelines_deliveryattempt
        WHERE id >= %(first)s AND id < %(last)s AND number = 1 ORDER BY id DESC LIMIT %(most)s
    ) AS attempt
    CROSS JOIN LATERAL (
        SELECT number, team_id, created_at FROM pipelines_delivery
        WHERE id = attempt.delivery_id LIMIT 1
    ) AS delivery
) AS newest
JOIN portal_team team ON team.id = newest.team_id
WHERE %(team)s = '' OR team.name = %(team)s
GROUP BY team.name
"""


def slowest(wanted: Wanted) -> list[Slow]:
    """The ten that take longest and the ten that use most CPU, together; one query."""
    return [
        Slow(name, team, n, failed, p50, p95, longest, cpu, _run(number))
        for name, team, n, failed, p50, p95, longest, cpu, number in _rows(
            SLOW, wanted, shown=SHOWN
        )
    ]


def runs_waiting(wanted: Wanted) -> list[Waiting]:
    """Between being due and being claimed; one query."""
    return [
        Waiting("runs", "Runs", team, n, p50, p95, longest, _run(number))
        for team, n, (p50, p95, longest), number in _rows(RUNS, wanted)
    ]


def deliveries_waiting(wanted: Wanted) -> list[Waiting]:
    """Between the result and the first try; one query."""
    return [
        Waiting("deliveries", "Deliveries", team, n, p50, p95, longest, _delivery(number))
        for team, n, (p50, p95, longest), number in _rows(DELIVERIES, wanted)
    ]


def _run(number: int) -> str:
    return reverse("pipelines:run-detail", args=[number])


def _delivery(number: int) -> str:
    return reverse("pipelines:delivery-detail", args=[number])


def _rows(statement: str, wanted: Wanted, **more: int) -> list[tuple[Any, ...]]:
    given: dict[str, Any] = {
        "first": first_at(wanted.since),
        "last": first_at(wanted.until),
        "most": MOST,
        "team": wanted.team,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
