"""Metrics over the API: listed, narrowed down, drawn; for whoever may read the component's logs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from observability.series.stores import registry
from observability.series.stores.base import Kind, Point
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.observability.series.points import histogram, number

NOW = timezone.now().replace(microsecond=0)


def keep(*points: Point) -> None:
    store = registry.store()
    store.register(points, now=timezone.now())
    store.write(points)


@pytest.fixture
def told(people: dict[str, User], airline_data: Team) -> None:
    """Ten minutes of a counter, a histogram and a gauge of checkout, which is airline-data's."""
    catalog.register(
        name="checkout",
        kind=Component.Kind.SERVICE,
        team=airline_data,
        title="Checkout",
        by=people["mira"],
        now=NOW,
    )
    for step in range(11):
        at = NOW - timedelta(minutes=10 - step)
        keep(
            number("paid", 60 * step, at, card="visa"),
            number("paid", 30 * step, at, card="amex"),
            number("tickets", 5, at, is_delta=True),
            number("open", step, at, kind=Kind.GAUGE),
            histogram("took", (1.0, 2.0), (6.0 * step, 3.0 * step, float(step)), 9.0 * step, at),
        )


@pytest.fixture
def ask(program: Callable[..., APIClient], told: None) -> Callable[..., Any]:
    """`ask("range", name="paid")` as mira."""

    def asked(what: str, who: str = "mira", **given: Any) -> Any:
        path = f"/api/v1/metrics/{what}/" if what else "/api/v1/metrics/"
        return program(who, "read").get(path, {"component": "checkout", **given})

    return asked


def test_the_metrics_of_a_component_are_listed(ask: Callable[..., Any]) -> None:
    rows = ask("").json()["results"]
    assert [(row["name"], row["kind"], row["series"], row["is_delta"]) for row in rows] == [
        ("open", "gauge", 1, False),
        ("paid", "sum", 2, False),
        ("tickets", "sum", 1, True),
        ("took", "histogram", 1, False),
    ]
    labels = ask("labels", name="paid").json()["results"]
    assert labels == [{"name": "card", "values": ["amex", "visa"]}]


def test_a_rate_is_asked_for_by_labels(ask: Callable[..., Any]) -> None:
    given = {"name": "paid", "function": "rate", "at": NOW.isoformat()}
    lines = ask("query", **given).json()["lines"]
    assert [(line["labels"], line["points"][0]["value"]) for line in lines] == [
        ({"card": "amex"}, 0.5),
        ({"card": "visa"}, 1.0),
    ]
    (one,) = ask("query", **given, where="card=visa").json()["lines"]
    assert one["labels"] == {"card": "visa"}
    (all_,) = ask("query", **given, aggregate="sum").json()["lines"]
    assert (all_["labels"], all_["points"][0]["value"]) == ({}, 1.5)
    delta = ask("query", name="tickets", function="rate", window=300, at=NOW.isoformat())
    assert delta.json()["lines"][0]["points"][0]["value"] == pytest.approx(25 / 300)


def test_a_range_is_drawn_step_by_step(ask: Callable[..., Any]) -> None:
    since = NOW - timedelta(minutes=5)
    given = {"since": since.isoformat(), "until": NOW.isoformat(), "step": 60}
    answer = ask("range", name="open", **given).json()
    assert answer["step"] == 60
    assert [point["value"] for point in answer["lines"][0]["points"]] == [5, 6, 7, 8, 9, 10]
    took = ask("range", name="took", function="quantile", quantile=0.9, **given).json()
    assert {point["value"] for point in took["lines"][0]["points"]} == {2.0}
    mean = ask("query", name="took", function="mean", at=NOW.isoformat()).json()
    assert mean["lines"][0]["points"][0]["value"] == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"function": "guess"}, "is none of these: value, rate, mean, quantile"),
        ({"quantile": 2}, "less than or equal to 1"),
        ({"since": "2020-01-01T00:00:00Z", "step": 1}, "at most 11,000 points"),
        ({"since": "2100-01-01T00:00:00Z"}, "before its beginning"),
        ({"where": "visa"}, "method=GET"),
        ({"window": 10**6}, "between a second and a day"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    ask: Callable[..., Any], given: dict[str, Any], words: str
) -> None:
    answer = ask("range", name="paid", **given)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_too_many_lines_are_refused(ask: Callable[..., Any]) -> None:
    keep(*(number("wide", 1, NOW, kind=Kind.GAUGE, n=str(n)) for n in range(201)))
    answer = ask("query", name="wide", at=NOW.isoformat())
    assert answer.status_code == 422
    assert "narrow it down" in answer.json()["detail"]
    summed = ask("query", name="wide", aggregate="sum", at=NOW.isoformat())
    assert len(summed.json()["lines"]) == 1


def test_who_may_read_its_logs_may_read_its_metrics(ask: Callable[..., Any]) -> None:
    for what in ("", "labels", "query", "range"):
        for who, status in (("jonas", 200), ("priya", 200), ("hannah", 403)):
            given = {"name": "paid"} if what else {}
            assert ask(what, who, **given).status_code == status, (what, who)
    assert ask("query", "hannah", component="till", name="paid").json()["lines"] == []


def test_a_store_that_is_away_is_told(ask: Callable[..., Any], settings: Settings) -> None:
    settings.METRIC_STORE = "observability.series.stores.prometheus.Prometheus"
    settings.PROMETHEUS = {**settings.PROMETHEUS, "url": "http://127.0.0.1:9"}
    answer = ask("query", name="paid")
    assert (answer.status_code, answer.json()["detail"]) == (503, "Prometheus does not answer now.")
    settings.PROMETHEUS = {**settings.PROMETHEUS, "url": "http://169.254.169.254"}
    answer = ask("query", name="paid")
    assert answer.status_code == 422
    assert "nobody delivers to" in answer.json()["detail"]


def test_a_rate_that_would_look_back_for_longer_than_there_is_time_is_refused(
    ask: Callable[..., Any],
) -> None:
    for answer in (
        ask("query", name="paid", window=10**15),
        ask("range", name="paid", step=10**15),
    ):
        assert answer.status_code == 422
        assert "ten years" in answer.content.decode()
