"""From OTLP's metrics to our points. Pure.

Exponential histograms become ones with bounds: those of their own scale, empty buckets left out,
and coarser where there would be too many. Both ways are exact, no value is moved to another side
of a bound. Of a summary each quantile is a gauge, its count and sum are counters.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from math import isfinite
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.metrics.v1 import metrics_pb2
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    Exemplar,
    ExponentialHistogramDataPoint,
    HistogramDataPoint,
    Metric,
    NumberDataPoint,
    SummaryDataPoint,
)

from observability.otlp import translating, values
from observability.otlp.translating import MOST_NAME, Clock, Origin, Reception
from observability.series.stores.base import Kind, Point
from portal.masks import MASK

DELTA = metrics_pb2.AGGREGATION_TEMPORALITY_DELTA
NO_VALUE = metrics_pb2.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK
# Of a resource: what tells apart those that count for themselves, and what a release is judged by.
TELLING = (
    *("service.instance.id", "service.version", "service.namespace", "host.name"),
    *("k8s.pod.name", "process.pid"),
)
MOST_LABELS = 40
MOST_TEXT = 300  # characters of a label's value, and of a description
MOST_BOUNDS = 160
MOST_EXEMPLARS = 8  # of a point
HIGHEST = 2**62  # of counts
LARGEST = 1.7976931348623157e308  # of doubles


class _Unkept(Exception):
    """A point that can't be kept, in a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all points of a metric share."""

    origin: Origin
    shared: Mapping[str, str]
    personal: Collection[str]
    name: str
    unit: str
    description: str
    kind: str
    is_delta: bool = False
    is_monotonic: bool = False

    def point(
        self,
        data: Any,
        at: int,
        value: float,
        count: int = 0,
        bounds: tuple[float, ...] = (),
        counts: tuple[float, ...] = (),
        **more: str,
    ) -> Point:
        own = values.labels(data.attributes, MOST_LABELS, MOST_TEXT)
        for name in own if self.personal else ():
            if name.lower() in self.personal:
                own[name] = MASK
        labels = json.dumps({**self.shared, **own, **more}, ensure_ascii=False, sort_keys=True)
        said = (self.origin.component, self.origin.environment, self.name, self.kind)
        return Point(
            *said,
            self.is_delta,
            self.is_monotonic,
            labels,
            self.unit,
            self.description,
            _digest((*said, str(self.is_delta), str(self.is_monotonic)), labels),
            at,
            min(data.start_time_unix_nano, at),
            value,
            min(count, HIGHEST),
            bounds,
            counts,
            _exemplars(data.exemplars, self.personal) if _has_exemplars(data) else "",
        )


def points(
    request: ExportMetricsServiceRequest,
    to: Reception,
    personal: Callable[[str], Collection[str]] = lambda _: (),
) -> list[Point]:
    """The points of a request that are accepted; what can't be kept is rejected in words.

    `personal`: which labels of a component hold what is personal, in small letters.
    """
    found: list[Point] = []
    clock, to.notes_times, to.most = Clock(to), False, MOST_LABELS
    for part in request.resource_metrics:
        origin = translating.origin_of(part.resource, values.LeftOut())
        metrics = [metric for scope in part.scope_metrics for metric in scope.metrics]
        if why := to.accept(origin.component):
            to.reject(why, sum(len(_data(metric)) for metric in metrics))
            continue
        origin = to.named(origin)
        shared = {
            name: str(value)[:MOST_TEXT]
            for name in TELLING
            if (value := {**origin.attributes, "service.version": origin.version}.get(name))
        }
        for metric in metrics:
            hidden = personal(origin.component)
            found += _of_metric(metric, origin, shared, hidden, to, clock)
    return found


def _data(metric: Metric) -> Sequence[Any]:
    kind = metric.WhichOneof("data")
    return getattr(metric, kind).data_points if kind else ()


