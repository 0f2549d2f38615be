"""What holds of every history: strangers change nothing, and windows add up."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from observability.dora.figures import DURATIONS, Metric, measure
from observability.dora.history import Commit, Deployment, Intervention, Said
from observability.dora.judging import judge
from observability.dora.windows import Window
from tests.observability.dora.told import MONDAY, QUARTER, at, deployed

# How long an example takes says something of the machine
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
HOURS = some.integers(min_value=-300, max_value=2400)
OUTCOMES = some.sampled_from(["succeeded", "failed", "aborted", "refused", "running"])


@some.composite
def a_deployment(draw: some.DrawFn, component: str) -> Deployment:
    hours = draw(HOURS)
    is_live = draw(some.booleans())
    outcome = draw(OUTCOMES)
    links = draw(
        some.lists(some.tuples(some.sampled_from(["reverses", "fixes"]), HOURS), max_size=2)
    )
    return deployed(
        f"{component} {draw(some.uuids())}",
        hours,
        component=component,
        kind=draw(some.sampled_from(["deployment", "deployment", "rollback"])),
        outcome=outcome,
        live_at=at(hours) if is_live else None,
        finished_at=None if outcome == "running" else at(hours + 1),
        commits=tuple(
            Commit(sha, at(hours - before))
            for sha, before in draw(
                some.lists(some.tuples(some.sampled_from("abcdef"), HOURS), max_size=3)
            )
        ),
        interventions=tuple(
            Intervention(kind, str(number), at(hours + after))
            for number, (kind, after) in enumerate(links)
        ),
        said=draw(some.sampled_from(["", "", "", *Said])),
    )


MINE = some.lists(a_deployment("mine"), max_size=8, unique_by=lambda one: one.id)
THEIRS = some.lists(a_deployment("theirs"), max_size=8, unique_by=lambda one: one.id)


@PATIENT
@given(MINE, THEIRS)
def test_a_figure_never_changes_when_unrelated_rows_are_added(
    mine: list[Deployment], theirs: list[Deployment]
) -> None:
    alone = measure(judge(mine), QUARTER, has_begun=True)
    among = [each for each in judge([*theirs, *mine]) if each.deployment.component == "mine"]
    assert measure(among, QUARTER, has_begun=True) == alone


@PATIENT
@given(MINE, some.integers(min_value=1, max_value=83))
def test_the_counts_of_adjoining_windows_add_up(mine: list[Deployment], days: int) -> None:
    middle = MONDAY + timedelta(days=days)
    found = judge(mine)
    parts = [
        measure(found, window, has_begun=True)
        for window in (Window(QUARTER.since, middle), Window(middle, QUARTER.until))
    ]
    whole = measure(found, QUARTER, has_begun=True)
    for metric in Metric:
        assert sum(part[metric].n for part in parts) == whole[metric].n
        assert sum(part[metric].open for part in parts) == whole[metric].open
    for metric in (Metric.FAIL_RATE, Metric.REWORK_RATE):
        above = [round((part[metric].value or 0) * part[metric].n) for part in parts]
        assert sum(above) == round((whole[metric].value or 0) * whole[metric].n)


@PATIENT
@given(MINE)
def test_the_order_in_which_rows_arrive_does_not_matter(mine: list[Deployment]) -> None:
    assert judge(mine) == judge(mine[::-1])


@PATIENT
@given(MINE)
def test_no_duration_is_negative_and_no_rate_above_one(mine: list[Deployment]) -> None:
    found = measure(judge(mine), QUARTER, has_begun=True)
    assert all((found[metric].value or 0) >= 0 for metric in DURATIONS)
    assert all(
        0 <= (found[metric].value or 0) <= 1 for metric in (Metric.FAIL_RATE, Metric.REWORK_RATE)
    )
    assert all(
        figure.value is None
        for metric, figure in found.items()
        if metric in DURATIONS and not figure.n
    )
