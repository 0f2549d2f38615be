"""A tiny run, from the API call to the file at the client: how long, and how many a second."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from launch.places import PYTHON, ROOT
from tests.api_house import House
from tests.bench import bare
from tests.bench.report import Figure, keep

WARM, IDLE, BUSY = 10, 60, 300


def measure(house: House) -> None:
    times = sorted(idle(house))
    rate = busy(house)
    beside = bare_celery(house)
    keep(
        "tiny",
        "A tiny run: 10,000 rows, aggregate, contract, key, check, one directory delivery",
        [
            Figure("p50", statistics.median(times) * 1000, "ms", "API call to delivered", "100"),
            Figure("p95", times[int(len(times) * 0.95)] * 1000, "ms", "API call to delivered"),
            Figure("rate", rate, "runs/s", "", "25"),
            Figure("bare Celery", beside, "runs/s", "same DuckDB work, no isolation, no records"),
            Figure("ratio", rate / beside, "", "of bare Celery"),
        ],
    )


def idle(house: House) -> list[float]:
    """Seconds from the call until the delivery's row says delivered, one run after the other."""
    found = []
    with psycopg.connect(house.portal.database_url, autocommit=True) as database:
        for number in range(WARM + IDLE):
            began = time.perf_counter()
            run = house.post("/runs/", transformation="tiny", environment="staging")["id"]
            while not _delivered(database, run):
                time.sleep(0.001)
            if number >= WARM:
                found.append(time.perf_counter() - began)
    return found


def _delivered(database: psycopg.Connection, run: str) -> bool:
    row = database.execute(
        "SELECT state FROM pipelines_delivery WHERE run_id = %s", [run]
    ).fetchone()
    return row is not None and row[0] == "delivered"


def busy(house: House) -> float:
    """Runs a second from the first call to the last delivery, asked for by four programs."""
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as programs:
        calls = programs.map(
            lambda number: house.post(
                "/runs/",
                transformation="tiny",
                environment="staging",
                parameters={"number": number},
            )["id"],
            range(BUSY),
        )
        runs = list(calls)
        # A place each: otherwise a newer run rightly keeps an older one from being delivered.
        with psycopg.connect(house.portal.database_url, autocommit=True) as database:
            while _count_delivered(database, runs) < BUSY:
                time.sleep(0.02)
    return BUSY / (time.perf_counter() - began)


def _count_delivered(database: psycopg.Connection, runs: list[str]) -> int:
    row = database.execute(
        "SELECT count(*) FROM pipelines_delivery WHERE state = 'delivered' AND run_id = ANY(%s)",
        [runs],
    ).fetchone()
    return row[0] if row else 0


def bare_celery(house: House) -> float:
    """The same work a second in bare Celery with two forked workers on the same Redis."""
    folder = house.portal.data_dir / "bare"
    folder.mkdir()
    environment = {**os.environ, "REDIS_URL": house.portal.redis_url}
    bare.app.conf.broker_url = house.portal.redis_url
    worker = subprocess.Popen(
        [str(PYTHON), "-m", "celery", "-A", "tests.bench.bare", "worker", "-P", "prefork", "-c",
         "2", "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR"],
        cwd=ROOT,
        env=environment,
    )  # fmt: skip
    try:
        _wait_for(_send(house, folder / "warm", WARM))
        began = time.perf_counter()
        _wait_for(_send(house, folder / "busy", BUSY))
        return BUSY / (time.perf_counter() - began)
    finally:
        worker.terminate()
        worker.wait()


def _send(house: House, folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    source = str(house.portal.data_dir / "sources" / "tiny.parquet")
    targets = [folder / f"{number}.parquet" for number in range(count)]
    for target in targets:
        bare.run.delay(source, f"{target}.staged", str(target))
    return targets


def _wait_for(targets: list[Path]) -> None:
    waiting = targets
    while waiting := [target for target in waiting if not target.exists()]:
        time.sleep(0.01)
