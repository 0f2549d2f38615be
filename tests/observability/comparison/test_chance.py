"""Probabilities against published values, against brute force, and as properties."""

from __future__ import annotations

from itertools import combinations
from math import comb, exp

import pytest
from hypothesis import given
from hypothesis import strategies as some

from observability.comparison import chance

few = some.integers(0, 12)


def test_fishers_tea() -> None:
    """Three of four cups right, as in The Design of Experiments (1935): 34 of 70, both sides."""
    assert chance.shares(1, 4, 3, 4) == pytest.approx(34 / 70)


def test_all_after_and_none_before_is_the_least_there_is() -> None:
    assert chance.least(4, 4) == pytest.approx(2 / 70)
    assert chance.least(3, 3) > chance.RARE >= chance.least(4, 4)


@given(some.integers(0, 8), some.integers(1, 8), some.integers(0, 8), some.integers(1, 8))
def test_shares_are_fishers_sum(bad: int, before: int, other: int, after: int) -> None:
    """By counting every way in which the bad ones fall on both sides."""
    bad, other = min(bad, before), min(other, after)
    ways = {
        number: comb(after, number) * comb(before, bad + other - number)
        for number in range(min(after, bad + other) + 1)
        if bad + other - number <= before
    }
    rare = sum(each for each in ways.values() if each <= ways[other])
    assert chance.shares(bad, before, other, after) == pytest.approx(rare / sum(ways.values()))


@given(few, few, some.floats(0.1, 10), some.floats(0.1, 10))
def test_rates_are_twice_the_smaller_tail(
    seen: int, other: int, before: float, after: float
) -> None:
    whole, share = seen + other, after / (before + after)
    terms = [comb(whole, n) * share**n * (1 - share) ** (whole - n) for n in range(whole + 1)]
    tail = min(sum(terms[other:]), sum(terms[: other + 1]))
    assert chance.rates(seen, before, other, after) == pytest.approx(min(1.0, 2 * tail))


def test_ten_lines_in_one_half_of_equal_exposure() -> None:
    assert chance.rates(0, 1, 10, 1) == pytest.approx(2 / 2**10)


def test_a_million_lines_take_no_longer_than_a_glance() -> None:
    assert chance.rates(500_000, 1, 500_400, 1) > chance.RARE
    assert chance.rates(500_000, 1, 505_000, 1) < chance.SURE
    assert chance.shares(500_000, 1_000_000, 500_400, 1_000_000) > chance.RARE
    assert chance.shares(500_000, 1_000_000, 505_000, 1_000_000) < chance.SURE


def test_ranks_of_two_samples_that_do_not_overlap() -> None:
    """Against the exact distribution: 2 of 252 ways put five above five others."""
    exact = 2 / comb(10, 5)
    found = chance.ranks([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])
    assert found == pytest.approx(exact, rel=0.6)
    assert chance.ranks([1, 2, 3], [1, 2, 3]) == 1.0


@given(some.lists(some.integers(1, 99), min_size=10, max_size=10, unique=True))
def test_ranks_come_near_the_exact_test(values: list[int]) -> None:
    """Over all ways to divide the same values: the approximation is never far off."""
    size = 5
    gap = abs(_rank_sum(values, range(size)) - _mean(values, size))
    ways = list(combinations(range(len(values)), size))
    beyond = sum(abs(_rank_sum(values, way) - _mean(values, size)) >= gap for way in ways)
    found = chance.ranks(values[size:], values[:size])
    assert found == pytest.approx(beyond / len(ways), abs=0.05)


def _rank_sum(values: list[int], chosen: object) -> float:
    ranks = [
        sum(other < value for other in values) + (values.count(value) + 1) / 2 for value in values
    ]
    return sum(ranks[n] for n in chosen)  # type: ignore[attr-defined]


def _mean(values: list[int], size: int) -> float:
    return size * (len(values) + 1) / 2


@given(few, few, few, few)
def test_sides_may_be_exchanged(bad: int, good: int, other: int, fine: int) -> None:
    one = chance.shares(bad, bad + good, other, other + fine)
    assert one == pytest.approx(chance.shares(other, other + fine, bad, bad + good))
    assert chance.rates(bad, 2, other, 3) == pytest.approx(chance.rates(other, 3, bad, 2))


def test_words_get_bolder_as_chance_gets_rarer() -> None:
    said = [chance.words(probability) for probability in (0.2, 0.04, 0.005, exp(-20))]
    assert len(set(said)) == 4
    assert said[0] == "could be chance"
