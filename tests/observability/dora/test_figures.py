"""Percentiles, distributions, weeks, windows, clusters and words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from observability.dora import clusters, sparks, totals, windows, wording
from observability.dora.figures import (
    Metric,
    Per,
    measure,
    spread,
    week,
    weekly_counts,
    weekly_durations,
)
from observability.dora.history import Known as Before
from observability.dora.judging import judge
from observability.dora.reports import Known, own, report
from observability.dora.windows import Window
from portal.errors import Refused
from tests.observability.dora.told import HOUR, MONDAY, QUARTER, commit, deployed

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
DAY = 24 * HOUR


def test_components_are_spread_and_never_blended() -> None:
    """Nine quick commits of one component do not hide the slow one of another."""
    known = Before(places=frozenset({("quick", "production"), ("slow", "production")}))
    found = judge(
        [
            *(
                deployed(f"q{n}", 10 + n, component="quick", commits=(commit(f"q{n}", 9 + n),))
                for n in range(9)
            ),
            deployed("s", 200, component="slow", commits=(commit("s", 100),)),
        ],
        known,
    )
    own = [
        measure(
            [each for each in found if each.deployment.component == name], QUARTER, has_begun=True
        )
        for name in ("quick", "slow")
    ]
    over = spread(own, Metric.LEAD_TIME)
    assert (over.value, over.n, over.components) == ((HOUR + 100 * HOUR) / 2, 10, 2)
    assert (over.low, over.high) == (HOUR + 99 * HOUR / 4, HOUR + 3 * 99 * HOUR / 4)


def test_weeks_without_data_have_none_and_counts_have_zeros() -> None:
    weeks = QUARTER.spark()
    found = judge(
        [deployed("one", 30, commits=(commit("a", 20),))],
        Before(places=frozenset({("carrier-punctuality", "production")})),
    )
    cuts = [weeks[0].since, *(week.until for week in weeks)]
    own = [[week(each)] for each in totals.cut(found, (), cuts)]
    assert weekly_counts(own, Metric.FREQUENCY) == [1.0, *[0.0] * 11]
    middle, _ = weekly_durations(own, Metric.LEAD_TIME)
    assert middle == [10 * HOUR, *[None] * 11]
    drawn = sparks.spark(own, Metric.LEAD_TIME)
    assert (drawn.line, len(drawn.dots)) == ("", 1)
    assert len(sparks.spark(own, Metric.FREQUENCY).bars) == 12


def test_a_report_compares_with_the_time_before() -> None:
    window = Window(MONDAY + timedelta(days=7), MONDAY + timedelta(days=14))
    found = judge([deployed("a", 1), deployed("b", 200), deployed("c", 220), deployed("d", 2000)])
    cuts = windows.cuts(window)
    known = {
        name: Known(
            "airline-data", own(totals.cut(verdicts, (), cuts), first_at, window, Per.COMMIT)
        )
        for name, verdicts, first_at in (
            ("carrier-punctuality", found, found[0].at),
            ("idle", [], None),
        )
    }
    made = report(known, days=[each.at for each in found], window=window)
    headline = made.headlines[Metric.FREQUENCY]
    assert (headline.value, headline.before, headline.n) == (2.0, 1.0, 2)
    assert [line.component for line in made.lines] == ["carrier-punctuality"]
    assert made.deployments == 2
    assert made.days_a_week == 2
    assert cuts[0] == window.until - timedelta(days=84)


def test_sums_of_parts_are_the_sum_of_the_whole() -> None:
    found = judge([deployed(str(n), 30 * n, commits=(commit(str(n), 29 * n),)) for n in range(9)])
    cuts = [MONDAY + timedelta(days=days) for days in (0, 3, 7, 11)]
    assert totals.summed(totals.cut(found, (), cuts)) == totals.of(found)


@pytest.mark.parametrize(
    ("given", "since", "until"),
    [
        ({}, datetime(2026, 8, 23, tzinfo=UTC), NOW),
        ({"days": "7"}, datetime(2026, 11, 14, tzinfo=UTC), NOW),
        (
            {"since": "2026-10-01", "until": "2026-10-31"},
            datetime(2026, 10, 1, tzinfo=UTC),
            datetime(2026, 11, 1, tzinfo=UTC),
        ),
        ({"since": "2026-11-01"}, datetime(2026, 11, 1, tzinfo=UTC), NOW),
    ],
)
def test_a_window_is_read(given: dict[str, str], since: datetime, until: datetime) -> None:
    words = {"days": "", "since": "", "until": "", **given}
    assert windows.asked(**words, now=NOW) == Window(since, until)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"days": "soon"}, "days"),
        ({"days": "0"}, "days"),
        ({"days": "99999"}, "days"),
        ({"since": "yesterday"}, "since"),
        ({"until": "2026-10-01"}, "since"),
        ({"since": "2026-10-02", "until": "2026-10-01"}, "until"),
        ({"since": "2001-10-02"}, "since"),
        ({"since": "0001-01-01"}, "since"),
    ],
)
def test_a_window_that_can_not_be_meant_is_refused_in_words(
    given: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        windows.asked(**{"days": "", "since": "", "until": "", **given}, now=NOW)
    assert refused.value.field == field


def test_whole_weeks_are_counted_back_from_the_end() -> None:
    weeks = Window(MONDAY, MONDAY + timedelta(days=17)).weeks()
    assert [week.since - MONDAY for week in weeks] == [timedelta(days=3), timedelta(days=10)]


@pytest.mark.parametrize(
    ("metric", "value", "cluster"),
    [
        (Metric.LEAD_TIME, 5 * HOUR, "elite"),
        (Metric.LEAD_TIME, 5 * DAY, "high"),
        (Metric.LEAD_TIME, 50 * DAY, "low"),
        (Metric.FREQUENCY, 20.0, "elite"),
        (Metric.FREQUENCY, 0.5, "medium"),
        (Metric.FAIL_RATE, 0.09, "medium"),
        (Metric.FAIL_RATE, 0.21, "high"),
        (Metric.RECOVERY, 5 * HOUR, "high or medium"),
        (Metric.RECOVERY, 6 * DAY, "low"),
        (Metric.REWORK_RATE, 0.1, ""),
        (Metric.FAIL_RATE, None, ""),
    ],
)
def test_the_nearest_cluster_is_named_by_metric(
    metric: Metric, value: float | None, cluster: str
) -> None:
    assert clusters.nearest(metric, value) == cluster


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        (Metric.LEAD_TIME, 18.2 * HOUR, ("18.2", "hours")),
        (Metric.RECOVERY, 720.0, ("12", "minutes")),
        (Metric.LEAD_TIME, 3 * DAY, ("3", "days")),
        (Metric.FAIL_RATE, 0.051, ("5.1", "%")),
        (Metric.FREQUENCY, 4.6, ("4.6", "a week")),
        (Metric.FREQUENCY, 0.0, ("0", "a week")),
        (Metric.RECOVERY, None, ("–", "")),
    ],
)
def test_a_figure_is_said(metric: Metric, value: float | None, words: tuple[str, str]) -> None:
    said = wording.said(metric, value)
    assert (said.number, said.unit) == words


@pytest.mark.parametrize(
    ("metric", "value", "before", "words"),
    [
        (Metric.LEAD_TIME, 10.8 * HOUR, 18.2 * HOUR, ("−7.4 h", "good")),
        (Metric.FREQUENCY, 4.6, 3.7, ("+0.9", "good")),
        (Metric.FAIL_RATE, 0.051, 0.035, ("+1.6 points", "bad")),
        (Metric.RECOVERY, 60.0, 60.0, ("as before", "neutral")),
        (Metric.RECOVERY, 60.0, None, ("", "neutral")),
    ],
)
def test_what_changed_is_said_with_whether_it_is_good(
    metric: Metric, value: float, before: float | None, words: tuple[str, str]
) -> None:
    assert wording.changed(metric, value, before) == words
