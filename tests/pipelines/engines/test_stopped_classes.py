"""What cannot be refused beforehand, as a table: stopped at a limit that the message names."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pipelines.engines.base import EngineError, Limits, Source
from pipelines.engines.duckdb.client import DuckDBEngine
from tests.patience import patient
from tests.pipelines.engines import zygotes

SMALL = Limits(memory_mb=128, seconds=20, temp_mb=32, file_mb=16)
HURRIED = replace(SMALL, seconds=1)
ENDLESS = "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b"
# 50 MB of random numbers, which no compression makes smaller.
WIDE = "SELECT random() AS x FROM range(6500000)"

STOPPED = {
    "loops in recursion": (
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 1 FROM t) SELECT count(*) AS n FROM t",
        HURRIED,
        "limit:time",
        "1 seconds",
    ),
    "multiplies rows": (ENDLESS, HURRIED, "limit:time", "1 seconds"),
    "multiplies rows on two threads": (
        ENDLESS,
        replace(HURRIED, threads=2),
        "limit:time",
        "1 seconds",
    ),
    "hangs in one function that hears no interrupt": (
        "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000)) AS n",
        HURRIED,
        "limit:time",
        "1 seconds",
    ),
    "sleeps": ("SELECT sleep_ms(60000)::VARCHAR AS x", HURRIED, "limit:time", "1 seconds"),
    "plans forever": (
        "SELECT 1 AS n WHERE levenshtein(repeat('a', 300000), repeat('b', 300000)) = 1",
        HURRIED,
        "limit:time",
        "1 seconds",
    ),
    "makes one long text": (
        "SELECT repeat('x', 4294967290) AS x",
        SMALL,
        "limit:memory",
        "128 MB",
    ),
    "makes a long list": (
        "SELECT list(range) AS x FROM range(1000000000)",
        SMALL,
        "limit:memory",
        "128 MB",
    ),
    "glues all rows together": (
        "SELECT string_agg(range::VARCHAR, ',') AS x FROM range(300000000)",
        SMALL,
        "limit:memory",
        "128 MB",
    ),
    "glues all rows together on two threads": (
        "SELECT string_agg(range::VARCHAR, ',') AS x FROM range(300000000)",
        replace(SMALL, threads=2),
        "limit:memory",
        "128 MB",
    ),
    "sorts more than fits": (
        "SELECT range AS x, random() AS r FROM range(30000000) ORDER BY r",
        SMALL,
        "limit:temp",
        "32 MB of temporary space",
    ),
    "has a key that takes more to verify than to write": (
        "SELECT range AS id FROM range(6000000)",
        replace(SMALL, memory_mb=64, temp_mb=1, file_mb=64),
        "limit:temp",
        "64 MB of memory",
    ),
    "writes a large file": (WIDE, replace(SMALL, memory_mb=512), "limit:file", "16 MB"),
    "writes a file larger than its limit, with room for scratch": (
        WIDE,
        replace(SMALL, memory_mb=512, temp_mb=256),
        "limit:file",
        "16 MB",
    ),
}


@pytest.mark.parametrize("name", STOPPED)
def test_it_is_stopped_at_its_limit(
    running_zygote: zygotes.Zygote, tmp_path: Path, name: str
) -> None:
    sql, limits, kind, words = STOPPED[name]
    began = time.monotonic()
    key = ("id",) if "key" in name else ()
    wanted = zygotes.job(sql, folder=tmp_path, limits=limits, key=key)
    error = zygotes.refusal(running_zygote.engine, wanted)
    assert (error.kind, error.permanent) == (kind, True), error.message
    assert words in error.message
    assert "ask for a higher limit in this environment's configuration" in error.message
    assert time.monotonic() - began < patient(limits.seconds + 2)
    assert error.usage is not None
    assert 0 < error.usage.peak_memory < (limits.memory_mb + 300) * 1024 * 1024
    assert error.usage.ran_for > 0
    assert running_zygote.leftovers() == []
    assert running_zygote.children() == []


def test_a_limit_is_kept_while_the_worker_sleeps(
    running_zygote: zygotes.Zygote, tmp_path: Path
) -> None:
    """The zygote's clock ends the job, not the client's: a stopped worker changes nothing."""

    def sleeping() -> bool:
        if running_zygote.children():
            time.sleep(1.2)
        assert running_zygote.children() == []
        return True

    with pytest.raises(EngineError) as caught:
        running_zygote.engine.execute(
            zygotes.job(ENDLESS, folder=tmp_path, limits=HURRIED), beat=sleeping
        )
    assert caught.value.kind == "limit:time"
    assert caught.value.usage is not None
    assert caught.value.usage.ran_for < 1.5


def test_scratch_is_used_and_cleared(running_zygote: zygotes.Zygote, tmp_path: Path) -> None:
    limits = Limits(memory_mb=64, seconds=30, temp_mb=512, file_mb=256)
    sql = "SELECT range AS x, random() AS r FROM range(4000000) ORDER BY r"
    seen = set()

    def beat() -> bool:
        seen.update(path.name for path in (running_zygote.folder / "z.sock.tmp").glob("*/*"))
        return True

    outcome = running_zygote.engine.execute(
        zygotes.job(sql, folder=tmp_path, limits=limits), beat=beat
    )
    assert outcome.rows_out == 4_000_000
    assert seen
    assert running_zygote.leftovers() == []


def test_the_kernel_knows_the_limits(running_zygote: zygotes.Zygote, tmp_path: Path) -> None:
    limits = Limits(memory_mb=256, seconds=30, threads=2, temp_mb=64, file_mb=64, open_files=100)
    seen: dict[str, str] = {}

    def look() -> bool:
        (pid,) = running_zygote.children()
        for line in Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]:
            seen[line[:26].strip()] = line[26:].split()[0]
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            key, _, value = line.partition(":")
            seen[key] = value.strip()
        seen["title"] = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").decode()
        seen["files"] = str(psutil.Process(pid).num_fds())
        return False

    wanted = zygotes.job(ENDLESS, folder=tmp_path, limits=limits, label="run-7-1")
    with pytest.raises(EngineError):
        running_zygote.engine.execute(wanted, beat=look)
    assert int(seen["Max data size"]) < 700 * 1024 * 1024
    assert int(seen["Max address space"]) < 2000 * 1024 * 1024
    assert int(seen["Max file size"]) == 64 * 1024 * 1024
    assert int(seen["Max cpu time"]) == 62
    assert (seen["Max open files"], seen["Max core file size"]) == ("100", "0")
    assert (seen["Seccomp"], seen["NoNewPrivs"], seen["Threads"]) == ("2", "1", "2")
    assert int(seen["CapEff"], 16) == int(seen["CapBnd"], 16) == 0
    assert int(seen["files"]) <= 8
    assert (seen["title"], seen["Name"]) == ("slipway-sandbox run-7-1", "sql run-7-1")


def test_inputs_in_many_files_need_few_open_ones(
    engine: DuckDBEngine, inputs: dict[str, Source], tmp_path: Path
) -> None:
    content = Path(inputs["carriers.parquet"].paths[0]).read_bytes()
    paths = [tmp_path / f"part-{number:04d}.parquet" for number in range(400)]
    for path in paths:
        path.write_bytes(content)
    many = Source("carriers", "parquet", tuple(str(path) for path in paths))
    outcome = zygotes.run(
        engine,
        zygotes.job("SELECT count(*) AS n FROM carriers", many, folder=tmp_path),
    )
    assert (outcome.rows_in, outcome.bytes_in) == (1600, 400 * len(content))


@pytest.mark.parametrize(
    "limits", [Limits(seconds=-1), Limits(threads=1000), Limits(memory_mb=0), Limits(file_mb=2**40)]
)
def test_limits_that_are_none_are_refused(
    engine: DuckDBEngine, tmp_path: Path, limits: Limits
) -> None:
    error = zygotes.refusal(engine, zygotes.job("SELECT 1 AS a", folder=tmp_path, limits=limits))
    assert (error.kind, error.permanent) == ("input", True)
    assert "the limit" in error.message
