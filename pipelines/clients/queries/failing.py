"""Where the last run failed, and since when; read from the newest run backwards."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from pipelines.acceptances.queries import is_accepted
from pipelines.runs.models import Run

Place = tuple[UUID, UUID]  # a transformation and an environment

# Runs of backfills are about times long past: what they lack is not missing now.
LAST = """
SELECT last.id, first.finished_at
FROM unnest(%(transformations)s::uuid[], %(environments)s::uuid[])
  AS k(transformation, environment),
LATERAL (
  SELECT r.id, r.state FROM pipelines_run r
  WHERE r.transformation_id = k.transformation AND r.environment_id = k.environment
    AND r.state IN ('succeeded', 'failed') AND r.backfill_id IS NULL
  ORDER BY r.id DESC LIMIT 1) last
LEFT JOIN LATERAL (
  SELECT r.id FROM pipelines_run r
  WHERE r.transformation_id = k.transformation AND r.environment_id = k.environment
    AND r.state = 'succeeded' AND r.backfill_id IS NULL
  ORDER BY r.id DESC LIMIT 1) good ON true
LEFT JOIN LATERAL (
  SELECT r.finished_at FROM pipelines_run r
  WHERE r.transformation_id = k.transformation AND r.environment_id = k.environment
    AND r.state = 'failed' AND r.backfill_id IS NULL
    AND r.id > coalesce(good.id, '00000000-0000-0000-0000-000000000000')
  ORDER BY r.id LIMIT 1) first ON true
WHERE last.state = 'failed'
"""


def failing(places: Iterable[Place]) -> dict[Place, Run]:
    """The failed run that is the last of its place, with `since`; two queries.

    What somebody accepted is not among them.
    """
    wanted = list(places)
    if not wanted:
        return {}
    given = {
        "transformations": [place[0] for place in wanted],
        "environments": [place[1] for place in wanted],
    }
    with connection.cursor() as cursor:
        cursor.execute(LAST, given)
        since = dict(cursor.fetchall())
    found = {}
    for run in Run.objects.filter(~is_accepted(), pk__in=since):
        run.since = since[run.pk]  # type: ignore[attr-defined]
        found[run.transformation_id, run.environment_id] = run
    return found
