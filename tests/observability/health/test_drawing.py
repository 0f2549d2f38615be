"""Charts: gaps where nothing was, dots where something was alone, deployments over all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from observability.health import drawing, figures, windows
from observability.health.drawing import Frame, Line, Point
from observability.logs.drawing import Mark
from observability.traces.stores.base import Exact, Measured
from portal.figures import duration

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
FRAME = Frame(
    windows.read({"span": "1h"}, NOW),
    [Mark(NOW - timedelta(minutes=30), "v3 → production", "/deployments/3/", "deploy", "good")],
)


def at(minute: int) -> datetime:
    return NOW - timedelta(hours=1) + timedelta(minutes=minute)


def test_a_line_breaks_where_nothing_was() -> None:
    values = {at(minute): 1.0 for minute in (0, 1, 2, 10, 11, 40)}
    chart = drawing.lines(FRAME, [Line("p95", "info", values)], {}, words="", unit=duration)
    (curve,) = chart.curves
    assert curve.path.count("M") == 2
    assert curve.alone.count("M") == 1
    assert len(chart.columns) == 60
    assert chart.columns[5].words == "13:05: nothing"


def test_bars_are_stacked_and_a_small_one_can_be_seen() -> None:
    values = {at(0): (("bad", 1.0), ("accent", 999.0)), at(1): (("bad", 0.0), ("accent", 1.0))}
    chart = drawing.bars(FRAME, values, {at(0): "1,000 requests"}, words="", unit=str)
    high, low = chart.columns[0], chart.columns[1]
    assert [part.tone for part in high.parts] == ["bad", "accent"]
    assert high.parts[0].height == 1.0
    assert [part.tone for part in low.parts] == ["accent"]
    assert high.words == "13:00: 1,000 requests"


def test_each_execution_is_a_dot_and_the_newest_lead_to_it() -> None:
    points = [
        Point(at(0) + timedelta(seconds=n), 1.0, "bad" if n % 2 else "good", f"Run {n}", f"/{n}/")
        for n in range(500)
    ]
    chart = drawing.dots(FRAME, points, words="", unit=duration, are_links=True)
    assert len(chart.linked) == drawing.MOST_LINKS
    assert chart.linked[-1].url == "/499/"
    assert sum(one.path.count("M") for one in chart.dots) == 100
    assert {one.tone for one in chart.dots} == {"good", "bad"}


def test_what_was_deployed_stands_on_every_chart() -> None:
    chart = drawing.dots(FRAME, [], words="", unit=duration)
    (flag,) = chart.flags
    assert (flag.x, flag.title, flag.url) == ("50.00%", "v3 → production", "/deployments/3/")


@pytest.mark.parametrize(
    ("most", "end"), [(0, 0), (0.013, 0.02), (0.94, 1.0), (1, 1), (41, 60), (3001, 4000)]
)
def test_a_scale_ends_at_an_even_number(most: float, end: float) -> None:
    assert drawing.even(most) == pytest.approx(end)


def test_a_time_without_a_request_has_no_duration_and_no_share_of_errors() -> None:
    red = figures.red(Measured(), 3600)
    assert (red.n, red.rate) == (0, 0)
    assert red.p50 is red.p95 is red.p99 is red.mean is red.error_share is None
    assert figures.share(red.error_share) == duration(red.p95) == "–"


def test_percentiles_are_exact_only_where_all_spans_were_read() -> None:
    measured = Measured(3, 1, 60, {100: 3})
    exact = Exact(3, (1e9, 2e9, 3e9))
    assert figures.red(measured, 60, exact).p95 == 2.0
    assert figures.red(measured, 60, exact).is_exact
    assert not figures.red(measured, 60, Exact(2, (1e9, 2e9, 3e9))).is_exact


@pytest.mark.parametrize(
    ("rate", "said"),
    [(12.4, "12 a second"), (0.06, "3.6 a minute"), (1 / 3600, "1 an hour"), (2e-5, "1.7 a day")],
)
def test_a_rate_is_said_in_the_unit_that_fits(rate: float, said: str) -> None:
    assert figures.per(rate) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0 %"), (0.00001, "< 0.01 %"), (0.0035, "0.35 %"), (1, "100 %")]
)
def test_a_little_is_not_said_to_be_nothing(share: float, said: str) -> None:
    assert figures.share(share) == said
