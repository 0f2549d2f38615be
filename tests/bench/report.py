"""Figures: printed as a table, and kept as JSON with what they were measured beside and on what."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(os.environ.get("SLIPWAY_BENCH", ".data/bench"))


@dataclass(frozen=True)
class Figure:
    """One measured thing. `goal` is what it should be, in words; `beside` what it was held to."""

    name: str
    value: float
    unit: str
    beside: str = ""
    goal: str = ""


def keep(name: str, title: str, figures: list[Figure]) -> None:
    """Print a table and write `.data/bench/<name>.json`."""
    width = max(len(figure.name) for figure in figures)
    print(f"\n{title}")
    for figure in figures:
        words = "; ".join(filter(None, (figure.beside, figure.goal and f"goal: {figure.goal}")))
        print(f"  {figure.name:<{width}}  {figure.value:>10,.3f} {figure.unit:<8} {words}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = {
        "name": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.processor() or platform.machine(),
            "python": platform.python_version(),
        },
        "figures": [asdict(figure) for figure in figures],
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")
