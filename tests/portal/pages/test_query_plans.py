"""No list walks through a large table: each finds its rows by an index, whatever is asked for.

A small crowd is enough: PostgreSQL is told that walking is dear, so where it still walks, there is
no index to go by; and what a walk along an index throws away is counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import User
from portal.search import feeds
from tests.bench.crowd import Size, settle

LARGE = {
    *("pipelines_run", "pipelines_attempt", "pipelines_delivery", "pipelines_deliveryattempt"),
    *("deployments_deployment", "deployments_step", "deployments_stepattempt"),
    *("observability_change", "portal_entry", "portal_findable"),
}
MOST_IN_VAIN = 250  # rows that a scan may read and throw away
SMALL = Size(components=300, runs=2_400, deployments=600, teams=30, people=40, clients=30)
HOT, RARE = "gate-by-month-9", "nothing-like-this"
PAGES = (
    *("/", "/counts", "/changes/mine", "/changes/mine?by=me", "/deployments/mine"),
    *("/components/", "/components/?q=carrier", "/components/?mine=1&runs=failing&live=staging"),
    *("/search?q=carrier", "/search?q=carier+wether", "/palette?q=carr"),
    *("/runs/", "/runs/?state=failed", "/runs/?state=queued", "/runs/?environment=development"),
    *(f"/runs/?component={HOT}", f"/runs/?component={RARE}", "/runs/?environment=nowhere"),
    *("/deployments/", "/deployments/?state=refused", "/deployments/?state=waiting"),
    *("/deployments/?kind=rollback", f"/deployments/?component={HOT}"),
    *(f"/deployments/?component={RARE}", "/deployments/?environment=nowhere"),
    *("/changes/", "/changes/?kind=lift", "/changes/?team=team-001", "/changes/?team=no-team"),
    *(f"/changes/?component={HOT}", "/changes/?environment=nowhere"),
    *("/audit/", f"/audit/?component={HOT}", "/audit/?actor=person-2", "/audit/?actor=nobody"),
    *("/audit/?outcome=refused", "/audit/?kind=grant"),
    *("/people/person-2/", "/teams/team-001/", "/account/"),
    *("/clients/", "/clients/client-1/", "/clients/client-1/deliveries"),
    *(f"/components/{HOT}/{tab}" for tab in ("", "runs/", "deployments/", "versions/", "audit/")),
    *(f"/components/{HOT}/panels/{one}" for one in ("now", "runs", "changes", "clients")),
)


@pytest.fixture
def client(db: None) -> Client:
    settle(SMALL, timezone.now())
    feeds.rebuild(["component", "team", "person", "client"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE portal_findable")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    found = Client()
    found.force_login(User.objects.get(username="person-2"))
    return found


def test_no_list_walks_through_a_large_table(client: Client) -> None:
    wrong = [f"{path}: {words}" for path in PAGES for words in complaints(client, path)]
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def complaints(client: Client, path: str) -> Iterator[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, path
    for query in captured.captured_queries:
        sql = query["sql"]
        if sql.startswith(("SELECT", "WITH")) and any(f'"{table}"' in sql for table in LARGE):
            yield from (f"{words}\n    {sql[:3000]}" for words in _walks(_plan(sql)))


def _plan(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def _walks(plan: dict[str, Any]) -> Iterator[str]:
    table = plan.get("Relation Name", "")
    if table in LARGE:
        if plan["Node Type"] == "Seq Scan":
            yield f"walks through {table}"
        in_vain = plan.get("Rows Removed by Filter", 0) * plan.get("Actual Loops", 1)
        if in_vain > MOST_IN_VAIN:
            yield f"throws away {in_vain:.0f} rows of {table} by {plan.get('Index Name', '')}"
    for inner in plan.get("Plans", ()):
        yield from _walks(inner)
