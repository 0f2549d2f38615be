"""Real zygotes on sockets of their own, and small inputs for their jobs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import psutil

from pipelines.engines.base import EngineError, Job, Limits, Source
from pipelines.engines.duckdb.client import DuckDBEngine
from tests.patience import wait_for

PROJECT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "pipelines.engines.zygote"]
CANARY = "the-canary-sings"
_numbers = count(1)


@dataclass
class Zygote:
    """One running zygote, with all that belongs to it in `folder`."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def socket(self) -> str:
        return str(self.folder / "z.sock")

    @property
    def engine(self) -> DuckDBEngine:
        return DuckDBEngine(self.socket)

    @property
    def log(self) -> list[dict[str, Any]]:
        text = (self.folder / "log").read_text()
        return [json.loads(line) for line in text.splitlines()]

    def children(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def leftovers(self) -> list[str]:
        """What lies in its temporary folder: nothing, between jobs."""
        return sorted(path.name for path in (self.folder / "z.sock.tmp").glob("*"))


@contextmanager
def running(
    *, prefix: Sequence[str] = (), environment: dict[str, str] | None = None, user: int = 0
) -> Iterator[Zygote]:
    """Start a zygote, wait until it answers, and stop it afterwards. `user` 0 is whoever tests."""
    with tempfile.TemporaryDirectory(prefix="zygote-") as name:
        folder = Path(name)
        if user:
            os.chown(folder, user, user)
        # Gone with the tests even when they are killed.
        command = [
            "setpriv",
            "--pdeathsig",
            "KILL",
            *prefix,
            *COMMAND,
            "--socket",
            str(folder / "z.sock"),
        ]
        with (folder / "log").open("wb") as log, (folder / "errors").open("wb") as errors:
            process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=environment or {},
                stdout=log,
                stderr=errors,
                **({"user": user, "group": user, "extra_groups": []} if user else {}),
            )
        zygote = Zygote(process, folder)
        try:
            wait_for(lambda: (folder / "z.sock").exists() or process.poll() is not None)
            assert process.poll() is None, (folder / "errors").read_text()
            yield zygote
        finally:
            process.terminate()
            process.wait(10)


def write_inputs(folder: Path) -> dict[str, Source]:
    """Flights (10,000 of them, months 1 to 12) and carriers, in each format."""
    flights = (
        "SELECT range::INTEGER AS id, range % 12 + 1 AS month, 'C' || range % 4 AS carrier, "
        "(range * 7919) % 240 - 30 AS delay FROM range(10000)"
    )
    carriers = "SELECT 'C' || range AS carrier, 'Carrier ' || range AS name FROM range(4)"
    found = {}
    for name, sql in (("flights", flights), ("carriers", carriers)):
        for form in ("parquet", "csv", "json"):
            path = folder / f"{name}.{form}"
            duckdb.execute(f"COPY ({sql}) TO '{path}' (FORMAT {form})")
            found[f"{name}.{form}"] = Source(name, form, (str(path),))
    return found


def job(sql: str, *sources: Source, folder: Path, **rest: Any) -> Job:
    """A job with a result path of its own and small limits, unless `rest` says otherwise."""
    limits = Limits(memory_mb=256, seconds=20, temp_mb=64, file_mb=64)
    path = str(folder / f"result-{next(_numbers)}.parquet")
    given: dict[str, Any] = {"limits": limits, "result_path": path, "label": "test", **rest}
    return Job(sql=sql, sources=sources, **given)


def run(engine: DuckDBEngine, wanted: Job) -> Any:
    """Run a job whose worker wants it to the end."""
    return engine.execute(wanted, beat=lambda: True)


def refusal(engine: DuckDBEngine, wanted: Job) -> EngineError:
    """The error with which a job ends, and no result left behind."""
    try:
        outcome = run(engine, wanted)
    except EngineError as error:
        assert not Path(wanted.result_path).exists()
        return error
    raise AssertionError(f"it ran: {outcome}")


def rows(path: str) -> list[tuple[Any, ...]]:
    """What a Parquet file holds, in order."""
    with duckdb.connect() as connection:
        return connection.execute(f"FROM read_parquet('{path}')").fetchall()
