"""What every store of metrics promises.

The built-in one is written to; a Prometheus is given the same points as blocks that promtool makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from observability.logs.stores.base import StoreError
from observability.series.stores.base import (
    Aggregate,
    Asked,
    Expression,
    Function,
    Kind,
    MetricStore,
    Point,
)
from observability.series.stores.postgres import PostgresMetrics
from observability.series.stores.prometheus import Prometheus
from tests.observability.series.points import histogram, number
from tests.observability.series.prometheus import Running, running

pytestmark = pytest.mark.django_db
EVERY = 15  # seconds between points
# Of an hour ago, on a whole minute: Prometheus writes blocks of what is past.
NOW = (timezone.now() - timedelta(hours=1)).replace(second=0, microsecond=0)
FIRST = NOW - timedelta(minutes=30)
BOUNDS = (0.1, 0.5, 1.0)


def at(minutes: float) -> datetime:
    return FIRST + timedelta(minutes=minutes)


def history() -> Iterator[Point]:
    """Half an hour: a gauge, two counters of which one is restarted, histograms of two methods."""
    for step in range(30 * 60 // EVERY + 1):
        when = FIRST + timedelta(seconds=step * EVERY)
        for place, more in (("a", 0), ("b", 100)):
            yield number("queue_length", more + step % 8, when, kind=Kind.GAUGE, place=place)
        yield number("requests_total", 1000 + 30 * step, when, method="GET")
        restarted = 5000 + 15 * step if step < 60 else 15 * (step - 60)
        yield number("requests_total", restarted, when, method="POST")
        for method, share in (("GET", 3), ("POST", 1)):
            counts = tuple(float(part * share * (step + 10)) for part in (6, 3, 1, 0))
            total = 4.0 * share * (step + 10)
            yield histogram("duration_seconds", BOUNDS, counts, total, when, method=method)
        yield number("elsewhere", 1, when, kind=Kind.GAUGE, environment="staging")
    yield number("stranger", 1, NOW, kind=Kind.GAUGE, component="cart")


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("prometheus"), points=list(history())) as server:
        yield server


def built_in(*_: object) -> MetricStore:
    store = PostgresMetrics()
    points = list(history())
    assert store.register(points, now=NOW) == {}
    store.write(points)
    return store


def scraped(request: pytest.FixtureRequest, settings: Settings) -> MetricStore:
    server = request.getfixturevalue("prometheus")
    settings.PROMETHEUS = {**settings.PROMETHEUS, "url": server.address}
    return Prometheus()


@pytest.fixture(params=[built_in, scraped], ids=["postgres", "prometheus"])
def store(request: pytest.FixtureRequest, settings: Settings) -> MetricStore:
    made: Callable[..., MetricStore] = request.param
    return made(request, settings)


def ask(name: str, since: datetime, until: datetime | None = None, **more: object) -> Asked:
    return Asked("checkout", name, since, until or since, **more)  # type: ignore[arg-type]


def test_a_value_is_the_newest_before_the_instant(store: MetricStore) -> None:
    a, b = store.ask(ask("queue_length", at(10)))
    assert (a.labels, b.labels) == ({"place": "a"}, {"place": "b"})
    assert a.points == [(at(10), 0.0)]
    (line,) = store.ask(ask("queue_length", at(10.3), where=(("place", "b"),)))
    assert line.points == [(at(10.3), 101.0)]
    assert store.ask(ask("queue_length", at(-10))) == []
    assert store.ask(ask("queue_length", NOW + timedelta(minutes=6))) == []
    assert store.ask(ask("nothing", at(10))) == []
    assert store.ask(ask("stranger", NOW)) == []


def test_a_range_has_a_point_at_every_step(store: MetricStore) -> None:
    (line,) = store.ask(
        ask("queue_length", at(5), at(7), step=30, where=(("place", "a"),), environment="")
    )
    assert [moment for moment, _ in line.points] == [at(5 + n / 2) for n in range(5)]
    assert [value for _, value in line.points] == [4.0, 6.0, 0.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [(Aggregate.SUM, 104.0), (Aggregate.AVG, 52.0), (Aggregate.MIN, 2.0), (Aggregate.MAX, 102.0)],
)
def test_series_are_aggregated(store: MetricStore, aggregate: Aggregate, expected: float) -> None:
    (line,) = store.ask(ask("queue_length", at(10.5), aggregate=aggregate))
    assert (line.labels, line.points) == ({}, [(at(10.5), expected)])
    kept = store.ask(ask("queue_length", at(10.5), aggregate=aggregate, by=("place",)))
    assert [line.labels for line in kept] == [{"place": "a"}, {"place": "b"}]


def test_a_rate_knows_of_restarts(store: MetricStore) -> None:
    get, post = store.ask(
        ask("requests_total", at(5), at(25), step=60, function=Function.RATE, window=120)
    )
    assert get.labels == {"method": "GET"}
    assert [value for _, value in get.points] == pytest.approx([2.0] * 21)
    quiet = [value for moment, value in post.points if not at(15) <= moment <= at(17)]
    assert quiet == pytest.approx([1.0] * 18)
    assert all(0.5 < value <= 1.0 for _, value in post.points)
    (both,) = store.ask(
        ask("requests_total", at(5), function=Function.RATE, aggregate=Aggregate.SUM, window=120)
    )
    assert both.points[0][1] == pytest.approx(3.0)


def test_quantiles_are_read_out_of_histograms(store: MetricStore) -> None:
    def quantile(q: float, **more: object) -> float:
        (line,) = store.ask(
            ask("duration_seconds", at(20), function=Function.QUANTILE, quantile=q, **more)
        )
        return line.points[0][1]

    get = {"where": (("method", "GET"),)}
    assert quantile(0.3, **get) == pytest.approx(0.05)
    assert quantile(0.75, **get) == pytest.approx(0.3)
    assert quantile(0.95, **get) == pytest.approx(0.75)
    assert quantile(1, aggregate=Aggregate.SUM) == pytest.approx(1.0)
    mean = ask("duration_seconds", at(20), function=Function.MEAN, aggregate=Aggregate.SUM)
    assert store.ask(mean)[0].points[0][1] == pytest.approx(0.4)
    rate = ask("duration_seconds", at(20), function=Function.RATE, by=("method",))
    assert [line.points[0][1] for line in store.ask(rate)] == pytest.approx([2.0, 2 / 3])


def test_an_environment_narrows_it_down(store: MetricStore) -> None:
    assert store.ask(ask("elsewhere", NOW, environment="production")) == []
    assert len(store.ask(ask("elsewhere", NOW, environment="staging"))) == 1


def test_labels_and_their_values_are_listed(store: MetricStore) -> None:
    assert store.labels("checkout", "requests_total") == {"method": ["GET", "POST"]}
    assert store.labels("checkout", "duration_seconds") == {"method": ["GET", "POST"]}
    assert store.labels("checkout", "nothing") == {}


def expression(text: str, since: datetime, until: datetime, environment: str = "") -> Expression:
    return Expression(text, "checkout", environment, since, until, 60)


GET = 'job="$component", method="GET"'


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ('queue_length{job="$component"}', [0.0, 100.0]),
        (f"sum by (method) (rate(requests_total{{{GET}}}[5m]))", [2.0]),
        ("histogram_quantile(0.9, sum by (le) (rate(duration_seconds_bucket[5m])))", [0.5]),
        ("sum(rate(duration_seconds_sum[5m])) / sum(rate(duration_seconds_count[5m]))", [0.4]),
        ('max by (place) (queue_length{environment=~"$environment"})', [0.0, 100.0]),
        ("sum(rate(duration_seconds_count[$window]))", [40 / 15]),
    ],
)
def test_an_expression_is_answered(store: MetricStore, text: str, first: list[float]) -> None:
    """The same words in every store."""
    lines = store.evaluate(expression(text, at(10), at(20)))
    assert all(len(line.points) == 11 for line in lines)
    assert [line.points[0][1] for line in lines] == pytest.approx(first)


def test_what_makes_no_sense_is_said(store: MetricStore) -> None:
    with pytest.raises(StoreError) as refused:
        store.evaluate(expression("sum(", at(10), at(20)))
    assert refused.value.permanent
    assert refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "stranger",
        'max({__name__=~"stranger|nothing"})',
        "stranger or stranger",
        'stranger{job=~".+"}',
    ],
)
def test_an_expression_reads_nothing_of_another_component(store: MetricStore, text: str) -> None:
    """The built-in store does not know some of these words, and says so."""
    with suppress(StoreError):
        assert store.evaluate(expression(text, NOW - timedelta(minutes=4), NOW)) == []


@pytest.mark.parametrize("label", ["component", "job"])
def test_another_component_is_refused_in_words(store: MetricStore, label: str) -> None:
    own = {"component": PostgresMetrics, "job": Prometheus}[label]
    if isinstance(store, own):
        with pytest.raises(StoreError, match="is another component"):
            store.evaluate(expression(f'stranger{{{label}="cart"}}', at(10), at(20)))


def test_an_environment_can_be_asked_for(store: MetricStore) -> None:
    text = 'elsewhere{environment=~"$environment"}'
    assert store.evaluate(expression(text, at(10), at(12), "staging"))
    assert store.evaluate(expression(text, at(10), at(12), "production")) == []
