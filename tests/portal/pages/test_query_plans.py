"""No page walks through a large table: it finds its rows by an index, whatever is asked for.

Every address of the house is opened on a small crowd: lists with what they can be asked for and
with their second page, details, the API. PostgreSQL is told that walking is dear, so where it
still walks, there is no index to go by; and a plan that reads many more rows than come out of it
grows with the table, whichever way it reads them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import User
from portal.search import feeds
from tests.bench.addresses import PLATFORM, READER, Address, found, older
from tests.bench.crowd import Size, settle
from tests.bench.filters import FILTERS, OLDER
from tests.bench.names import WHO_LOOKS
from tests.doors import all_doors

SMALL = Size(
    components=300,
    runs=2_400,
    deployments=600,
    teams=10,
    people=40,
    clients=30,
    hot=10,
    drafts=400,
    path_runs=700,
    feedback=400,
)
# What grows with every day
LARGE = {
    *("pipelines_run", "pipelines_attempt", "pipelines_part"),
    *("pipelines_delivery", "pipelines_deliveryattempt", "pipelines_place"),
    *("pipelines_draft", "pipelines_draftrevision", "pipelines_preview"),
    *("deployments_deployment", "deployments_step", "deployments_stepattempt"),
    "deployments_live",
    *("observability_change", "observability_commit"),
    *("portal_entry", "portal_seal", "portal_findable", "portal_feedback"),
    *("portal_matter", "portal_notice", "portal_message"),
    *("portal_pathrun", "portal_pathstep", "portal_pathattempt"),
}
# What a plan for millions of rows looks like: each row that is read is dear, wherever it lies.
AS_IF_LARGE = {
    "enable_seqscan": "off",
    "max_parallel_workers_per_gather": "0",
    "random_page_cost": "1",
    "cpu_tuple_cost": "1",
    "cpu_index_tuple_cost": "1",
}
# Where the places that serve something are counted, by environment or by what else is known of
# them: as many as there are components, however long their history.
COUNTED = {
    "/components/": "deployments_live",
    "/deployments/": "deployments_live",
    "/environments/": "deployments_live",
}
# Where rows of a time are summed up, the newest 20,000 at most: as many in a year as in a week.
BOUNDED = {
    *("/bottlenecks/", "/api/v1/bottlenecks/", "/objectives/", "/api/v1/objectives/"),
    "/deployments/report",
}
TIME = re.compile(r"'[^']*'::timestamptz")
IN_VAIN = 250  # rows that a scan may read and throw away
READ, A_ROW = 300, 10  # rows that a plan may read of a table, and more for each that comes out


class Crowd:
    """A small crowd, and two who look around: the first maintainer of the busiest, the platform."""

    def __init__(self) -> None:
        settle(SMALL, timezone.now())
        feeds.rebuild(["component", "team", "person", "client"])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE portal_findable")
            cursor.execute(WHO_LOOKS)
            self.person, self.component = cursor.fetchone()
            cursor.execute("SELECT brin_summarize_new_values('entry_by_at')")
            sizes = {table: rows_of(cursor, table) for table in LARGE}
            for name, value in AS_IF_LARGE.items():
                cursor.execute(f"SET LOCAL {name} = {value}")
        assert min(sizes.values()) > READ, f"too few rows to tell: {sizes}"
        self.clients = {
            READER: signed_in(User.objects.get(username=self.person)),
            PLATFORM: signed_in(User.objects.get(is_platform=True)),
        }
        self.explained: set[str] = set()

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"person": self.person, "component": self.component})
            return list(cursor.fetchall())

    def complaints(self, address: Address) -> Iterator[str]:
        """About the plans of a page, and of its second page where it has one."""
        said, queries = self._opened(address)
        following = None if "?" in address.path else older(address, said)
        if following:
            queries += self._opened(following)[1]
        elif address.pattern in OLDER and "?" not in address.path:
            yield "it leads to no older page"
        for sql in queries:
            for words in self._walks(sql, address.pattern):
                yield f"{words}\n    {sql[:3000]}"

    def _opened(self, address: Address) -> tuple[str, list[str]]:
        """What it says, and what it asked of large tables that was not explained before."""
        with CaptureQueriesContext(connection) as captured:
            answer = self.clients[address.who].get(address.path)
        assert answer.status_code == address.status, address.path
        asked = [query["sql"] for query in captured.captured_queries]
        new = {timeless(sql): sql for sql in asked if is_large(sql)}
        fresh = [sql for key, sql in new.items() if key not in self.explained]
        self.explained.update(new)
        return answer.getvalue().decode(), fresh

    def _walks(self, sql: str, pattern: str) -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
            (said,) = cursor.fetchone()
        plan = (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]
        scans = [node for node in nodes(plan) if node.get("Relation Name") in LARGE]
        for node in scans:
            yield from walks(node)
        if pattern in BOUNDED:
            return
        counted = COUNTED.get(pattern, "")
        others = [node for node in scans if node["Relation Name"] != counted]
        yield from reads_too_much(others, returned=plan["Actual Rows"])


def rows_of(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    (number,) = cursor.fetchone()
    return int(number)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_large(sql: str) -> bool:
    return sql.lstrip().startswith(("SELECT", "WITH")) and any(table in sql for table in LARGE)


def timeless(sql: str) -> str:
    """The same question asked a moment later is the same."""
    return TIME.sub("now", sql)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def walks(node: dict[str, Any]) -> Iterator[str]:
    table = node["Relation Name"]
    if node["Node Type"] == "Seq Scan":
        yield f"walks through {table}"
    if (in_vain := thrown_away(node)) > IN_VAIN:
        yield f"throws away {in_vain:.0f} rows of {table} by {node.get('Index Name', '')}"


def reads_too_much(scans: list[dict[str, Any]], returned: float) -> Iterator[str]:
    """However it reads them: an index walked from end to end for a sum is a walk too."""
    read: Counter[str] = Counter()
    for node in scans:
        rows = node["Actual Rows"] * node["Actual Loops"] + thrown_away(node)
        read[node["Relation Name"]] += round(rows)
    for table, rows in read.items():
        if rows > READ + A_ROW * returned:
            yield f"reads {rows} rows of {table} for {returned:.0f}"


def thrown_away(node: dict[str, Any]) -> float:
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(node.get(name, 0) for name in removed) * node["Actual Loops"]


def looking() -> Iterator[str]:
    """Pages, panels and the API; not the dialogs, which ask for one thing and send something."""
    doors = set(all_doors())
    for door in doors:
        path = door.removeprefix("GET ")
        is_form = f"POST {path}" in doors and not path.endswith("/")
        if not is_form or path in FILTERS or "/panels/" in path:
            yield door


@pytest.fixture
def crowd(db: None) -> Crowd:
    return Crowd()


def test_no_page_walks_through_a_large_table(crowd: Crowd) -> None:
    everywhere = found(looking(), crowd.ask)
    assert everywhere.unknown == [], "Nobody has said what to put into these."
    wrong = [
        f"{address.path}: {words}"
        for address in everywhere.addresses
        for words in crowd.complaints(address)
    ]
    assert not wrong, "\n".join(wrong)
