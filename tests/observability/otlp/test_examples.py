"""The shapes that the protocol's own repository gives as examples of its JSON are accepted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from observability.logs.models import LogRecord
from observability.series.models import Point, Series
from observability.traces.models import Span

pytestmark = pytest.mark.django_db
JSON = "application/json"
TRACE, SPAN, PARENT = "5B8EFFF798038103D269B633813FC60C", "EEE19B7EC3C1B174", "EEE19B7EC3C1B173"


def text(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}


RESOURCE = {"attributes": [text("service.name", "my.service")]}
SCOPE = {
    "name": "my.library",
    "version": "1.0.0",
    "attributes": [text("my.scope.attribute", "some scope attribute")],
}
NOW = time.time_ns()
BETWEEN = {"startTimeUnixNano": str(NOW - 10**9), "timeUnixNano": str(NOW)}
ONE = [text("my.attr", "some value")]
LOGS = {
    "resourceLogs": [
        {
            "resource": RESOURCE,
            "scopeLogs": [
                {
                    "scope": SCOPE,
                    "logRecords": [
                        {
                            "timeUnixNano": str(NOW),
                            "observedTimeUnixNano": str(NOW),
                            "severityNumber": 10,
                            "severityText": "Information",
                            "traceId": TRACE,
                            "spanId": SPAN,
                            "body": {"stringValue": "Example log record"},
                            "attributes": [
                                text("string.attribute", "some string"),
                                {"key": "boolean.attribute", "value": {"boolValue": True}},
                                {"key": "int.attribute", "value": {"intValue": "10"}},
                                {"key": "double.attribute", "value": {"doubleValue": 637.704}},
                                {
                                    "key": "array.attribute",
                                    "value": {
                                        "arrayValue": {
                                            "values": [
                                                {"stringValue": "many"},
                                                {"stringValue": "values"},
                                            ]
                                        }
                                    },
                                },
                                {
                                    "key": "map.attribute",
                                    "value": {
                                        "kvlistValue": {
                                            "values": [text("some.map.key", "some value")]
                                        }
                                    },
                                },
                            ],
                        }
                    ],
                }
            ],
        }
    ]
}
TRACES = {
    "resourceSpans": [
        {
            "resource": RESOURCE,
            "scopeSpans": [
                {
                    "scope": SCOPE,
                    "spans": [
                        {
                            "traceId": TRACE,
                            "spanId": SPAN,
                            "parentSpanId": PARENT,
                            "name": "I'm a server span",
                            "startTimeUnixNano": str(NOW),
                            "endTimeUnixNano": str(NOW + 10**9),
                            "kind": 2,
                            "attributes": [text("my.span.attr", "some value")],
                        }
                    ],
                }
            ],
        }
    ]
}
METRICS = {
    "resourceMetrics": [
        {
            "resource": RESOURCE,
            "scopeMetrics": [
                {
                    "scope": SCOPE,
                    "metrics": [
                        {
                            "name": "my.counter",
                            "unit": "1",
                            "description": "I am a Counter",
                            "sum": {
                                "aggregationTemporality": 1,
                                "isMonotonic": True,
                                "dataPoints": [{"asDouble": 5, **BETWEEN, "attributes": ONE}],
                            },
                        },
                        {
                            "name": "my.gauge",
                            "unit": "1",
                            "description": "I am a Gauge",
                            "gauge": {
                                "dataPoints": [
                                    {"asDouble": 10, "timeUnixNano": str(NOW), "attributes": ONE}
                                ]
                            },
                        },
                        {
                            "name": "my.histogram",
                            "unit": "1",
                            "description": "I am a Histogram",
                            "histogram": {
                                "aggregationTemporality": 1,
                                "dataPoints": [
                                    {
                                        **BETWEEN,
                                        "count": 2,
                                        "sum": 2,
                                        "bucketCounts": [1, 1],
                                        "explicitBounds": [1],
                                        "min": 0,
                                        "max": 2,
                                        "attributes": ONE,
                                    }
                                ],
                            },
                        },
                        {
                            "name": "my.exponential.histogram",
                            "unit": "1",
                            "description": "I am an Exponential Histogram",
                            "exponentialHistogram": {
                                "aggregationTemporality": 1,
                                "dataPoints": [
                                    {
                                        **BETWEEN,
                                        "count": 3,
                                        "sum": 10,
                                        "scale": 0,
                                        "zeroCount": 1,
                                        "positive": {"offset": 1, "bucketCounts": [0, 2]},
                                        "min": 0,
                                        "max": 5,
                                        "zeroThreshold": 0,
                                        "attributes": ONE,
                                    }
                                ],
                            },
                        },
                    ],
                }
            ],
        }
    ]
}


@pytest.mark.parametrize(
    ("path", "content"),
    [("/v1/logs", LOGS), ("/v1/traces", TRACES), ("/v1/metrics", METRICS)],
    ids=["logs", "traces", "metrics"],
)
def test_an_example_is_accepted_whole(post: Callable, path: str, content: Any) -> None:
    answer = post(path, json.dumps(content).encode(), JSON)
    assert (answer.status_code, answer.json()) == (200, {})


def test_an_example_is_found_as_it_was_sent(post: Callable) -> None:
    for path, content in (("/v1/logs", LOGS), ("/v1/traces", TRACES), ("/v1/metrics", METRICS)):
        post(path, json.dumps(content).encode(), JSON)
    line, span = LogRecord.objects.get(), Span.objects.get()
    assert (line.message, line.severity, line.component) == ("Example log record", 10, "my-service")
    assert line.attributes["map.attribute"] == {"some.map.key": "some value"}
    assert line.attributes["array.attribute"] == ["many", "values"]
    assert (span.name, span.parent_id, span.duration) == (
        "I'm a server span",
        PARENT.lower(),
        10**9,
    )
    assert line.trace_id == span.trace_id
    series = {one.pk: one for one in Series.objects.all()}
    said = {series[one.series_id].name: one for one in Point.objects.all()}
    assert {one.labels["my.attr"] for one in series.values()} == {"some value"}
    assert (said["my.counter"].value, said["my.gauge"].value) == (5, 10)
    assert (said["my.histogram"].bounds, said["my.histogram"].counts) == ([1], [1, 1])
    exponential = said["my.exponential.histogram"]  # scale 0, index 2: between 4 and 8
    assert (exponential.bounds, exponential.counts) == ([0, 4, 8], [1, 0, 2, 0])
