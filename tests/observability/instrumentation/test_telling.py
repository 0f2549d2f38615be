"""Spans and lines on their way into the store: with their keys, without secrets, without ticks."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind, Tracer

from observability.instrumentation import ids, masking, requests, wishes
from observability.instrumentation.ids import Ids
from observability.instrumentation.lines import Line, Told, line
from observability.instrumentation.sampling import Begun
from observability.instrumentation.sending import Sender
from observability.instrumentation.spans import Ended, Kept
from observability.instrumentation.storing import Store
from observability.traces.stores.base import SpanLine
from portal import context, env

SECRET = "slw_0123456789abcdef"
INSTANCE = f"{socket.gethostname()}:{os.getpid()}"

# Nothing but letters, digits, hyphens and dots
SAID_BARE = (
    "AKIAIOSFODNN7EXAMPLE",
    "xoxb-123456789012-abcdefABCDEF",
    "glpat-aB1cD2eF3gH4iJ5kL6mN",
    "sk-ant-api03-abcdefghijklmnopqrstuvwx",
    "AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtaXJhIn0.c2lnbmF0dXJlLXRoYXQ",
)


class Gathered(Sender):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)
        self.records: list[Any] = []

    def add(self, record: Any) -> None:
        self.records.append(record)


@pytest.fixture
def gathered() -> Gathered:
    return Gathered()


@pytest.fixture
def tracer(gathered: Gathered) -> Iterator[Tracer]:
    provider = TracerProvider(
        sampler=Begun(settings.TICKS), id_generator=Ids(), shutdown_on_exit=False
    )
    provider.add_span_processor(Kept(gathered))
    yield provider.get_tracer("test")
    provider.shutdown()


def stored(ended: Ended) -> SpanLine:
    return Store("runs")._span(ended)


def test_a_span_carries_the_keys_and_who_did_it(tracer: Tracer, gathered: Gathered) -> None:
    run = "01a2295a10787341a138683004139710"
    with (
        context.bind(component="carrier", environment="staging", version=3, run_id=run, team="air"),
        tracer.start_as_current_span("run carrier"),
    ):
        pass
    kept = stored(gathered.records[0])
    assert (kept.component, kept.environment, kept.version, kept.run_id) == (
        *("carrier", "staging", "3"),
        run,
    )
    assert json.loads(kept.attributes) == {
        "slipway.team": "air",
        "resource": {"service.name": "slipway-runs", "service.instance.id": INSTANCE},
    }


def test_secrets_are_masked_by_shape_and_by_name(tracer: Tracer, gathered: Gathered) -> None:
    with tracer.start_as_current_span(f"GET /x?token={SECRET}") as span:
        span.set_attribute("url.query", f"a=1&password=hunter2&t={SECRET}")
        span.set_attribute("http.request.header.authorization", "whatever it is")
        span.set_attribute("db", ["postgresql://me:hidden@host/db"])
        span.add_event("tried", {"api_key": "abc", "said": f"Bearer {SECRET}"})
        span.record_exception(ValueError(f"secret={SECRET}"))
    kept = stored(gathered.records[0])
    everything = " ".join(map(str, kept))
    for hidden in (SECRET, "hunter2", "whatever it is", "hidden@", '"abc"'):
        assert hidden not in everything
    assert "a=1" in everything


@pytest.mark.parametrize("said", SAID_BARE)
def test_a_secret_that_is_all_there_is_of_a_value_is_masked(
    tracer: Tracer, gathered: Gathered, said: str
) -> None:
    with tracer.start_as_current_span(said) as span:
        span.set_attribute("key", said)
        span.add_event(said, {"of": said})
    assert said not in " ".join(map(str, stored(gathered.records[0])))
    assert said not in masking.masked(said)


def test_ticks_begin_no_trace_and_nothing_inside_of_them_does(
    tracer: Tracer, gathered: Gathered
) -> None:
    with (
        tracer.start_as_current_span("run/pipelines.runs.tasks.sweep", kind=SpanKind.CONSUMER),
        tracer.start_as_current_span("inside"),
    ):
        pass
    with tracer.start_as_current_span("SELECT", kind=SpanKind.CLIENT):  # nobody's statement
        pass
    assert gathered.records == []
    with (
        tracer.start_as_current_span("run carrier"),
        tracer.start_as_current_span("run/pipelines.backfills.tasks.tick"),
        tracer.start_as_current_span("another run"),
    ):
        pass
    assert [one.span.name for one in gathered.records] == ["run carrier"]
    gathered.records.clear()
    with tracer.start_as_current_span("run/pipelines.runs.tasks.execute", kind=SpanKind.CONSUMER):
        pass
    assert len(gathered.records) == 1


def test_a_quick_look_at_a_page_is_not_kept_unless_something_was_done_for_it(
    tracer: Tracer, gathered: Gathered
) -> None:
    look = {"http.request.method": "GET"}
    with tracer.start_as_current_span("GET /", kind=SpanKind.SERVER, attributes=look):
        pass
    assert gathered.records == []
    with (
        tracer.start_as_current_span("GET /rows", kind=SpanKind.SERVER, attributes=look),
        tracer.start_as_current_span("sandbox"),
    ):
        pass
    assert [one.span.name for one in gathered.records] == ["sandbox", "GET /rows"]
    send = {"http.request.method": "POST"}
    with tracer.start_as_current_span("POST /", kind=SpanKind.SERVER, attributes=send):
        pass
    slow = tracer.start_span("GET /slow", kind=SpanKind.SERVER, attributes=look, start_time=1)
    slow.end(500_000_000)
    assert [one.span.name for one in gathered.records[2:]] == ["POST /", "GET /slow"]


def test_quick_looks_are_handed_over_together_to_be_counted(gathered: Gathered) -> None:
    kept = Kept(gathered)
    provider = TracerProvider(sampler=Begun([]), shutdown_on_exit=False)
    provider.add_span_processor(kept)
    tracer = provider.get_tracer("test")
    for name in ("GET /runs/{number}/", "GET /api/v1/runs/"):
        look = {"http.request.method": "GET"}
        with tracer.start_as_current_span(name, kind=SpanKind.SERVER, attributes=look):
            pass
    assert gathered.records == []
    provider.shutdown()
    (looks,) = gathered.records
    assert [look.name for look in looks] == ["GET /", "GET /api/"]


def test_a_quick_look_of_which_something_was_said_is_kept(gathered: Gathered) -> None:
    kept, lines = Kept(gathered), Gathered()
    provider = TracerProvider(sampler=Begun([]), shutdown_on_exit=False)
    provider.add_span_processor(kept)
    handler = Told(lines, kept.spoke)
    look = {"http.request.method": "GET"}
    tracer = provider.get_tracer("test")
    handler.handle(record("of nobody"))
    with tracer.start_as_current_span("GET /", kind=SpanKind.SERVER, attributes=look) as span:
        handler.handle(record("not found"))
    with tracer.start_as_current_span("GET /", kind=SpanKind.SERVER, attributes=look):
        pass
    assert [one.span.get_span_context() for one in gathered.records] == [span.get_span_context()]
    assert lines.records[-1].span_id == span.get_span_context().span_id
    provider.shutdown()


def test_a_line_names_no_span_that_is_not_kept(tracer: Tracer) -> None:
    with tracer.start_as_current_span("run/pipelines.runs.tasks.sweep", kind=SpanKind.CONSUMER):
        said = line(record("taken back"))
    assert (said.trace_id, said.span_id) == (0, 0)


def test_the_span_of_a_try_is_known_before_it_is_made(tracer: Tracer) -> None:
    trace_id, span_id = 7 << 64, ids.of_try("row", 1)
    with ids.given(trace_id=trace_id, span_id=span_id):
        first = tracer.start_span("try").get_span_context()
    assert (first.trace_id, first.span_id) == (trace_id, span_id)
    assert ids.of_try("row", 2) != span_id
    assert tracer.start_span("other").get_span_context().trace_id != trace_id


def record(message: str, **more: Any) -> logging.LogRecord:
    made = logging.getLogger("some.place").makeRecord(
        *("some.place", logging.WARNING, "file", 1, message, ()),
        exc_info=more.pop("exc_info", None),
        extra=more,
    )
    assert isinstance(made, logging.LogRecord)
    return made


def test_a_line_carries_its_span_and_the_keys(tracer: Tracer) -> None:
    with context.bind(component="carrier", client="acme"), tracer.start_as_current_span("s") as s:
        within = s.get_span_context()
        kept = Store("runs")._line(line(record(f"token {SECRET} came", count=3)))
    assert (kept.trace_id, kept.span_id) == (f"{within.trace_id:032x}", f"{within.span_id:016x}")
    assert (kept.component, kept.severity) == ("carrier", 13)
    assert SECRET not in kept.message
    own = json.loads(kept.attributes)
    assert (own["client"], own["count"], own["logger"]) == ("acme", 3, "some.place")


def test_a_line_outside_of_a_span_has_the_trace_that_is_worked_on() -> None:
    with context.bind(trace_id="ab" * 16):
        assert Store("runs")._line(line(record("here"))).trace_id == "ab" * 16


def test_a_traceback_comes_along() -> None:
    try:
        int("nobody foresaw it")
    except ValueError:
        kept: Line = line(record("broken", exc_info=sys.exc_info()))
    assert "nobody foresaw it" in str(kept.more["exception.stacktrace"])


def test_nothing_is_told_of_telling_or_of_receiving(gathered: Gathered) -> None:
    class Request:
        path = "/v1/logs"

    handler = Told(gathered)
    own = record("COPY failed")
    own.threadName = "telemetry"
    for silent in (own, record("Unauthorized: /v1/logs", request=Request())):
        handler.handle(silent)
    assert gathered.records == []
    handler.handle(record("said"))
    assert len(gathered.records) == 1


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("", ""),
        ("runs/<int:number>/cancel", "/runs/{number}/cancel"),
        ("api/v1/runs/(?P<pk>[^/.]+)/again/$", "/api/v1/runs/{pk}/again/"),
        ("api/v1/runs/$", "/api/v1/runs/"),
    ],
)
def test_requests_are_called_as_people_write_addresses(route: str, said: str) -> None:
    assert requests.address(route) == said


@pytest.mark.parametrize(
    ("variables", "process"),
    [
        ({"SLIPWAY_PROCESS": "runs"}, "runs"),
        ({"SLIPWAY_PROCESS": "migrate"}, ""),
        ({}, ""),
        ({"SLIPWAY_PROCESS": "runs", "SLIPWAY_TELEMETRY": "off"}, ""),
        ({"SLIPWAY_PROCESS": "runs", "OTEL_SDK_DISABLED": "true"}, ""),
    ],
)
def test_only_processes_that_work_tell_and_only_where_they_may(
    variables: dict[str, str], process: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLIPWAY_PROCESS", "SLIPWAY_TELEMETRY", "OTEL_SDK_DISABLED", wishes.ENDPOINT):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wishes.read().process == process


def test_what_makes_no_sense_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_TRACE_SQL", "some")
    with pytest.raises(env.Misconfigured, match="slow, all or none"):
        wishes.read()
    monkeypatch.delenv("SLIPWAY_TRACE_SQL")
    monkeypatch.setenv(wishes.ENDPOINT, "http://collector:4317")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with pytest.raises(env.Misconfigured, match="only http/protobuf"):
        wishes.read()
