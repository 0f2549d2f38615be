"""Debian's Prometheus scrapes a portal's /metrics, and the portal answers out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from pytest_django import Settings
from rest_framework.test import APIClient

from observability.logs.stores.base import StoreError
from observability.series.stores.prometheus import Prometheus
from tests.observability.series.prometheus import Running, running
from tests.patience import wait_for

STORE = "observability.series.stores.prometheus.Prometheus"


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    thread = LiveServerThread("127.0.0.1", lambda handler: handler, connections_override={})
    thread.static_handler = lambda _: WSGIHandler()
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


@pytest.fixture
def prometheus(address: str, tmp_path: Path, settings: Settings) -> Iterator[Running]:
    with running(tmp_path, scrapes=urlsplit(address).netloc) as server:
        settings.METRIC_STORE = STORE
        settings.PROMETHEUS = {**settings.PROMETHEUS, "url": server.address}
        yield server


def test_what_it_scrapes_here_is_asked_for_here(
    prometheus: Running, program: Callable[..., APIClient]
) -> None:
    client = program("mira", "read")

    def ask(what: str, **given: Any) -> Any:
        answer = client.get(f"/api/v1/metrics/{what}", {"component": "slipway", **given})
        assert answer.status_code == 200, answer.content
        return answer.json()

    wait_for(lambda: ask("query/", name="slipway_work")["lines"], 20)
    kinds = {row["name"]: row["kind"] for row in ask("")["results"]}
    assert kinds["slipway_work"] == "gauge"
    assert kinds["django_http_requests_before_middlewares_total"] == "sum"
    latency = "django_http_requests_latency_including_middlewares_seconds"
    assert kinds[latency] == "histogram"
    states = ask("labels/", name="slipway_work")["results"]
    assert "queued" in {name["name"]: name["values"] for name in states}["state"]
    queued = {"name": "slipway_work", "where": "kind=run,state=queued"}
    wait_for(lambda: ask("query/", **queued)["lines"], 20)
    (line,) = ask("query/", **queued)["lines"]
    assert line["points"][0]["value"] == 0
    rate = {"function": "rate", "aggregate": "sum", "window": 10}
    total = "django_http_requests_before_middlewares_total"
    wait_for(lambda: _values(ask("query/", name=total, **rate)), 20)
    assert _values(ask("query/", name=total, **rate))[0] > 0
    quantile = {"function": "quantile", "quantile": 0.5, "aggregate": "sum", "window": 10}
    assert 0 < _values(ask("query/", name=latency, **quantile))[0] < 60
    now = datetime.now(UTC)
    since = (now - timedelta(seconds=4)).isoformat()
    drawn = ask("range/", name="slipway_work", aggregate="sum", since=since, step=1)
    assert drawn["lines"][0]["points"]


def test_any_expression_is_answered(prometheus: Running) -> None:
    store = Prometheus()
    (line,) = store.query("vector(1) + 1", datetime.now(UTC))
    assert [value for _, value in line.points] == [2.0]
    (scalar,) = store.query("3", datetime.now(UTC))
    assert scalar.points[0][1] == 3.0


def test_what_it_refuses_is_said_in_its_words(prometheus: Running) -> None:
    with pytest.raises(StoreError, match=r"Prometheus says: .*parse error") as raised:
        Prometheus().query("sum(", datetime.now(UTC))
    assert raised.value.permanent


def _values(answer: Any) -> list[float]:
    return [point["value"] for line in answer["lines"] for point in line["points"]]
