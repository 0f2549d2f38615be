"""A real Prometheus, Debian's, on a free port: with blocks made of points, or scraping somebody."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import httpx

from observability.series.stores.base import Kind, Point
from tests.patience import wait_for
from tests.portal_places import free_port

TYPES = {Kind.GAUGE: "gauge", Kind.SUM: "counter", Kind.HISTOGRAM: "histogram"}


@dataclass(frozen=True)
class Running:
    address: str


@contextmanager
def running(
    folder: Path, *, points: Sequence[Point] = (), scrapes: str = "", job: str = "slipway"
) -> Iterator[Running]:
    """`points` stand in its store when it starts; `scrapes` is host and port of who is asked."""
    data, port = folder / "data", free_port()
    if points:
        (folder / "points").write_text(openmetrics(points))
        made = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
        subprocess.run([*made, folder / "points", data], check=True, stdout=subprocess.DEVNULL)
    target = {"job_name": job, "static_configs": [{"targets": [scrapes]}]}
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "scrape_configs": [target] if scrapes else [],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={data}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    server = Running(f"http://127.0.0.1:{port}")
    try:
        wait_for(lambda: _is_ready(server), 30, lambda: (folder / "log").read_text()[-2000:])
        yield server
    finally:
        process.terminate()
        process.wait(20)


def openmetrics(points: Sequence[Point]) -> str:
    """Points as text with their times, a family after the other, as promtool reads them."""
    families: dict[str, list[str]] = defaultdict(list)
    for point in sorted(points, key=lambda one: (one.series, one.at)):
        family = point.name.removesuffix("_total")
        lines = families[f"{TYPES[Kind(point.kind)]} {family}"]
        labels = {
            "job": point.component,
            "environment": point.environment,
            **json.loads(point.labels),
        }
        seconds = point.at / 10**9
        if point.kind != Kind.HISTOGRAM:
            lines.append(f"{point.name}{_labels(labels)} {point.value} {seconds}")
            continue
        ends = [*map(str, point.bounds), "+Inf"]
        for end, up_to in zip(ends, accumulate(point.counts), strict=True):
            lines.append(f"{family}_bucket{_labels({**labels, 'le': end})} {up_to} {seconds}")
        lines.append(f"{family}_count{_labels(labels)} {point.number} {seconds}")
        lines.append(f"{family}_sum{_labels(labels)} {point.value} {seconds}")
    text = []
    for said, lines in families.items():
        kind, _, family = said.partition(" ")
        text += [f"# TYPE {family} {kind}", *lines]
    return "\n".join([*text, "# EOF", ""])


def _labels(labels: dict[str, str]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def _is_ready(server: Running) -> bool:
    try:
        return httpx.get(f"{server.address}/-/ready", trust_env=False).is_success
    except httpx.TransportError:
        return False
