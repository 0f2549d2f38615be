"""Metrics over OTLP: every kind of point is kept, or refused in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_CUMULATIVE,
    AGGREGATION_TEMPORALITY_DELTA,
    Metric,
)
from pytest_django import Settings

from observability.partitions import operations as partitions
from observability.senders import personal as hidden
from observability.series.models import Point, Series
from portal.catalog.models import Component
from portal.masks import MASK
from tests.conftest import NOW
from tests.observability.otlp.messages import SPAN, TRACE, pairs

pytestmark = pytest.mark.django_db


def request(*metrics: Metric, service: str = "checkout") -> ExportMetricsServiceRequest:
    sent = ExportMetricsServiceRequest()
    part = sent.resource_metrics.add()
    part.resource.attributes.extend(pairs(service__name=service, service__version="7"))
    part.scope_metrics.add().metrics.extend(metrics)
    return sent


def gauge(name: str, *values: float, at: int = 0, **attributes: str) -> Metric:
    metric = Metric(name=name)
    for value in values:
        point = metric.gauge.data_points.add(as_double=value, time_unix_nano=at or time.time_ns())
        point.attributes.extend(pairs(**attributes))
    return metric


@pytest.fixture
def send(post: Callable, checkout: Component) -> Callable[..., Any]:
    """What is said of a request: its partial success."""

    def sent(*metrics: Metric, **more: str) -> Any:
        answer = post("/v1/metrics", request(*metrics, **more).SerializeToString())
        assert answer.status_code == 200, answer.content
        return ExportMetricsServiceResponse.FromString(answer.content).partial_success

    return sent


def test_points_of_a_series_stand_together(send: Callable) -> None:
    for value in (1, 2):
        assert (
            send(gauge("open", value, place="a"), gauge("open", value, place="b")).ListFields()
            == []
        )
    series = list(Series.objects.order_by("labels__place"))
    assert [one.labels["place"] for one in series] == ["a", "b"]
    values = Point.objects.filter(series_id=series[0].pk).order_by("at").values_list("value")
    assert [value for (value,) in values] == [1, 2]


def test_delta_and_cumulative_are_told_apart(send: Callable) -> None:
    for temporality in (AGGREGATION_TEMPORALITY_DELTA, AGGREGATION_TEMPORALITY_CUMULATIVE):
        metric = Metric(name="paid")
        metric.sum.is_monotonic = True
        metric.sum.aggregation_temporality = temporality
        now = time.time_ns()
        metric.sum.data_points.add(
            as_int=3, time_unix_nano=now, start_time_unix_nano=now - 5 * 10**9
        )
        send(metric)
    assert {(one.is_delta, one.is_monotonic, one.kind) for one in Series.objects.all()} == {
        (True, True, "sum"),
        (False, True, "sum"),
    }
    assert all(one.began is not None and one.value == 3 for one in Point.objects.all())


def test_a_summary_is_its_quantiles_and_counters(send: Callable) -> None:
    metric = Metric(name="took", unit="s")
    point = metric.summary.data_points.add(count=10, sum=25.0, time_unix_nano=time.time_ns())
    for share, value in ((0.5, 2.0), (0.99, 9.0), (1.0, float("nan"))):
        point.quantile_values.add(quantile=share, value=value)
    assert send(metric).ListFields() == []
    said = {}
    for one in Point.objects.all():
        series = Series.objects.get(pk=one.series_id)
        said[series.name, series.labels.get("quantile", "")] = (one.value, series.kind, series.unit)
    assert said == {
        ("took", "0.5"): (2.0, "gauge", "s"),
        ("took", "0.99"): (9.0, "gauge", "s"),
        ("took.count", ""): (10.0, "sum", "1"),
        ("took.sum", ""): (25.0, "sum", "s"),
    }


def test_an_exponential_histogram_with_many_buckets_becomes_coarser(send: Callable) -> None:
    metric = Metric(name="size")
    point = metric.exponential_histogram.data_points.add(
        count=702, sum=1.0, scale=3, zero_count=2, time_unix_nano=time.time_ns()
    )
    point.positive.offset = -350
    point.positive.bucket_counts.extend([1] * 700)
    assert send(metric).ListFields() == []
    kept = Point.objects.get()
    assert len(kept.bounds) <= 160
    assert kept.bounds == sorted(kept.bounds)
    assert sum(kept.counts) == kept.count == 702


def test_a_million_buckets_are_looked_at_once_or_twice_each(send: Callable) -> None:
    """Not once more at each of the scales that lie between: that took half a minute."""
    metric = Metric(name="size")
    point = metric.exponential_histogram.data_points.add(count=10**6, scale=20)
    point.positive.bucket_counts.extend([1] * 10**6)
    began = time.thread_time()
    send(metric)
    assert time.thread_time() - began < 6
    kept = Point.objects.get()
    assert (len(kept.bounds) <= 160, sum(kept.counts)) == (True, 10**6)
    assert kept.bounds[0] == 1
    assert kept.bounds[-1] == pytest.approx(2 ** (2**13 * 123 / 2**20), rel=1e-9)


def test_what_can_not_be_kept_is_rejected_alone(send: Callable) -> None:
    broken = Metric(name="broken")
    broken.histogram.data_points.add(
        count=2, sum=2, bucket_counts=[1, 1, 1], explicit_bounds=[1], time_unix_nano=time.time_ns()
    )
    falling = Metric(name="falling")
    falling.histogram.data_points.add(
        count=3,
        sum=2,
        bucket_counts=[1, 1, 1],
        explicit_bounds=[2, 1],
        time_unix_nano=time.time_ns(),
    )
    huge = Metric(name="huge")
    huge.exponential_histogram.data_points.add(count=1, scale=99, time_unix_nano=time.time_ns())
    none = Metric(name="none")
    none.gauge.data_points.add(time_unix_nano=time.time_ns())
    said = send(
        *(broken, falling, huge, none, Metric(name="empty"), gauge(" ", 1)),
        gauge("endless", float("inf"), float("nan")),
        gauge("well", 7),
    )
    assert said.rejected_data_points == 8
    for words in (
        *("one bucket more than", "numbers that rise", "between -20 and 20"),
        *("needs a value", "needs a name", "infinity and NaN"),
    ):
        assert words in said.error_message
    assert [one.name for one in Series.objects.all()] == ["well"]
    assert Point.objects.get().value == 7


def test_a_component_has_so_many_series(send: Callable, settings: Settings) -> None:
    settings.MOST_SERIES = 3
    said = send(*(gauge("seen", n, person=str(n)) for n in range(5)))
    assert said.rejected_data_points == 2
    assert "3 series already" in said.error_message
    assert "ids of people" in said.error_message
    assert send(gauge("seen", 1, person="0")).ListFields() == []  # a known one goes on
    assert send(gauge("seen", 1), service="cart").ListFields() == []  # and others' have room
    assert Series.objects.filter(component="checkout").count() == 3
    assert Point.objects.count() == 5


def test_times_that_no_clock_shows_are_those_of_their_arrival(send: Callable) -> None:
    for at in (1, 4102444800 * 10**9):
        said = send(gauge("lost", 1, at=at))
        assert said.rejected_data_points == 0
        assert "kept as of their arrival" in said.error_message
        assert "sent_time" not in said.error_message
    assert {one.at.year for one in Point.objects.all()} == {time.gmtime().tm_year}


def test_points_go_with_their_days(send: Callable, settings: Settings) -> None:
    send(gauge("open", 1))
    assert partitions.keep_up(now=NOW)[0] > 0
    assert Point.objects.count() == 1


def test_what_is_secret_or_personal_is_masked_in_labels(send: Callable, settings: Settings) -> None:
    settings.PERSONAL_COLUMNS = f"{__name__}.personal"
    hidden.forget()
    send(gauge("open", 1, EMail="mira@slipway.example", api_key="swordfish", place="a"))
    labels = Series.objects.get().labels
    assert (labels["EMail"], labels["api_key"], labels["place"]) == (MASK, MASK, "a")
    hidden.forget()


def personal(name: str) -> set[str]:
    return {"email"} if name == "checkout" else set()


def test_others_can_not_send_them(
    bearer: Callable[..., str], client: Any, checkout: Component
) -> None:
    answer = client.post(
        "/v1/metrics",
        request(gauge("open", 1)).SerializeToString(),
        content_type="application/x-protobuf",
        headers={"Authorization": bearer("hannah")},
    )
    said = ExportMetricsServiceResponse.FromString(answer.content).partial_success
    assert said.rejected_data_points == 1
    assert "belongs to airline-data" in said.error_message


def test_exemplars_are_kept_with_their_point_where_they_lead_to_a_trace(
    send: Callable, settings: Settings
) -> None:
    settings.PERSONAL_COLUMNS = f"{__name__}.personal"
    hidden.forget()
    metric = Metric(name="duration", unit="s")
    metric.histogram.aggregation_temporality = AGGREGATION_TEMPORALITY_CUMULATIVE
    now = time.time_ns()
    point = metric.histogram.data_points.add(count=3, sum=1.5, time_unix_nano=now)
    one = point.exemplars.add(as_double=0.75, time_unix_nano=now)
    one.trace_id, one.span_id = bytes.fromhex(TRACE), bytes.fromhex(SPAN)
    one.filtered_attributes.extend(pairs(email="mira@slipway.example", door="north\t2"))
    assert send(metric).ListFields() == []
    assert Point.objects.get().exemplars == [
        {
            "at": now,
            "value": 0.75,
            "trace_id": TRACE,
            "span_id": SPAN,
            "labels": {"email": MASK, "door": "north\t2"},
        }
    ]
    hidden.forget()


def test_exemplars_that_are_not_kept_are_said(send: Callable) -> None:
    metric = gauge("open", 1)
    given = metric.gauge.data_points[0].exemplars
    trace = bytes.fromhex(TRACE)
    given.add(as_int=100, trace_id=b"")
    given.add(as_int=101, trace_id=bytes(16))  # of zeros: no trace
    given.add(as_double=float("nan"), trace_id=trace)
    for number in range(7):
        given.add(as_int=number, trace_id=trace)
    said = send(metric)
    assert said.rejected_data_points == 0
    assert said.error_message.startswith("5 exemplars were left out")
    kept = Point.objects.get().exemplars
    assert [one["value"] for one in kept] == [0, 1, 2, 3, 4]
