"""Where the last run failed, and since when; read from the newest run backwards."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from pipelines.acceptances.queries import is_accepted
from pipelines.runs.models import Run

Place = tuple[UUID, UUID]  # a transformation and an environment

# The environment is compared and ordered by, not equalled: with the identity alone to order by, the
# planner may take the primary key and walk over the runs of others; with both compared, an index of
# the transformation alone. Runs of backfills are about times long past: what they lack is not
# missing now.
HERE = (
    "r.transformation_id = k.transformation"
    " AND r.environment_id >= k.environment AND r.environment_id <= k.environment"
)
LAST = f"""
SELECT last.id, (
  SELECT min(r.finished_at) FROM pipelines_run r
  WHERE r.transformation_id = k.transformation AND r.environment_id = k.environment
    AND r.state = 'failed' AND r.backfill_id IS NULL
    AND r.id > coalesce(good.id, '00000000-0000-0000-0000-000000000000'))
FROM unnest(%(transformations)s::uuid[], %(environments)s::uuid[])
  AS k(transformation, environment),
LATERAL (
  SELECT r.id, r.state FROM pipelines_run r
  WHERE {HERE} AND r.state IN ('succeeded', 'failed') AND r.backfill_id IS NULL
  ORDER BY r.environment_id, r.id DESC LIMIT 1) last
LEFT JOIN LATERAL (
  SELECT r.id FROM pipelines_run r
  WHERE {HERE} AND r.state = 'succeeded' AND r.backfill_id IS NULL
  ORDER BY r.environment_id, r.id DESC LIMIT 1) good ON true
WHERE last.state = 'failed'
"""  # noqa: S608 - put together from constants


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
