"""Finding traces in PostgreSQL: which spans fit, newest first, and what their traces look like.

A trace has no row of its own: that would be written again with each of its spans. So spans are
found, each trace is shown where its newest fitting span stands, and the page's traces are summed up
by their spans.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from observability.traces.stores.base import (
    MOST_COUNTED,
    OURS,
    Amount,
    Ended,
    Summary,
    Traces,
    Wanted,
)
from observability.traces.stores.volumes import IS_ENTRY

SECOND = 1_000_000_000  # nanoseconds: longer ones have an index of their own
PER_TRACE = 8  # fitting spans that are read for each trace of a page
SAMPLE = 1_000  # spans that facets are made of
AROUND = timedelta(days=2)  # a trace's other spans lie that near
Cursor = tuple[datetime, UUID]

SUMMARY = """
SELECT wanted.trace_id, seen.* FROM unnest(%(ids)s::uuid[]) AS wanted(trace_id)
CROSS JOIN LATERAL (
    SELECT min(at) AS at,
        extract(epoch FROM max(at + duration / 1000 * interval '1 microsecond') - min(at)),
        (array_agg(name ORDER BY parent_id IS NOT NULL, at))[1],
        (array_agg(component ORDER BY parent_id IS NOT NULL, at))[1],
        array_agg(DISTINCT component),
        coalesce(array_agg(DISTINCT environment) FILTER (WHERE environment <> ''), '{}'),
        count(*), count(*) FILTER (WHERE is_error)
    FROM (
        SELECT at, duration, name, component, environment, parent_id, is_error
        FROM observability_span
        WHERE trace_id = wanted.trace_id AND at >= %(since)s AND at < %(until)s
        LIMIT %(most)s
    ) AS span
) AS seen
"""


def search(wanted: Wanted, *, before: Cursor | None, most: int) -> Traces:
    """Three questions, however much there is."""
    rows = _matches(wanted, before, most * PER_TRACE)
    shown = _shown(wanted, before, {row[2] for row in rows}) if before else set()
    picked: dict[UUID, Cursor] = {}
    last: Cursor | None = None
    for identity, at, trace_id in rows:
        if trace_id not in shown and trace_id not in picked:
            if len(picked) == most:
                break
            picked[trace_id] = at, identity
        last = at, identity
    else:
        last = last if len(rows) == most * PER_TRACE else None
    found = _summaries(list(picked), wanted) if picked else {}
    return Traces([found[one] for one in picked if one in found], last)


def amounts(wanted: Wanted) -> list[Amount]:
    """What the newest fitting spans are of."""
    statement = sql.SQL(
        "SELECT component, environment, name, count(*) FROM (SELECT component, environment, name"
        " FROM observability_span WHERE {} ORDER BY at DESC, id DESC LIMIT {}) AS newest"
        " GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"
    ).format(_conditions(wanted), sql.Literal(SAMPLE))
    return [Amount(*row) for row in _rows(statement)]


def ended(wanted: Wanted, *, newest_first: bool, most: int) -> list[Ended]:
    """Spans that fit, from one end of the time on."""
    statement = sql.SQL(
        "SELECT at, duration, name, is_error, trace_id FROM observability_span WHERE {}"
        " ORDER BY {} LIMIT {}"
    ).format(
        _conditions(wanted),
        sql.SQL("at DESC, id DESC" if newest_first else "at, id"),
        sql.Literal(most),
    )
    return [
        Ended(at, duration, name, is_error, trace_id.hex)
        for at, duration, name, is_error, trace_id in _rows(statement)
    ]


def _matches(wanted: Wanted, before: Cursor | None, most: int) -> list[tuple[Any, ...]]:
    conditions = [_conditions(wanted)]
    if before:
        conditions.append(
            sql.SQL("at <= {0} AND (at, id) < ({0}, {1})").format(*map(sql.Literal, before))
        )
    return _rows(
        sql.SQL(
            "SELECT id, at, trace_id FROM observability_span WHERE {}"
            " ORDER BY at DESC, id DESC LIMIT {}"
        ).format(sql.SQL(" AND ").join(conditions), sql.Literal(most))
    )


def _shown(wanted: Wanted, before: Cursor, ids: set[UUID]) -> set[UUID]:
    """Which of these stand on an earlier page: they have a fitting span that is newer."""
    statement = sql.SQL(
        "SELECT DISTINCT trace_id FROM observability_span WHERE trace_id = ANY({}) AND {}"
        " AND at >= {} AND (at, id) >= ({}, {})"
    ).format(
        sql.Literal(list(ids)),
        _conditions(wanted),
        sql.Literal(before[0]),
        *map(sql.Literal, before),
    )
    return {trace_id for (trace_id,) in _rows(statement)}


def _summaries(ids: Sequence[UUID], wanted: Wanted) -> dict[UUID, Summary]:
    asked: dict[str, Any] = {
        "ids": list(ids),
        "since": wanted.since - AROUND,
        "until": wanted.until + AROUND,
        "most": MOST_COUNTED + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(SUMMARY, asked)
        rows = cursor.fetchall()
    return {
        trace_id: Summary(
            trace_id.hex, at, int(seconds * SECOND), name, component, tuple(seen), tuple(places), *n
        )
        for trace_id, at, seconds, name, component, seen, places, *n in rows
        if at is not None
    }


def _conditions(wanted: Wanted) -> sql.Composable:
    """As they stand in the indexes, so that one of them is entered."""
    found: list[sql.Composable] = [
        sql.SQL("at >= {} AND at < {}").format(sql.Literal(wanted.since), sql.Literal(wanted.until))
    ]
    found += [
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
        for column in ("component", "environment", "name")
        if (value := getattr(wanted, column))
    ]
    if wanted.least:
        found.append(sql.SQL("duration >= {}").format(sql.Literal(wanted.least)))
    if wanted.only_errors:
        found.append(sql.SQL("is_error"))
    if wanted.only_entries:
        found.append(sql.SQL(IS_ENTRY))
    if not wanted.component:
        if wanted.without_ours:
            found.append(sql.SQL("component <> {}").format(sql.Literal(OURS)))
        if not wanted.only_errors:
            found.append(sql.SQL(IS_ENTRY if wanted.without_ours else "parent_id IS NULL"))
    return sql.SQL(" AND ").join(found)


def _rows(statement: sql.Composed) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
