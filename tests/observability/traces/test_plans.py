"""Traces are found by an index, whatever they are narrowed down by."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from observability.partitions.batches import nanoseconds
from observability.traces.stores import finding
from observability.traces.stores.base import SpanLine, Wanted
from observability.traces.stores.postgres import PostgresTraces
from tests.conftest import NOW
from tests.contracts.test_trace_stores import span

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"component": "c7"},
        {"component": "c7", "name": "step"},
        {"component": "c7", "only_errors": True},
        {"component": "c7", "least": 2_000_000_000},
        {"only_errors": True},
        {"without_ours": True},
        {"without_ours": True, "only_errors": True},
        {"without_ours": True, "environment": "production"},
    ],
)
def test_no_plan_walks_through_a_day(narrowed: dict[str, object]) -> None:
    PostgresTraces().write([_span(number) for number in range(2_000)])
    wanted = Wanted(NOW - timedelta(hours=2), NOW, **narrowed)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE observability_span")
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as captured:
        finding.search(wanted, before=(NOW - timedelta(minutes=5), UUID(int=0)), most=20)
        finding.amounts(wanted)
    assert len(captured) <= 4
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(row for (row,) in cursor.fetchall())
        assert "Seq Scan on observability_span" not in plan, plan
        assert "Index" in plan, plan


def test_what_the_portal_does_for_itself_is_not_read_to_leave_it_out() -> None:
    ours = [_span(number)._replace(component="slipway") for number in range(2_000)]
    PostgresTraces().write([*ours, _span(7)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE observability_span")
    wanted = Wanted(NOW - timedelta(hours=2), NOW, without_ours=True)
    with CaptureQueriesContext(connection) as captured:
        assert [one.component for one in finding.search(wanted, before=None, most=20).found]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {captured.captured_queries[0]['sql']}")
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "Filter" not in plan, plan


def _span(number: int) -> SpanLine:
    """Of 50 components, some of which fail or take long; each begins a trace."""
    return span(
        number,
        at=nanoseconds(NOW - timedelta(seconds=number)),
        trace_id=f"{number // 50:032x}",
        parent_id="",
        component=f"c{number % 50}",
        name="step",
        is_error=number % 3 == 0,
        duration=3_000_000_000 if number % 2 else 1_000,
    )
