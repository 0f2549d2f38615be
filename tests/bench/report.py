"""Figures: printed as a table, and kept as JSON with what they were measured beside and on what."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(os.environ.get("SLIPWAY_BENCH", ".data/bench"))


@dataclass(frozen=True)
class Figure:
    """One measured thing. `goal` is what it should be, in words; `beside` what it was held to.

    `most`, or `least`, is the goal as a number, where missing it is an error.
    """

    name: str
    value: float
    unit: str = ""
    beside: str = ""
    goal: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def is_missed(self) -> bool:
        is_more = self.most is not None and self.value > self.most
        return is_more or (self.least is not None and self.value < self.least)

    @property
    def words(self) -> str:
        goal = self.goal or (f"{self.most:g}" if self.most is not None else "")
        goal = goal or (f"at least {self.least:,g}" if self.least is not None else "")
        missed = "MISSED" if self.is_missed else ""
        return "; ".join(filter(None, (self.beside, goal and f"goal: {goal}", missed)))


def pace() -> float:
    """Milliseconds that a fixed piece of Python takes here: machines, and days of one, differ."""

    def once() -> float:
        began, found = time.perf_counter(), {}
        for number in range(1_000_000):
            found[number % 1_000] = number
        return (time.perf_counter() - began) * 1000

    return min(once() for _ in range(5))


def keep(
    name: str,
    title: str,
    figures: list[Figure],
    *,
    shown: list[Figure] | None = None,
    amounts: Mapping[str, int] | None = None,
) -> None:
    """Print a table (of `shown`, where all would be too many) and write `.data/bench/<name>.json`.

    `amounts`: of what there was how much.
    """
    printed = figures if shown is None else shown
    width = max(len(figure.name) for figure in printed)
    speed = pace()
    print(f"\n{title}\n  on a machine on which a million turns of a loop take {speed:.0f} ms")
    for figure in printed:
        row = f"{figure.name:<{width}}  {figure.value:>10,.3f} {figure.unit:<8} {figure.words}"
        print(f"  {row}".rstrip())
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {
        "name": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.processor() or platform.machine(),
            "python": platform.python_version(),
            "pace_ms": round(speed, 1),
            "load": os.getloadavg(),  # of the last 1, 5 and 15 minutes, with our own part in it
        },
        **({"amounts": dict(amounts)} if amounts else {}),
        "figures": [asdict(figure) for figure in figures],
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
