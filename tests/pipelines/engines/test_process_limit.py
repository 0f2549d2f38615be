"""Processes and threads: a canary and real jobs that want too many are stopped, and told so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipelines.engines.base import EngineError, Limits
from pipelines.engines.duckdb.limits import MOST_TASKS
from tests.pipelines.engines import zygotes

ENDLESS = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b"
HUNGRY = Limits(memory_mb=64, seconds=20, threads=200)
JOBS = 3  # at 200 threads each: more than there may be
SOMEBODY = 61234  # a user of nothing else


def test_the_kernel_stops_a_canary_at_the_limit_of_processes() -> None:
    """Behind the kernel's walls: it may not fork at all, and start threads up to the limit."""
    itself_and_its_parent = 2
    assert canary(wanted=2 * MOST_TASKS) == {
        "walls": {"process_limit": True},
        "fork": "PermissionError",
        "threads": "RuntimeError",
        "threads that came": MOST_TASKS - itself_and_its_parent,
    }


def canary(*, wanted: int) -> dict[str, object]:
    """What stops threads behind the walls of an ordinary user: the kernel lets root have any."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        places = {name: f"{folder}/{name}" for name in ("temp", "input", "result")}
        Path(places["temp"]).mkdir()
        for name in ("input", "result"):
            Path(places[name]).touch()
        for place in (folder, *places.values()) if is_root else ():
            os.chown(place, SOMEBODY, SOMEBODY)
        plan = {"wall": "processes", "sql": [], "threads": wanted, **places}
        plan |= {"user": SOMEBODY} if is_root else {}
        done = subprocess.run(
            [sys.executable, "-m", "tests.pipelines.engines.confined", json.dumps(plan)],
            cwd=zygotes.PROJECT,
            capture_output=True,
            check=True,
            timeout=60,
        )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_a_job_with_more_threads_than_there_may_be_ends_with_the_limit_by_name(
    running_zygote: zygotes.Zygote, tmp_path: Path
) -> None:
    asked, over = threading.Barrier(JOBS, timeout=20), threading.Event()

    def ask(_: int) -> EngineError:
        wanted = zygotes.job(ENDLESS, folder=tmp_path, limits=HUNGRY)
        asked.wait()
        try:
            running_zygote.engine.execute(wanted, beat=lambda: not over.is_set())
        except EngineError as error:
            over.set()
            return error
        raise AssertionError("it ended")

    with ThreadPoolExecutor(JOBS) as pool:
        errors = sorted(pool.map(ask, range(JOBS)), key=lambda error: error.kind)
    assert [e.kind for e in errors] == ["cancelled", "cancelled", "limit:processes"]
    assert not errors[-1].permanent
    assert "could not start the 200 threads that the query may use" in errors[-1].message
    assert f"together may have {MOST_TASKS} processes and threads" in errors[-1].message
    assert running_zygote.children() == running_zygote.leftovers() == []
    assert list(tmp_path.iterdir()) == []
    modest = zygotes.job("SELECT 1 AS a", folder=tmp_path)
    zygotes.run(running_zygote.engine, modest)
    assert zygotes.rows(modest.result_path) == [(1,)]
