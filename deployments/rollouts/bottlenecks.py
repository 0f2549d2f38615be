"""How long deployments and rollbacks wait for a worker to begin with them."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.urls import reverse

from observability.bottlenecks.base import MOST, Waiting, Wanted
from portal.ids import first_at

# With LIMIT 1 each step's is looked up by index; a join reads all attempts that there ever were.
BEGUN = """
SELECT queue, team.name, count(*),
    percentile_disc(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (ORDER BY waited),
    (array_agg(newest.number ORDER BY waited DESC))[1]
FROM (
    SELECT deployment.number, component.team_id,
        CASE deployment.kind WHEN 'rollback' THEN 'rollback' ELSE 'control' END AS queue,
        extract(epoch FROM attempt.started_at - step.due_at)::double precision AS waited
    FROM (
        SELECT id, number, kind, component_id FROM deployments_deployment
        WHERE id >= %(first)s AND id < %(last)s ORDER BY id DESC LIMIT %(most)s
    ) AS deployment
    CROSS JOIN LATERAL (
        SELECT id, name, lag(finished_at) OVER (ORDER BY "order") AS due_at, "order"
        FROM deployments_step WHERE deployment_id = deployment.id
        ORDER BY name IN ('rules', 'approval'), "order" LIMIT 1
    ) AS step
    CROSS JOIN LATERAL (
        SELECT started_at FROM deployments_stepattempt
        WHERE step_id = step.id AND number = 1 LIMIT 1
    ) AS attempt
    JOIN portal_component component ON component.id = deployment.component_id
) AS newest
JOIN portal_team team ON team.id = newest.team_id
WHERE waited IS NOT NULL AND (%(team)s = '' OR team.name = %(team)s)
GROUP BY queue, team.name
"""
TITLES = {"control": "Deployments", "rollback": "Rollbacks"}


def waiting(wanted: Wanted) -> list[Waiting]:
    """Between the last word of rules and people and the first try by a worker; one query."""
    given: dict[str, Any] = {
        "first": first_at(wanted.since),
        "last": first_at(wanted.until),
        "most": MOST,
        "team": wanted.team,
    }
    with connection.cursor() as cursor:
        cursor.execute(BEGUN, given)
        rows = cursor.fetchall()
    return [
        Waiting(queue, TITLES[queue], team, n, p50, p95, longest, _address(number))
        for queue, team, n, (p50, p95, longest), number in rows
    ]


def _address(number: int) -> str:
    return reverse("deployments:deployment-detail", args=[number])
