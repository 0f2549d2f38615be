"""Memory at rest of all that `make up` starts, PostgreSQL excepted: proportional set size.

And what it takes of a processor while nobody asks for anything, PostgreSQL included.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil

from launch.places import ROOT
from launch.up import ask_whether_ready
from tests.bench.report import Figure, keep
from tests.launch.processes import processes_of
from tests.patience import wait_for
from tests.portal_places import free_port

SETTLE_SECONDS = 10
REST_SECONDS = 30
LIMIT = 500  # MB, of a million bytes
# What a command line says of whose process it is; the first that fits.
NAMES = (
    *("[web]", "[control]", "[runs]", "[deliveries]", "[previews]", "[beat]"),
    *("launch.keeper", "launch.up", "redis-server", "postgres", "zygote"),
)


def measure() -> bool:
    """Start it as `make up` does for the second time, let it come to rest, and count."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        (data / "demo.json").write_text("{}")  # the demonstration has been played, as it were
        port = free_port()
        settings = {"SLIPWAY_DATA": str(data), "PORT": str(port)}
        process = subprocess.Popen(
            [sys.executable, "-m", "launch.up"],
            cwd=ROOT,
            env=without_settings() | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(lambda: ask_whether_ready(port)[0], 90)
            time.sleep(SETTLE_SECONDS)
            figures, idle = _figures(data), _share(data)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
            wait_for(lambda: not processes_of(data), 60)
    total = sum(figure.value for figure in figures)
    together = Figure("together", total, "MB", "all but PostgreSQL", most=LIMIT)
    rest = Figure("a processor, at rest", idle, "%", "ticks and their questions, with PostgreSQL")
    keep("memory", "Memory at rest, proportional set size", [*figures, together, rest])
    return not together.is_missed


def without_settings() -> dict[str, str]:
    ours = ("SLIPWAY_", "DATABASE_URL", "REDIS_URL")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}


def _figures(data: Path) -> list[Figure]:
    found: dict[str, float] = defaultdict(float)
    for pid, command in processes_of(data).items():
        name = next((name for name in NAMES if name in command), command)
        found[name.strip("[]")] += _pss(pid) / 1e6
    found.pop("postgres", None)
    return [Figure(name, value, "MB") for name, value in sorted(found.items())]


def _share(data: Path) -> float:
    """Percent of one processor."""
    before = _used(data)
    time.sleep(REST_SECONDS)
    return (_used(data) - before) / REST_SECONDS * 100


def _used(data: Path) -> float:
    """Seconds of processors so far."""
    times = [psutil.Process(pid).cpu_times() for pid in processes_of(data)]
    return sum(one.user + one.system for one in times)


def _pss(pid: int) -> int:
    """Bytes: each shared page divided by how many processes share it."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0
