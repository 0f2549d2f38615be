"""Percentiles out of buckets: near the truth by what is promised, and the same however added up."""

from __future__ import annotations

from collections import Counter
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from observability.traces.durations import ERROR, bucket, quantile

nanoseconds = st.integers(1_000, 10**13)
SHARES = (0.5, 0.95, 0.99)


def ranked(values: list[int], share: float) -> int:
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


@given(st.lists(nanoseconds, min_size=1, max_size=200))
def test_a_percentile_is_off_by_nine_percent_at_most(values: list[int]) -> None:
    counts = Counter(map(bucket, values))
    for share in SHARES:
        true, said = ranked(values, share), quantile(share, counts)
        assert said is not None
        assert abs(said - true) <= true * ERROR * 1.001


@given(st.lists(nanoseconds, min_size=1), st.lists(nanoseconds, min_size=1))
def test_two_times_together_say_what_one_long_time_says(one: list[int], two: list[int]) -> None:
    apart = Counter(map(bucket, one)) + Counter(map(bucket, two))
    assert apart == Counter(map(bucket, one + two))


def test_of_nothing_there_is_no_percentile() -> None:
    assert quantile(0.95, {}) is None


def test_what_took_no_time_is_counted_too() -> None:
    assert bucket(0) == bucket(1) == 0
    assert quantile(0.5, {bucket(0): 3}) is not None
