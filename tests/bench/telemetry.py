"""What telemetry costs a run: the same runs with it and without, by turns, in one invocation."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from statistics import median

import psycopg

from tests.api_house import House, build
from tests.bench import processors
from tests.bench.report import Figure, keep
from tests.portal_process import Portal

WARM, ROUNDS, RUNS = 40, 7, 50
REST = 3.0  # seconds until what is told is written
MOST = 10.0  # percent of a run


@dataclass
class Side:
    """A portal with telemetry or without: seconds of CPU, and seconds until all was delivered."""

    house: House
    cpu: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        """Of the usual round: one that other work on the machine disturbed counts no more."""
        return median(self.cpu) / RUNS * 1000

    @property
    def rate(self) -> float:
        return ROUNDS * RUNS / sum(self.took)


def measure() -> bool:
    """Two portals on servers of their own; while one works the other rests."""
    portals = [
        Portal.start(own_servers=True, environment={"*": {"SLIPWAY_TELEMETRY": wanted}})
        for wanted in ("on", "off")
    ]
    try:
        sides = [Side(build(portal)) for portal in portals]
        for side in sides:
            _work(side.house, WARM)
        for number in range(ROUNDS):
            for side in sides if number % 2 else reversed(sides):
                _measure(side)
        told = _told(portals[0])
    finally:
        for portal in portals:
            portal.stop()
    on, off = sides
    costs = Figure(
        "costs a run", (on.milliseconds / off.milliseconds - 1) * 100, "%", "CPU", most=MOST
    )
    keep(
        "telemetry",
        "A tiny run with telemetry and without, CPU of all processes with PostgreSQL and Redis",
        [
            Figure(
                "with", on.milliseconds, "ms CPU", f"a run; {told[0]:g} spans, {told[1]:g} lines"
            ),
            Figure("without", off.milliseconds, "ms CPU", "a run"),
            costs,
            Figure("rate with", on.rate, "runs/s"),
            Figure("rate without", off.rate, "runs/s"),
            Figure("rounds with, from", min(on.cpu) / RUNS * 1000, "ms CPU"),
            Figure("rounds with, to", max(on.cpu) / RUNS * 1000, "ms CPU"),
            Figure("rounds without, from", min(off.cpu) / RUNS * 1000, "ms CPU"),
            Figure("rounds without, to", max(off.cpu) / RUNS * 1000, "ms CPU"),
            Figure("dropped", told[2], "records"),
        ],
    )
    return not costs.is_missed


def _measure(side: Side) -> None:
    before, began = _cpu(side), time.perf_counter()
    _work(side.house, RUNS)
    side.took.append(time.perf_counter() - began)
    time.sleep(REST)
    side.cpu.append(_cpu(side) - before)


def _cpu(side: Side) -> float:
    return sum(processors.seconds(side.house.portal).values())


def _work(house: House, runs: int) -> None:
    """Ask for so many, one after the other, and wait until the last is delivered."""
    base = int(time.time() * 1000) % 1_000_000_000
    asked = [
        house.post(
            "/runs/",
            transformation="tiny",
            environment="staging",
            parameters={"number": base + number},  # a place each
        )["id"]
        for number in range(runs)
    ]
    with psycopg.connect(house.portal.database_url, autocommit=True) as database:
        while _delivered(database, asked) < runs:
            time.sleep(0.02)


def _delivered(database: psycopg.Connection, runs: list[str]) -> int:
    row = database.execute(
        "SELECT count(*) FROM pipelines_delivery WHERE state = 'delivered' AND run_id = ANY(%s)",
        [runs],
    ).fetchone()
    return row[0] if row else 0


def _told(portal: Portal) -> tuple[float, float, float]:
    """Spans and lines of a run, and what was dropped altogether."""
    runs = WARM + ROUNDS * RUNS
    (spans,) = portal.rows("SELECT count(*) FROM observability_span")[0]
    (lines,) = portal.rows("SELECT count(*) FROM observability_logrecord")[0]
    (dropped,) = portal.rows(
        "SELECT coalesce(sum(dropped_spans + dropped_lines), 0) FROM observability_outlet"
    )[0]
    return round(spans / runs, 1), round(lines / runs, 1), float(dropped)
