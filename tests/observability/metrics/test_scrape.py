"""What Prometheus scrapes: figures of this moment, out of what is unfinished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import cast

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from psycopg_pool import ConnectionPool, PoolTimeout
from pytest_django import Settings

from observability.metrics import views
from observability.metrics.base import Figure, waiting, work
from observability.metrics.collector import Sources
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.postgresql.base import DatabaseWrapper
from tests.conftest import NOW

OURS = f"{__name__}.figures"


def figures(*, now: datetime) -> Iterator[Figure]:
    """A source as a floor would write it."""
    yield from work("ship", ["afloat", "sunk"], {"afloat": 3})
    yield waiting("harbour", now - timedelta(seconds=90), now)
    yield waiting("dock", None, now)


def broken(*, now: datetime) -> Iterator[Figure]:
    raise RuntimeError("no figures today")


def scraped(client: Client) -> dict[tuple[str, str], float]:
    """{(name, labels): value} of our own figures."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
        if sample.name.startswith("slipway_")
    }


def test_a_source_of_any_floor_is_asked(client: Client, settings: Settings) -> None:
    settings.METRIC_SOURCES = [OURS]
    assert scraped(client) == {
        ("slipway_source_up", f"source={OURS}"): 1,
        ("slipway_work", "kind=ship,state=afloat"): 3,
        ("slipway_work", "kind=ship,state=sunk"): 0,
        ("slipway_oldest_waiting_seconds", "queue=harbour"): 90,
        ("slipway_oldest_waiting_seconds", "queue=dock"): 0,
    }


def test_a_source_that_fails_costs_its_own_figures(client: Client, settings: Settings) -> None:
    name = f"{__name__}.broken"
    settings.METRIC_SOURCES = [name, OURS]
    found = scraped(client)
    assert found["slipway_source_up", f"source={name}"] == 0
    assert found["slipway_work", "kind=ship,state=afloat"] == 3


def asking(*, now: datetime) -> Iterator[Figure]:
    """A source that asks a table."""
    yield waiting("row", User.objects.values_list("created_at", flat=True).first(), now)


def asking_too(*, now: datetime) -> Iterator[Figure]:
    yield from asking(now=now)


def test_a_database_that_is_away_is_waited_for_once(
    settings: Settings, taken_pool: ConnectionPool, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"{__name__}.asking", f"{__name__}.asking_too", OURS]
    settings.METRIC_SOURCES = names
    found: list[Metric] = []
    scrape = Thread(target=lambda: found.extend(Sources().collect()))
    scrape.start()
    scrape.join()
    (up,) = found
    assert [(sample.labels["source"], sample.value) for sample in up.samples] == [
        (name, 0) for name in names
    ]
    assert [record.name for record in caplog.records] == ["portal.outage_log"]


@pytest.fixture
def taken_pool(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[ConnectionPool]:
    """Each connection of the pool is somebody's. A browser's test may have kept one before."""
    connection.ensure_connection()  # opens the pool
    pool = cast(DatabaseWrapper, connection).pool
    connection.close()
    monkeypatch.setattr(pool, "timeout", 0.2)
    taken = []
    with suppress(PoolTimeout):
        while True:
            taken.append(pool.getconn())
    yield pool
    for one in taken:
        pool.putconn(one)


ENTERED, GO_ON = Event(), Event()


def slow(*, now: datetime) -> Iterator[Figure]:
    ENTERED.set()
    GO_ON.wait()
    yield waiting("slow", None, now)


def test_a_scrape_that_lasts_takes_no_second_thread(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.METRIC_SOURCES = [f"{__name__}.slow"]
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    codes: list[int] = []
    first = Thread(target=lambda: codes.append(Client().get("/metrics").status_code))
    first.start()
    ENTERED.wait()
    refused = client.get("/metrics")
    GO_ON.set()
    first.join()
    assert (refused.status_code, refused["Retry-After"]) == (503, "15")
    assert b"not over yet" in refused.content
    assert [*codes, client.get("/metrics").status_code] == [200, 200]


def test_all_floors_answer(client: Client, db: None) -> None:
    found = scraped(client)
    assert all(value == 1 for (name, _), value in found.items() if name == "slipway_source_up")
    for kind, state in (
        ("run", "queued"),
        ("run", "running"),
        ("delivery", "queued"),
        ("delivery", "held"),
        ("deployment", "awaiting_approval"),
        ("step", "pending"),
    ):
        assert found["slipway_work", f"kind={kind},state={state}"] == 0
    for queue in ("control", "runs", "deliveries"):
        assert found["slipway_oldest_waiting_seconds", f"queue={queue}"] == 0
    assert found["slipway_delivery_failures_10m", ""] == 0


def test_the_unsealed_tail_is_seen(client: Client, db: None) -> None:
    audit.record(verb="x.y", by=None, now=NOW, kind="x", thing="y")
    assert scraped(client)["slipway_audit_unsealed", ""] == 1


def test_requests_are_counted_by_view(client: Client, db: None) -> None:
    client.get("/healthz")
    content = client.get("/metrics").content.decode()
    assert 'view="healthz"' in content


def test_a_scrape_asks_the_same_few_questions(
    client: Client, db: None, django_assert_num_queries: Callable
) -> None:
    # One for each state of what can pile up: an equality finds its partial index, IN does not.
    with django_assert_num_queries(21):
        client.get("/metrics")


@pytest.mark.parametrize("since", [NOW, NOW + timedelta(seconds=5)])
def test_nothing_waits_less_than_no_time(since: datetime) -> None:
    assert waiting("x", since, NOW).value == 0
