"""The same DuckDB work in bare Celery: no isolation, no records, nothing to look at afterwards.

What the portal's runs per second are measured beside. Run as its own Celery app:
`celery -A tests.bench.bare worker -P prefork -c 2`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
from celery import Celery

from tests.bench.work import TINY_SQL

app = Celery("bare", broker=os.environ["REDIS_URL"])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    task_default_queue="bare",
    worker_enable_remote_control=False,
)


@app.task
def run(source: str, staged: str, target: str) -> None:
    """Aggregate the file to a Parquet result, then put it where the client takes it."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"CREATE VIEW flights AS FROM read_parquet('{source}')")
        connection.execute(f"COPY ({TINY_SQL}) TO '{staged}' (FORMAT parquet, COMPRESSION zstd)")
    part = Path(f"{target}.part")
    shutil.copyfile(staged, part)
    part.rename(target)
