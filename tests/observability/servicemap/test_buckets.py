"""Durations in buckets: each in one, quantiles at most a fifth too large, any two add up."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from observability.servicemap import buckets

durations = st.lists(st.integers(1, 10**10), min_size=1, max_size=200)


@given(st.integers(1, 10**12))
def test_a_duration_lies_between_the_bounds_of_its_bucket(microseconds: int) -> None:
    number = buckets.index(microseconds)
    assert microseconds <= buckets.upper(number) * 1e6 * (1 + 1e-9)
    assert number == 0 or microseconds > buckets.upper(number - 1) * 1e6 * (1 - 1e-9)


@given(durations, st.sampled_from([0.5, 0.95, 0.99]))
def test_a_quantile_is_at_most_a_fifth_too_large(took: list[int], share: float) -> None:
    counts = Counter(buckets.index(one) for one in took)
    rank = max(1, -int(-share * len(took) // 1))
    exact = sorted(took)[rank - 1] / 1e6
    found = buckets.quantile(counts, share)
    assert found is not None
    assert exact * (1 - 1e-9) <= found <= max(exact, 1e-6) * 2**0.25 * (1 + 1e-9)


@given(durations, durations)
def test_buckets_of_two_times_add_up(one: list[int], other: list[int]) -> None:
    of = [Counter(buckets.index(took) for took in some) for some in (one, other, one + other)]
    assert of[0] + of[1] == of[2]


def test_nothing_measured_has_no_quantile() -> None:
    assert buckets.quantile({}, 0.95) is None
