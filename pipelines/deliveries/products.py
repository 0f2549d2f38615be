"""What was sent last of each product, read along an index: one look each, however much there was.

A product is (destination, transformation, environment). Its first entry in the index
`delivery_by_product` is its newest delivery; from there the next product is one look away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

Key = tuple[UUID, UUID, UUID]

# A product is found by comparing rows, and all columns of the index are ordered by. With equal
# signs and the identity alone the planner may take the primary key instead, and walk over all that
# others were sent, because it believes that what it looks for stands near the end.
ROW = "d.destination_id, d.transformation_id, d.environment_id"
BACKWARDS = (
    "ORDER BY d.destination_id DESC, d.transformation_id DESC, d.environment_id DESC, d.id DESC"
)
LEAST = "'00000000-0000-0000-0000-000000000000'::uuid"
MOST = "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"


def _here(place: str) -> str:
    """The entries of one product: `place` names its three columns elsewhere."""
    return f"({ROW}) >= ({place}) AND ({ROW}) <= ({place})"


FOUND = "f.destination_id, f.transformation_id, f.environment_id"
KEY = "k.destination, k.transformation, k.environment"
KEYS = """unnest(%(destinations)s::uuid[], %(transformations)s::uuid[], %(environments)s::uuid[])"""
# For each destination: the newest entry of one product after the other. For each of those: the
# newest that arrived, and the oldest after it, which is when its trouble began.
PRODUCTS = f"""
WITH RECURSIVE found AS (
  SELECT first.* FROM unnest(%(destinations)s::uuid[]) AS wanted(id), LATERAL (
    SELECT {ROW}, d.id FROM pipelines_delivery d
    WHERE d.destination_id >= wanted.id AND d.destination_id <= wanted.id
      AND d.transformation_id IS NOT NULL
    {BACKWARDS} LIMIT 1) first
  UNION ALL
  SELECT following.* FROM found f, LATERAL (
    SELECT {ROW}, d.id FROM pipelines_delivery d
    WHERE d.destination_id >= f.destination_id AND ({ROW}) < ({FOUND})
    {BACKWARDS} LIMIT 1) following
)
SELECT {FOUND}, f.id, good.id, since.id FROM found f
LEFT JOIN LATERAL (
  SELECT d.id FROM pipelines_delivery d WHERE {_here(FOUND)} AND d.state = 'delivered'
  {BACKWARDS} LIMIT 1) good ON true
LEFT JOIN LATERAL (
  SELECT d.id FROM pipelines_delivery d
  WHERE ({ROW}, d.id) > ({FOUND}, coalesce(good.id, {LEAST})) AND ({ROW}) <= ({FOUND})
  ORDER BY {ROW}, d.id LIMIT 1) since ON good.id IS DISTINCT FROM f.id
"""  # noqa: S608 - put together from constants
NEWEST = f"""
SELECT d.id FROM {KEYS} AS k(destination, transformation, environment), LATERAL (
  SELECT d.id FROM pipelines_delivery d
  WHERE ({ROW}) >= ({KEY}) AND ({ROW}, d.id) < ({KEY}, coalesce(%(before)s::uuid, {MOST}))
  {BACKWARDS} LIMIT %(most)s) d
ORDER BY d.id DESC LIMIT %(most)s
"""  # noqa: S608 - put together from constants
# Of one transformation at some destinations, wherever that is.
PLACE = "k.destination, %(transformation)s::uuid, e.id"
STANDING = f"""
SELECT {PLACE}, last.id, good.id, NULL::uuid
FROM unnest(%(destinations)s::uuid[]) AS k(destination), deployments_environment e,
LATERAL (
  SELECT d.id FROM pipelines_delivery d WHERE {_here(PLACE)} {BACKWARDS} LIMIT 1) last
LEFT JOIN LATERAL (
  SELECT d.id FROM pipelines_delivery d WHERE {_here(PLACE)} AND d.state = 'delivered'
  {BACKWARDS} LIMIT 1) good ON true
"""  # noqa: S608 - put together from constants
BY_DAY = f"""
SELECT k.n, day.n, d.id
FROM {KEYS} WITH ORDINALITY AS k(destination, transformation, environment, n),
generate_series(1, array_length(%(bounds)s::uuid[], 1) - 1) AS day(n),
LATERAL (
  SELECT d.id FROM pipelines_delivery d
  WHERE ({ROW}, d.id) >= ({KEY}, (%(bounds)s::uuid[])[day.n])
    AND ({ROW}, d.id) < ({KEY}, (%(bounds)s::uuid[])[day.n + 1])
    AND d.state <> 'unbound'
  {BACKWARDS} LIMIT 1) d
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Ends:
    """The deliveries at the two ends of a product's present: identities of rows."""

    key: Key
    newest: UUID
    good: UUID | None  # the newest that arrived
    since: UUID | None  # the first after it; None: the newest arrived

    def all(self) -> Iterable[UUID]:
        return (row for row in (self.newest, self.good, self.since) if row)


def ends(destinations: Iterable[UUID]) -> list[Ends]:
    """Every product that these destinations were sent; one query, as long as there are products."""
    return _ends(_asked(PRODUCTS, destinations=list(destinations)))


def ends_of(transformation: UUID, destinations: Iterable[UUID]) -> list[Ends]:
    """The products that these destinations were sent of one transformation; one query.

    When their trouble began is not among what it tells.
    """
    rows = _asked(STANDING, transformation=transformation, destinations=list(destinations))
    return _ends(rows)


def _ends(rows: Iterable[tuple]) -> list[Ends]:
    return [Ends((row[0], row[1], row[2]), row[3], row[4], row[5]) for row in rows]


def newest(keys: Sequence[Key], *, most: int, before: UUID | None = None) -> list[UUID]:
    """The newest deliveries of these products together; one query, whatever their history."""
    return [row[0] for row in _asked(NEWEST, before=before, most=most, **columns(keys))]


def by_day(keys: Sequence[Key], bounds: Sequence[UUID]) -> dict[tuple[int, int], UUID]:
    """The last delivery of each day by (place of its product, place of its day); one query.

    `bounds` are identities between which the days lie: one more than there are days.
    """
    rows = _asked(BY_DAY, bounds=list(bounds), **columns(keys))
    return {(row[0] - 1, row[1] - 1): row[2] for row in rows}


def columns(keys: Sequence[Key]) -> dict[str, list[UUID]]:
    """These products as the queries want them."""
    return {
        "destinations": [key[0] for key in keys],
        "transformations": [key[1] for key in keys],
        "environments": [key[2] for key in keys],
    }


def _asked(sql: str, **given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
