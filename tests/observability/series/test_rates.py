"""What was added between points, through restarts, gaps and changed bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observability.series.quantiles import quantile
from observability.series.rates import Sample, added, together

COUNTS = st.lists(st.integers(0, 1000), min_size=2, max_size=30)


def counter(*values: float, began: float = 0) -> list[Sample]:
    return [Sample(10.0 * number, value, began) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((5, 7, 12), 7),
        ((5, 5, 5), 0),
        ((100, 103, 4, 6), 3 + 4 + 2),  # restarted, and said 4 since
        ((100, 0, 0), 0),
    ],
)
def test_a_counter_that_falls_was_restarted(values: tuple[float, ...], expected: float) -> None:
    found = added(counter(*values), is_delta=False, window=60)
    assert found is not None
    assert (found.value, found.seconds) == (expected, 10 * (len(values) - 1))


def test_one_that_says_it_began_later_was_restarted_though_it_rose() -> None:
    samples = [Sample(0, 5, 0), Sample(10, 8, began=4)]
    found = added(samples, is_delta=False, window=60)
    assert found is not None
    assert found.value == 8


def test_one_point_says_nothing_of_a_counter_and_all_of_a_delta() -> None:
    assert added(counter(5), is_delta=False, window=60) is None
    assert added([], is_delta=True, window=60) is None
    found = added(counter(5, 3), is_delta=True, window=60)
    assert found is not None
    assert (found.value, found.seconds) == (8, 60)


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=20))
def test_restarts_change_nothing_of_what_was_added(steps: list[tuple[int, bool]]) -> None:
    """A counter of these steps, set to 0 before some of them, adds up to the same."""
    total, samples = 0, [Sample(0, 0, 0)]
    for number, (step, restarts) in enumerate(steps, 1):
        began = 0.0
        if restarts:
            total, began = 0, number * 10 - 1
        total += step
        samples.append(Sample(number * 10, total, began))
    found = added(samples, is_delta=False, window=60)
    assert found is not None
    assert found.value == sum(step for step, _ in steps)


@given(COUNTS, st.integers(1, 28))
def test_windows_add_up(values: list[int], cut: int) -> None:
    samples = counter(*sorted(values))
    cut = min(cut, len(samples) - 1)
    parts = [
        found.value
        for part in (samples[: cut + 1], samples[cut:])
        if (found := added(part, is_delta=False, window=60))
    ]
    whole = added(samples, is_delta=False, window=60)
    assert whole is not None
    assert sum(parts) == pytest.approx(whole.value)


def test_histograms_of_other_bounds_meet_at_all_of_them() -> None:
    one = added([Sample(0, 4, 0, 4, (1.0, 2.0), (1, 2, 1))], is_delta=True, window=60)
    other = added([Sample(0, 6, 0, 3, (2.0, 4.0), (1, 1, 1))], is_delta=True, window=60)
    assert one is not None
    assert other is not None
    whole = together([one, other])
    assert (whole.value, whole.count, whole.bounds) == (10, 7, (1.0, 2.0, 4.0))
    assert whole.up_to == (1, 4, 5, 7)


def test_a_histogram_whose_bounds_come_and_go_keeps_its_counts() -> None:
    """As exponential ones do: an empty bucket has no bound."""
    samples = [
        Sample(0, 1, 0, 1, (1.0, 2.0), (0, 1, 0)),
        Sample(10, 9, 0, 3, (1.0, 2.0, 4.0), (0, 1, 2, 0)),
    ]
    found = added(samples, is_delta=False, window=60)
    assert found is not None
    assert (found.count, found.bounds, found.up_to) == (2, (1.0, 2.0, 4.0), (0, 0, 2, 2))


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, 0.0), (0.25, 0.5), (0.5, 1.0), (0.75, 1.5), (1, 2.0)],
)
def test_a_quantile_lies_straight_between_bounds(share: float, expected: float) -> None:
    assert quantile(share, (1.0, 2.0), (5, 10, 10)) == expected


def test_a_quantile_is_never_beyond_the_last_bound_and_none_of_nothing() -> None:
    assert quantile(0.99, (1.0, 2.0), (5, 6, 100)) == 2.0
    assert quantile(0.5, (-1.0, 2.0), (5, 6, 6)) == -1.0
    assert quantile(0.5, (1.0,), (0, 0)) is None
    assert quantile(0.5, (), (7,)) is None
