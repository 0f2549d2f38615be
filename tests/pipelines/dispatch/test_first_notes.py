"""The tables that say what stands in a client's: made once, whoever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg

from pipelines.connections.postgres import notes
from tests.patience import wait_for
from tests.pipelines.second import Second

BEGUN = notes.TABLES[notes.STANDING].format(f"public.{notes.STANDING}")
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"


def test_two_first_deliveries_to_a_schema_at_once_both_go_on(second: Second) -> None:
    second.ask(f"DROP TABLE IF EXISTS {notes.STANDING}, {notes.LATE}")
    with (
        psycopg.connect(second.url(second.writer)) as first,
        psycopg.connect(second.url(second.writer), autocommit=True) as other,
        ThreadPoolExecutor(1) as threads,
    ):
        first.execute(BEGUN)
        made = threads.submit(notes.make, other, "public", with_late=True)
        wait_for(lambda: second.ask(WAITING) == [(1,)], 10, lambda: "nobody waits")
        first.commit()
        made.result(timeout=10)
        assert not other.broken
    there = "SELECT to_regclass(%s) IS NOT NULL AND to_regclass(%s) IS NOT NULL"
    assert second.ask(there, notes.STANDING, notes.LATE) == [(True,)]
