"""Searches in many log lines, and what patterns cost while lines are written.

`make bench ARGS="logs"`; five million lines, `SLIPWAY_CROWD=0.1` settles a tenth. The same searches
are asked of DuckDB, and of chDB where it can be imported. It is no dependency, for its wheel is as
large as everything else together: `pip install --target=FOLDER chdb`, then `PYTHONPATH=FOLDER`.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from launch.places import PYTHON, ROOT
from tests.bench.report import Figure, keep
from tests.portal_process import Portal

LINES = 5_000_000
MOST = {  # ms, p95
    "by trace id": 10,
    "component, last hour, newest 100": 20,
    "rare word among warnings and worse": 30,
    "histogram of 24 h of a component": 50,
}


def measure() -> bool:
    """Whether all goals were met."""
    portal = Portal.start(only=())
    try:
        lines = int(LINES * float(os.environ.get("SLIPWAY_CROWD", "1")))
        done = subprocess.run(
            [str(PYTHON), "-m", "tests.bench.log_questions", str(lines)],
            cwd=ROOT,
            env=portal.environment("manage") | {"PYTHONPATH": os.environ.get("PYTHONPATH", "")},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return _told(json.loads(done.stdout.splitlines()[-1]), lines)
    finally:
        portal.stop()


def _told(said: dict[str, Any], lines: int) -> bool:
    figures = []
    for name, most in MOST.items():
        beside = ", ".join(
            f"{store} {times[name][0]:,.1f} ms" for store, times in said["beside"].items()
        )
        value, median = said["ours"][name]
        words = f"p95, p50 {median:,.1f}; {beside}"
        figures.append(Figure(name, value, "ms", words, most=most))
    for name, (value, median) in said["also"].items():
        figures.append(Figure(name, value, "ms", f"p95, p50 {median:,.1f}"))
    figures += [
        Figure("lines written a second, one thread", said["written"], "lines"),
        Figure("… without patterns and minutes", said["bare"], "lines"),
        Figure("shapes found a second", said["shapes"], "lines"),
    ]
    keep("logs", f"Searches in {lines:,} log lines", figures, amounts={"log lines": lines})
    if "chDB" not in said["beside"]:
        print("  chDB is not installed here: only DuckDB stands beside.")
    return not any(figure.is_missed for figure in figures)
