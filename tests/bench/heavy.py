"""A heavy query over ten million rows, beside the same query in bare DuckDB."""

from __future__ import annotations

import statistics
import subprocess
import time

import psycopg

from launch.places import PYTHON, ROOT
from tests.api_house import HEAVY_LIMITS, House
from tests.bench import work
from tests.bench.report import Figure, keep

TIMES = 5
BARE = """
import sys, time, duckdb
source, target, sql, threads, memory = sys.argv[1:]
began = time.perf_counter()
with duckdb.connect(config={"threads": int(threads), "memory_limit": memory}) as connection:
    connection.execute(f"CREATE VIEW flights AS FROM read_parquet('{source}')")
    connection.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
print(time.perf_counter() - began)
"""


def measure(house: House) -> None:
    bare, whole = [], []
    for _ in range(TIMES):  # in turn, so that a slow minute of the machine hits both
        bare.append(bare_duckdb(house))
        whole.append(portal_run(house))
    ratio = statistics.median(whole) / statistics.median(bare)
    keep(
        "heavy",
        "A heavy query: 10,000,000 rows grouped by three columns, two threads",
        [
            Figure("portal", statistics.median(whole), "s", "API call to staged and verified"),
            Figure("bare DuckDB", statistics.median(bare), "s", "same query, same threads"),
            Figure("ratio", ratio, "", "of bare DuckDB", "1.10"),
        ],
    )


def bare_duckdb(house: House) -> float:
    """Seconds of the query alone in a fresh process, without starting Python."""
    data = house.portal.data_dir
    target = data / f"bare-{time.monotonic_ns()}.parquet"
    said = subprocess.run(
        [str(PYTHON), "-c", BARE, str(data / "sources" / "heavy.parquet"), str(target),
         work.HEAVY_SQL, str(HEAVY_LIMITS["threads"]), f"{HEAVY_LIMITS['memory_mb']}MiB"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(said.stdout.split()[-1])  # after what a progress bar left behind


def portal_run(house: House) -> float:
    """Seconds from the API call until the result is staged and verified."""
    began = time.perf_counter()
    run = house.post("/runs/", transformation="heavy", environment="staging")["id"]
    with psycopg.connect(house.portal.database_url, autocommit=True) as database:
        # Not over the API: its answers would take a core from the query that is measured.
        while (state := _state(database, run)) in {"queued", "running"}:
            time.sleep(0.01)
    if state != "succeeded":
        raise SystemExit(house.get(f"/runs/{run}/")["message"])
    return time.perf_counter() - began


def _state(database: psycopg.Connection, run: str) -> str:
    row = database.execute("SELECT state FROM pipelines_run WHERE id = %s", [run]).fetchone()
    assert row, run
    return str(row[0])
