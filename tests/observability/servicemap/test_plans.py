"""What the map asks is found by index, however much there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from observability.servicemap import queries
from observability.servicemap.operations import looking
from observability.traces.stores.registry import store
from portal.ids import first_at
from tests.observability.servicemap.sent import CLIENT, begin, span

pytestmark = pytest.mark.django_db


def plan(sql: str, given: Any) -> str:
    """As for large tables: whole ones are not read where an index leads."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", given)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_new_spans_are_found_in_the_order_in_which_they_came() -> None:
    begin()
    store().write([span("web", CLIENT, 1)])
    now = timezone.now()
    found = plan(
        looking.SPANS,
        [first_at(now - timedelta(minutes=5)), first_at(now), now - looking.LATE, looking.BATCH],
    )
    assert "Index Cond: ((id >" in found
    assert "Sort" not in found, found


def test_sums_are_found_by_their_time() -> None:
    asked = {"of": "hour", "since": timezone.now(), "most": 5, "environment": ""}
    assert "edge_sum_by_time" in plan(queries.SUMS, asked)
