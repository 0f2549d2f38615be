"""What the map asks is found by index, however much there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from observability.servicemap import near, queries
from observability.servicemap.models import ObservedEdge
from observability.servicemap.operations import looking
from observability.traces.stores.registry import store
from portal.ids import first_at, uuid7
from tests.observability.servicemap.sent import CLIENT, begin, span

pytestmark = pytest.mark.django_db


def plan(sql: str, given: Any, *off: str) -> str:
    """As for large tables: whole ones are not read where an index leads. Nor `sort`, say."""
    with connection.cursor() as cursor:
        for way in ("seqscan", *off):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}", given)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_new_spans_are_found_in_the_order_in_which_they_came() -> None:
    begin()
    store().write([span("web", CLIENT, 1)])
    now = timezone.now()
    found = plan(
        looking.SPANS,
        [first_at(now - timedelta(minutes=5)), first_at(now), now - looking.LATE, looking.BATCH],
        "sort",  # of three spans is less work than two indexes
    )
    assert "Index Cond: ((id >" in found
    assert "Sort  (" not in found, found  # merging partitions in order is none


def test_sums_are_found_by_their_time() -> None:
    asked = {"of": "hour", "since": timezone.now(), "most": 5, "environment": "", "edges": None}
    of_all = plan(queries.SUMS, asked)
    assert "Seq Scan" not in of_all, of_all
    of_one = plan(queries.SUMS, {**asked, "environment": "staging"})
    assert "Seq Scan" not in of_one, of_one


def test_what_is_near_and_its_sums_are_found_by_its_name_and_identity() -> None:
    now = timezone.now()
    ObservedEdge.objects.bulk_create(
        ObservedEdge(
            caller_kind="component",
            caller=f"caller-{n}",
            callee_kind="queue",
            callee=f"queue-{n}",
            environment="staging",
            first_seen_at=now,
            last_seen_at=now,
        )
        for n in range(2_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE observability_observededge")
    asked = {"since": now, "most": 5, "environment": "staging"}
    beside = {"down_kinds": ["component"], "down": ["caller-7"]}
    beside |= {"up_kinds": ["queue"], "up": ["queue-7"]}
    found = plan(near.SEEN, {**asked, **beside})
    assert "observed_edge_once" in found, found
    assert "observed_edge_by_callee" in found, found
    assert "Seq Scan" not in found, found
    sums = plan(queries.SUMS, {**asked, "of": "hour", "environment": "", "edges": [uuid7()]})
    assert "Seq Scan" not in sums, sums
    assert "edge_id = " in sums, sums