def _of_metric(
    metric: Metric,
    origin: Origin,
    shared: Mapping[str, str],
    personal: Collection[str],
    to: Reception,
    clock: Clock,
) -> Iterator[Point]:
    read = READERS.get(metric.WhichOneof("data") or "")
    if read is None or not metric.name.strip():
        to.reject("A metric needs a name and points of a kind.", max(len(_data(metric)), 1))
        return
    kind = metric.WhichOneof("data")
    content = getattr(metric, str(kind))
    shape = _Shape(
        origin=origin,
        shared=shared,
        personal=personal,
        name=_plain(metric.name.strip()[: 2 * MOST_NAME]),
        unit=_plain(metric.unit[:MOST_NAME]),
        description=_plain(metric.description[:MOST_TEXT]),
        kind=KINDS[str(kind)],
        is_delta=getattr(content, "aggregation_temporality", 0) == DELTA,
        is_monotonic=getattr(content, "is_monotonic", kind not in {"gauge", "sum"}),
    )
    for data in content.data_points:
        if data.flags & NO_VALUE:
            continue  # the sender says that there is nothing now: no point, and no fault
        if (beyond := len(data.attributes) - MOST_LABELS) > 0:
            to.left_out.count += beyond
            to.left_out.records += 1
        if _has_exemplars(data):
            to.exemplars += _lost(data.exemplars)
        at = clock.read(data.time_unix_nano, {})
        try:
            yield from read(shape, data, at)
        except _Unkept as unkept:
            to.reject(unkept.reason, 1)


def _number(shape: _Shape, data: NumberDataPoint, at: int) -> Iterable[Point]:
    kind = data.WhichOneof("value")
    if kind is None:
        raise _Unkept("A point needs a value.")
    return [shape.point(data, at, _finite(getattr(data, kind)))]


def _histogram(shape: _Shape, data: HistogramDataPoint, at: int) -> Iterable[Point]:
    bounds, counts = tuple(data.explicit_bounds), tuple(map(float, data.bucket_counts))
    if counts and len(counts) != len(bounds) + 1:
        raise _Unkept("A histogram needs one bucket more than it has bounds.")
    if any(not isfinite(b) for b in bounds) or list(bounds) != sorted(set(bounds)):
        raise _Unkept("The bounds of a histogram are numbers that rise.")
    if len(bounds) > MOST_BOUNDS:
        raise _Unkept(f"A histogram may have {MOST_BOUNDS} bounds, not {len(bounds)}.")
    if not counts:  # only how many, and their sum
        bounds, counts = (), (float(data.count),)
    return [shape.point(data, at, _finite(data.sum), data.count, bounds, counts)]


def _exponential(shape: _Shape, data: ExponentialHistogramDataPoint, at: int) -> Iterable[Point]:
    if not -20 <= data.scale <= 20:
        raise _Unkept("The scale of an exponential histogram is between -20 and 20.")
    scale, sides = data.scale, (_filled(data.positive), _filled(data.negative))
    while True:
        if sum(map(len, sides)) <= MOST_BOUNDS:  # so many buckets have more bounds than that
            bounds, counts = _buckets(data, scale, *sides)
            if len(bounds) <= MOST_BOUNDS:
                return [shape.point(data, at, _finite(data.sum), data.count, bounds, counts)]
        scale, sides = scale - 1, (_coarser(sides[0]), _coarser(sides[1]))


def _filled(side: ExponentialHistogramDataPoint.Buckets) -> dict[int, int]:
    """How many are in each bucket by its index, empty ones left out."""
    return {side.offset + number: count for number, count in enumerate(side.bucket_counts) if count}


def _coarser(filled: Mapping[int, int]) -> dict[int, int]:
    """The same at the next scale, where two buckets are one."""
    found: dict[int, int] = defaultdict(int)
    for index, count in filled.items():
        found[index >> 1] += count
    return found


