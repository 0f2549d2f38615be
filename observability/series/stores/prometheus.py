"""Metrics that a Prometheus scrapes: asked over its HTTP API, written by nobody here.

See "HTTP API" in Prometheus' manual: query, query_range, label values, metadata. The operator
names the address; still it is looked up once and judged, no redirect is followed, and an answer
is read up to a limit.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from observability.logs.stores.base import StoreError
from observability.series import limits
from observability.series.stores import promql, scoping
from observability.series.stores.base import (
    MOST_LINES,
    Asked,
    Exemplar,
    Expression,
    Kind,
    Line,
    Named,
    Point,
    TooMuch,
)
from portal.outbound.addresses import Reach
from portal.outbound.doors import Blocked, Unreachable, look_up

MOST_READ = 16 * 2**20  # bytes of an answer
MOST_NAMES = 2_000
PARTS = ("_bucket", "_count", "_sum")
RECENT = timedelta(days=1)  # for what there is


class Prometheus:
    """Metrics in a Prometheus that settings name."""

    def register(self, points: Sequence[Point], *, now: datetime) -> Mapping[str, str]:
        if points:
            raise StoreError(
                "Metrics are kept by Prometheus here: let it scrape them.", permanent=True
            )
        return {}

    def write(self, points: Sequence[Point]) -> None:
        self.register(points, now=datetime.now(UTC))

    def names(self, component: str) -> list[Named]:
        matcher = promql.selector([(_of("component"), component)])
        counts = self._get(
            "/api/v1/query", query=f"count by (__name__) (last_over_time({matcher}[1h]))"
        )
        found = {row["metric"]["__name__"]: int(float(row["value"][1])) for row in counts["result"]}
        told = self._get("/api/v1/metadata")
        named = [_named(name, series, found, told) for name, series in sorted(found.items())]
        return sorted({one.name: one for one in named}.values(), key=lambda one: one.name)[
            :MOST_NAMES
        ]

    def labels(self, component: str, name: str) -> Mapping[str, list[str]]:
        plain = promql.plain(name)
        held = promql.selector([(_of("component"), component)])
        now = datetime.now(UTC)
        rows = self._get(
            "/api/v1/series",
            **{"match[]": [f"{plain}{held}", f"{plain}_count{held}"]},
            start=str((now - RECENT).timestamp()),
            end=str(now.timestamp()),
        )
        found: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for key, value in _own(row).items():
                found[key].add(value)
        return {key: sorted(values) for key, values in sorted(found.items())}

    def ask(self, asked: Asked) -> list[Line]:
        expression = promql.expression(asked, _of("component"), _of("environment"))
        return self.query_range(expression, asked.since, asked.until, asked.step)

    def evaluate(self, expression: Expression) -> list[Line]:
        """Of its component alone, where the operator has named the label that tells them apart."""
        limits.require_steps(expression.since, expression.until, expression.step)
        text = promql.filled(expression)
        if label := _of("component"):
            try:
                text = scoping.scoped(text, promql.plain(label), expression.component)
            except scoping.Unscoped as error:
                raise StoreError(error.message, permanent=True) from error
        return self.query_range(text, expression.since, expression.until, expression.step)

    def exemplars(self, expression: Expression, *, most: int) -> list[Exemplar]:
        """None: a Prometheus keeps them only where that is switched on, and has no traces."""
        return []

    def query(self, expression: str, at: datetime) -> list[Line]:
        """Any expression, at an instant."""
        data = self._get("/api/v1/query", query=expression, time=str(at.timestamp()))
        return _lines((row["metric"], [row["value"]]) for row in _vector(data))

    def query_range(
        self, expression: str, since: datetime, until: datetime, step: int
    ) -> list[Line]:
        """Any expression, every `step` seconds between these, both included."""
        if since == until:
            return self.query(expression, since)
        data = self._get(
            "/api/v1/query_range",
            query=expression,
            start=str(since.timestamp()),
            end=str(until.timestamp()),
            step=str(step),
        )
        return _lines((row["metric"], row["values"]) for row in data["result"])

    def _get(self, path: str, **given: Any) -> Any:
        """The data of an answer; StoreError in words where there is none."""
        try:
            status, body = _read(path, given)
            answer = json.loads(body)
        except (Unreachable, httpx.HTTPError, ValueError) as error:
            raise StoreError("Prometheus does not answer now.", permanent=False) from error
        except Blocked as blocked:
            raise StoreError(f"Prometheus: {blocked.message}", permanent=True) from blocked
        if isinstance(answer, dict) and answer.get("status") == "success":
            return answer["data"]
        said = answer.get("error", "") if isinstance(answer, dict) else ""
        raise StoreError(
            f"Prometheus says: {str(said)[:300] or status}", permanent=status in {400, 422}
        )


def _of(what: str) -> str:
    return str(settings.PROMETHEUS[what])


def _read(path: str, given: Mapping[str, Any]) -> tuple[int, bytes]:
    """Connected to the very address that was judged."""
    url = urlsplit(_of("url"))
    host = url.hostname or ""
    port = url.port or (443 if url.scheme == "https" else 80)
    (address, *_) = look_up(host, port, Reach.ANY)  # whoever runs Slipway named it
    shown = f"[{address}]" if ":" in address else address
    headers = {"Host": url.netloc.rpartition("@")[2]}
    if token := _of("token"):
        headers["Authorization"] = f"Bearer {token}"
    with (
        httpx.Client(trust_env=False, timeout=float(_of("seconds"))) as client,
        client.stream(
            *_request(url, f"{shown}:{port}", path, given),
            headers=headers,
            extensions={"sni_hostname": host},
        ) as answer,
    ):
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MOST_READ:
                raise TooMuch("Prometheus answers with more than fits: ask for less.")
        return answer.status_code, bytes(body)


def _request(
    url: SplitResult, authority: str, path: str, given: Mapping[str, Any]
) -> tuple[str, str]:
    query = httpx.QueryParams(dict(given))
    return "GET", f"{url.scheme}://{authority}{url.path.rstrip('/')}{path}?{query}"


def _vector(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    if data["resultType"] == "scalar":
        return [{"metric": {}, "value": data["result"]}]
    return list(data["result"])


def _lines(rows: Iterable[tuple[Mapping[str, str], Iterable[Sequence[Any]]]]) -> list[Line]:
    found = []
    for metric, values in rows:
        points = [
            (datetime.fromtimestamp(float(at), UTC), float(value))
            for at, value in values
            if isfinite(float(value))  # it says NaN where there is nothing
        ]
        if points:
            found.append(Line(_own(metric), points))
    if len(found) > MOST_LINES:
        raise TooMuch(
            f"There are {len(found)} lines, more than {MOST_LINES}: narrow it down by labels, or "
            "add them up by some."
        )
    return sorted(found, key=lambda line: sorted(line.labels.items()))


def _own(metric: Mapping[str, str]) -> dict[str, str]:
    """Labels without those that were asked for."""
    without = {"__name__", "le", _of("component"), _of("environment")}
    return {key: value for key, value in sorted(metric.items()) if key not in without}


def _named(
    name: str, series: int, found: Mapping[str, int], told: Mapping[str, list[dict[str, str]]]
) -> Named:
    """A part of a histogram is the histogram."""
    for part in PARTS:
        whole = name.removesuffix(part)
        if whole != name and f"{whole}_bucket" in found:
            said = (told.get(whole) or [{}])[0]
            return Named(
                whole,
                Kind.HISTOGRAM,
                said.get("unit", ""),
                said.get("help", ""),
                is_delta=False,
                is_monotonic=True,
                series=found.get(f"{whole}_count", series),
            )
    said = (told.get(name) or told.get(name.removesuffix("_total")) or [{}])[0]
    is_counter = said.get("type") == "counter" or name.endswith("_total")
    return Named(
        name,
        Kind.SUM if is_counter else Kind.GAUGE,
        said.get("unit", ""),
        said.get("help", ""),
        is_delta=False,
        is_monotonic=is_counter,
        series=series,
    )
