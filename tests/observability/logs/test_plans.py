"""Whatever lines are asked for, they are found by an index: PostgreSQL is asked how it would look.

Many lines of many components over days; the plan of each question reads few rows more than it
gives back, and walks through no day.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from observability.logs import asking, queries
from observability.logs.models import LogRecord
from portal.accounts.models import User
from tests.bench.log_crowd import settle

pytestmark = pytest.mark.django_db
LINES = 6_000
TRACE = "00000000000000000000000000000007"
RUN = "00000000-0000-0000-0000-000000000007"
# As tests/portal/pages/test_query_plans.py: what a plan for millions of rows looks like
AS_IF_LARGE = {"enable_seqscan": "off", "random_page_cost": "1", "cpu_tuple_cost": "1"}
PAGE, IN_VAIN = 20, 400  # rows that may be read and thrown away
QUERIES = [
    "",
    "component:component-1",
    "component:component-1 environment:production",
    "component:component-1 level:error",
    "component:nobody",
    "level:error",
    "component:component-9 level:fatal",
    "component:component-1 component:component-2",
    "component:component-1 needle",
    'level:warn+ "needle"',
    "level:error needle*",
    f"trace:{TRACE}",
    f"run:{RUN}",
    f"deployment:{RUN}",
    "client:client-3",
    "client:nobody",
    "-level:debug -level:trace",
    "component:component-1 -level:info",
]


@pytest.fixture
def crowd(db: None) -> None:
    settle(LINES, now=timezone.now(), days=2)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE observability_logrecord")
        for name, value in AS_IF_LARGE.items():
            cursor.execute(f"SET LOCAL {name} = {value}")


@pytest.mark.usefixtures("crowd")
def test_every_question_goes_by_an_index(people: dict[str, User]) -> None:
    asked = [*QUERIES, f"pattern:{LogRecord.objects.values_list('pattern', flat=True)[0]}"]
    wrong = [f"{query}: {words}" for query in asked for words in complaints(query, people)]
    assert not wrong, "\n".join(wrong)


def complaints(query: str, people: dict[str, User]) -> Iterator[str]:
    question = asking.read({"q": query, "span": "24h"}, timezone.now())
    wanted = queries.wanted(question, people["priya"])
    with CaptureQueriesContext(connection) as captured:
        page = queries.search(wanted, most=PAGE)
        if page.older:
            queries.search(wanted, before=page.older, most=PAGE)
        if page.lines:
            newest = asking.key(page.lines[0])
            queries.newer(wanted, after=newest)
            queries.around(page.lines[0], PAGE)
            queries.line(newest, people["priya"])
    for one in captured.captured_queries:
        if "observability_logrecord" in one["sql"] and one["sql"].startswith("SELECT"):
            yield from walks(one["sql"])


def walks(sql: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        (said,) = cursor.fetchone()
    plan = (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]
    for node in nodes(plan):
        if node["Node Type"] == "Seq Scan" and node.get("Actual Loops"):
            yield f"walks through {node['Relation Name']}"
        if (gone := node.get("Rows Removed by Filter", 0)) > IN_VAIN:
            yield f"throws away {gone} rows by {node.get('Index Name', '')}\n    {sql[:600]}"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.usefixtures("crowd")
def test_a_histogram_of_a_day_reads_minutes(people: dict[str, User]) -> None:
    question = asking.read({"q": "component:component-1", "span": "24h"}, timezone.now())
    with CaptureQueriesContext(connection) as captured:
        bars = queries.histogram(queries.wanted(question, people["priya"]), question.span.step)
    assert sum(bar.lines for bar in bars) > LINES / 40
    assert not [q for q in captured.captured_queries if "observability_logrecord" in q["sql"]]
    assert timedelta(seconds=question.span.step) == timedelta(minutes=30)
