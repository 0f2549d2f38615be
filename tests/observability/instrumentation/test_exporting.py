"""A collector that is named instead of the store: what it answers decides what is sent again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import connections
from opentelemetry.sdk.resources import Resource

from observability.instrumentation import wishes
from observability.instrumentation.exporting import Collector
from observability.instrumentation.lines import Line
from observability.logs.stores.base import StoreError

pytestmark = pytest.mark.django_db(transaction=True)
LINE = Line(at=1, severity=9, logger="x", message="said", trace_id=0, span_id=0, keys={}, more={})


class Answering(BaseHTTPRequestHandler):
    """Says the same to everyone."""

    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """To nobody."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    class Own(Answering):
        pass

    with HTTPServer(("127.0.0.1", 0), Own) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch, server: HTTPServer) -> Collector:
    return named(monkeypatch, server.server_address[1])


def named(monkeypatch: pytest.MonkeyPatch, port: int, seconds: int = 1) -> Collector:
    monkeypatch.setenv(wishes.ENDPOINT, f"http://127.0.0.1:{port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", str(seconds))
    return Collector(Resource.create({}))


def sent(collector: Collector) -> None:
    """In a thread, as it is: that has a connection of its own."""

    def send() -> None:
        try:
            collector.lines([LINE])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(send).result()


@pytest.mark.parametrize(
    ("status", "is_over"),
    [(400, True), (413, True), (401, False), (404, False), (503, False), (500, False)],
)
def test_only_what_is_wrong_with_the_records_themselves_is_given_up(
    collector: Collector, server: HTTPServer, status: int, is_over: bool
) -> None:
    server.RequestHandlerClass.status = status  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match=f"answers {status}") as refused:
        sent(collector)
    assert refused.value.permanent is is_over
    server.RequestHandlerClass.status = 200  # type: ignore[attr-defined]
    sent(collector)


def test_what_was_answered_stands_where_no_time_is_left_for_another_answer(
    monkeypatch: pytest.MonkeyPatch, server: HTTPServer
) -> None:
    class Tired(Answering):
        status = 503

        def do_POST(self) -> None:
            super().do_POST()
            over.wait(20)  # meanwhile nobody else is answered

    over = threading.Event()
    server.RequestHandlerClass = Tired
    collector = named(monkeypatch, server.server_address[1], seconds=2)
    with pytest.raises(StoreError, match="answers 503"):
        sent(collector)
    over.set()


def test_one_that_is_not_there_is_waited_for_and_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        collector = named(monkeypatch, taken.getsockname()[1])
        with pytest.raises(StoreError, match="does not answer") as refused:
            sent(collector)
    assert not refused.value.permanent
