"""Memory at rest: proportional set size of all of Slipway's own processes."""

from __future__ import annotations

import re
import time
from pathlib import Path

import psutil

from tests.api_house import House
from tests.bench.report import Figure, keep

SETTLE_SECONDS = 5


def measure(house: House) -> None:
    time.sleep(SETTLE_SECONDS)
    figures = [
        Figure(name, sum(_pss(pid) for pid in _family(process.pid)) / 2**20, "MiB")
        for name, process in house.portal.processes.items()
    ]
    total = sum(figure.value for figure in figures)
    figures.append(Figure("together", total, "MiB", "without PostgreSQL and Redis", "500"))
    keep("memory", "Memory at rest, proportional set size", figures)


def _family(pid: int) -> list[int]:
    process = psutil.Process(pid)
    return [pid, *(child.pid for child in process.children(recursive=True))]


def _pss(pid: int) -> int:
    """Bytes: each shared page divided by how many processes share it."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0
