"""Halves of calls are paired however they come, counted once, moved when the other half comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observability.servicemap.models import EdgeSum, MapProgress, ObservedEdge, SpanHalf
from observability.servicemap.operations import adding, forgetting, looking
from observability.traces.stores.base import SpanLine
from observability.traces.stores.registry import store
from portal.ids import first_at
from tests.observability.servicemap.sent import (
    CLIENT,
    CONSUMER,
    PRODUCER,
    SERVER,
    arrived,
    begin,
    edges,
    figures,
    look,
    span,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _begin(db: None) -> None:
    begin()


def asks() -> SpanLine:
    return span("web", CLIENT, 1, took=30, server__address="checkout.internal")


def answers() -> SpanLine:
    return span("checkout", SERVER, 2, 1, took=20)


@pytest.mark.parametrize("first", [asks, answers])
def test_two_halves_are_a_call_whichever_comes_first(first: Callable[[], SpanLine]) -> None:
    second = answers if first is asks else asks
    arrived([first()], [second()])
    assert figures() == {("web", "checkout"): (1, 0, 30_000, {"99": 1})}


def test_the_call_is_as_long_as_the_client_waited_and_fails_where_either_side_says_so() -> None:
    arrived([asks(), answers()._replace(is_error=True)])
    assert figures()["web", "checkout"][:3] == (1, 1, 30_000)


def test_a_client_that_nobody_answers_leads_to_the_host_that_it_names() -> None:
    arrived([asks()])
    assert edges() == {("web", "host:checkout.internal"): 1}
    arrived([answers()])
    assert edges() == {("web", "checkout"): 1}


def test_databases_are_nodes() -> None:
    arrived([span("checkout", CLIENT, 1, db__system__name="postgresql", db__namespace="orders")])
    assert edges() == {("checkout", "database:postgresql orders"): 1}


def test_a_batch_that_comes_again_is_counted_once() -> None:
    arrived([asks(), answers()], [asks(), answers()], [answers()])
    assert edges() == {("web", "checkout"): 1}


def test_a_tick_that_comes_twice_changes_nothing() -> None:
    arrived([asks(), answers()])
    assert look() == 0
    assert edges() == {("web", "checkout"): 1}


def test_messages_go_through_their_queue() -> None:
    arrived(
        [span("shop", PRODUCER, 1, messaging__system="kafka", messaging__destination__name="paid")],
        [span("mail", CONSUMER, 2, 1, messaging__system="kafka", messaging__destination="paid")],
    )
    assert edges() == {("shop", "queue:kafka paid"): 1, ("queue:kafka paid", "mail"): 1}


def test_a_consumer_that_names_no_queue_takes_from_that_of_its_producer() -> None:
    arrived(
        [span("mail", CONSUMER, 2, 1)],
        [span("shop", PRODUCER, 1, messaging__destination__name="paid")],
    )
    assert edges() == {("shop", "queue:paid"): 1, ("queue:paid", "mail"): 1}


def test_where_sending_is_no_span_the_parent_has_sent() -> None:
    arrived(
        [span("web", SERVER, 1)],
        [
            span("worker", CONSUMER, 2, 1, messaging__destination="runs"),
            span("worker", CONSUMER, 3, 2),
        ],
    )
    assert edges() == {("web", "queue:runs"): 1, ("queue:runs", "worker"): 1}


def test_fetching_a_message_is_not_counted_beside_processing_it() -> None:
    said: dict[str, Any] = {"messaging__destination__name": "paid"}
    arrived(
        [
            span("mail", CLIENT, 1, messaging__operation__type="receive", **said),
            span("mail", CONSUMER, 2, messaging__operation__type="process", **said),
        ]
    )
    assert edges() == {("queue:paid", "mail"): 1}


def test_a_service_may_call_itself_and_calls_may_go_in_a_ring() -> None:
    arrived(
        [
            span("a", CLIENT, 1),
            span("a", SERVER, 2, 1),
            span("a", CLIENT, 3, 2),
            span("b", SERVER, 4, 3),
            span("b", CLIENT, 5, 4),
            span("a", SERVER, 6, 5),
        ]
    )
    assert edges() == {("a", "a"): 1, ("a", "b"): 1, ("b", "a"): 1}


def test_halves_that_share_an_identity_as_zipkin_has_it_are_paired() -> None:
    arrived([span("web", CLIENT, 1)], [span("checkout", SERVER, 1)])
    assert edges() == {("web", "checkout"): 1}


def test_a_call_belongs_to_the_environment_of_its_caller() -> None:
    arrived([asks()._replace(environment="staging"), answers()])
    assert ObservedEdge.objects.get(sums__calls__gt=0, sums__span="day").environment == "staging"


def chain() -> list[SpanLine]:
    return [
        span("web", CLIENT, 1, took=80, server__address="shop"),
        span("shop", SERVER, 2, 1, took=70),
        span("shop", CLIENT, 3, 2, took=20, db__system="postgresql"),
        span("shop", CLIENT, 4, 2, took=30, failed=True, peer__service="tax"),
        span("tax", SERVER, 5, 4, took=25),
        span("tax", SERVER, 6, 4, took=5),
        span("shop", PRODUCER, 7, 2, took=1, messaging__destination__name="paid"),
        span("mail", CONSUMER, 8, 7, took=40),
        span("mail", CLIENT, 9, 8, took=12, server__address="smtp.example"),
        span("ghost", SERVER, 10, 99),
    ]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_the_order_of_arrival_does_not_change_the_figures(data: st.DataObject) -> None:
    SpanHalf.objects.all().delete()
    ObservedEdge.objects.all().delete()
    begin()
    order = data.draw(st.permutations([*chain(), *chain()[::3]]))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order) - 1), max_size=4)))
    arrived(*(order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)))
    assert {ends: row[:3] for ends, row in figures().items()} == {
        ("web", "shop"): (1, 0, 80_000),
        ("shop", "database:postgresql"): (1, 0, 20_000),
        ("shop", "tax"): (2, 2, 60_000),
        ("shop", "queue:paid"): (1, 0, 1_000),
        ("queue:paid", "mail"): (1, 0, 40_000),
        ("mail", "host:smtp.example"): (1, 0, 12_000),
    }


def test_hours_add_up_to_days() -> None:
    at = timezone.now().replace(hour=0, minute=30) - timedelta(days=1)
    calls = [
        span("web", CLIENT, n, at=at + timedelta(hours=n), took=n, db__system="redis")
        for n in range(1, 6)
    ]
    arrived(calls)
    assert EdgeSum.objects.filter(span="hour").count() == 5
    assert figures("day") == {
        ("web", "database:redis"): (5, 0, 15_000, {"79": 1, "83": 1, "86": 1, "87": 1, "89": 1})
    }


def test_names_without_end_become_one_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "MOST_BESIDE", 3)
    arrived([span("web", CLIENT, n, server__address=f"tenant-{n}.example") for n in range(1, 8)])
    arrived([span("web", CLIENT, 9, server__address="tenant-9.example")])
    assert edges()["web", "other:everything else"] == 5
    assert len(edges()) == 4


def test_whoever_many_services_call_keeps_whom_it_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "MOST_BESIDE", 3)
    for n in range(1, 6):
        arrived([span(f"shop-{n}", CLIENT, 2 * n), span("hub", SERVER, 2 * n + 1, 2 * n)])
    arrived([span("hub", CLIENT, 99, db__system="redis")])
    assert edges()["hub", "database:redis"] == 1
    assert len(edges()) == 6


def test_neighbours_are_counted_once_in_however_many_environments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adding, "MOST_BESIDE", 2)
    for n, environment in enumerate(("production", "staging", "test"), 1):
        arrived([span("web", CLIENT, n, db__system="redis", environment=environment)])
    for n, environment in enumerate(("production", "staging"), 4):
        arrived([span("web", CLIENT, n, db__system="mysql", environment=environment)])
    arrived([span("web", CLIENT, 6, db__system="oracle")])
    kept = ObservedEdge.objects.filter(caller="web").values_list("callee", "environment")
    assert sorted(kept) == [
        ("everything else", "production"),
        ("mysql", "production"),
        ("mysql", "staging"),
        *(("redis", environment) for environment in ("production", "staging", "test")),
    ]


def test_what_a_trace_without_end_has_too_many_is_left_out_and_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking, "MOST_PER_TRACE", 4)
    arrived([span("web", CLIENT, n, db__system="redis") for n in range(1, 8)])
    assert edges() == {("web", "database:redis"): 4}
    assert MapProgress.objects.get().left_out == 3


def test_a_map_that_is_hopelessly_behind_jumps_and_says_so() -> None:
    now = timezone.now()
    arrived([asks(), answers()])
    MapProgress.objects.update(upto=first_at(now - timedelta(hours=5)))
    later = now + timedelta(hours=2)
    looking.look(now=later)
    progress = MapProgress.objects.get()
    assert progress.skipped_to == later - looking.FIRST_LOOK


def test_a_span_that_another_is_still_writing_is_waited_for() -> None:
    arrived([asks()])
    begun = looking._horizon(timezone.now())
    assert begun < first_at(timezone.now())


def test_one_tick_forgets_as_many_batches_as_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    arrived([span("web", CLIENT, n, db__system="redis") for n in range(1, 8)])
    forgetting.forget(now=timezone.now() + timedelta(hours=2))
    assert not SpanHalf.objects.exists()


def test_more_than_are_remembered_at_once_are_forgotten_sooner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    monkeypatch.setattr(forgetting, "MOST_HALVES", 3)
    for n in range(1, 10):
        arrived([span("web", CLIENT, n, db__system="redis")])
    forgetting.forget(now=timezone.now())
    assert SpanHalf.objects.count() <= 4


def test_what_waits_is_forgotten_and_figures_stay() -> None:
    arrived([asks(), answers()])
    forgetting.forget(now=timezone.now() + timedelta(hours=2))
    assert not SpanHalf.objects.exists()
    assert edges() == {("web", "checkout"): 1}
    forgetting.forget(now=timezone.now() + timedelta(days=40))
    assert not ObservedEdge.objects.exists()


def test_while_more_is_there_than_one_look_sees_the_next_one_follows_at_once(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    monkeypatch.setattr(looking, "BATCH", 2)
    monkeypatch.setattr(looking, "SECONDS", 0.0)
    store().write([span(f"service-{number}", SERVER, number) for number in range(1, 6)])
    for seen, follows in ((2, 1), (2, 1), (1, 0), (0, 0)):
        with django_capture_on_commit_callbacks() as sent:
            assert look() == seen
        assert len(sent) == follows