def _buckets(
    data: ExponentialHistogramDataPoint,
    scale: int,
    positive: Mapping[int, int],
    negative: Mapping[int, int],
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Bounds and counts at a scale: index i holds (b^i, b^(i+1)]."""
    up_to: dict[float, float] = defaultdict(float)  # upper bound -> how many in its bucket
    edges: set[float] = set()
    for sign, filled in ((1, positive), (-1, negative)):
        for index, count in filled.items():
            low, high = _power(scale, index), _power(scale, index + 1)
            ends = (low, high) if sign > 0 else (-high, -low)
            edges.update(ends)
            up_to[ends[1]] += count
    if data.zero_count:
        edges.add(data.zero_threshold)
        up_to[data.zero_threshold] += data.zero_count
    bounds = tuple(sorted(edges))
    return bounds, (*(up_to[bound] for bound in bounds), 0.0)


def _power(scale: int, index: int) -> float:
    """2 to the power of index / 2^scale, within what a double holds."""
    exponent = index * 2.0**-scale
    return LARGEST if exponent >= 1024 else float(2.0**exponent)


def _summary(shape: _Shape, data: SummaryDataPoint, at: int) -> Iterable[Point]:
    gauge = _as(shape, shape.name, Kind.GAUGE)
    yield _as(shape, f"{shape.name}.count", Kind.SUM).point(data, at, float(data.count))
    yield _as(shape, f"{shape.name}.sum", Kind.SUM).point(data, at, _finite(data.sum))
    for one in data.quantile_values[:MOST_LABELS]:
        if isfinite(one.value):  # there is none where nothing was measured
            yield gauge.point(data, at, one.value, quantile=f"{one.quantile:g}")


def _has_exemplars(data: Any) -> bool:
    return not isinstance(data, SummaryDataPoint) and len(data.exemplars) > 0


def _lost(given: Sequence[Exemplar]) -> int:
    """How many of these are not kept: they lead to no trace, or are too many."""
    return len(given) - sum(map(_leads, given[:MOST_EXEMPLARS]))


def _leads(one: Exemplar) -> bool:
    """Whether it is a value in a trace: one of zeros is none, by the specification."""
    return len(one.trace_id) == 16 and any(one.trace_id) and isfinite(_value(one))


def _value(one: Exemplar) -> float:
    kind = one.WhichOneof("value")
    return float(getattr(one, kind)) if kind else 0.0


def _exemplars(given: Sequence[Exemplar], personal: Collection[str]) -> str:
    """Those that lead to a trace, with the labels that were left out of the series."""
    found = []
    for one in given[:MOST_EXEMPLARS]:
        if not _leads(one):
            continue
        told = {
            "at": one.time_unix_nano,
            "value": _value(one),
            "trace_id": one.trace_id.hex(),
            "span_id": one.span_id.hex(),
        }
        own = values.labels(one.filtered_attributes, MOST_LABELS, MOST_TEXT)
        if own:
            told["labels"] = {
                name: MASK if name.lower() in personal else text for name, text in own.items()
            }
        found.append(told)
    return values.written(found) if found else ""


def _as(shape: _Shape, name: str, kind: Kind) -> _Shape:
    is_sum = kind is Kind.SUM
    unit = "1" if name.endswith(".count") else shape.unit
    return replace(shape, name=name, unit=unit, kind=kind, is_delta=False, is_monotonic=is_sum)


def _finite(value: float) -> float:
    if not isfinite(value):
        raise _Unkept("A value has to be a number; infinity and NaN can't be drawn.")
    return float(value)


def _plain(text: str) -> str:
    return text.replace("\0", "\ufffd")


@lru_cache(maxsize=50_000)
def _digest(said: tuple[str, ...], labels: str) -> str:
    return blake2b(json.dumps([said, labels]).encode(), digest_size=16).hexdigest()


KINDS = {
    "gauge": Kind.GAUGE,
    "sum": Kind.SUM,
    "histogram": Kind.HISTOGRAM,
    "exponential_histogram": Kind.HISTOGRAM,
    "summary": Kind.GAUGE,
}
READERS: Mapping[str, Any] = {
    "gauge": _number,
    "sum": _number,
    "histogram": _histogram,
    "exponential_histogram": _exponential,
    "summary": _summary,
}
