"""Percentiles of values, wherever they are said: of runs, of lead times, of releases compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from observability.percentiles import percentile
from tests.source import modules


@pytest.mark.parametrize(
    ("values", "fraction", "found"),
    [([1, 2, 3, 4], 0.5, 2.5), ([10, 20], 0.5, 15), ([7], 0.9, 7), ([1, 2, 3, 4], 0.25, 1.75)],
)
def test_a_percentile_lies_between_two_values(
    values: list[float], fraction: float, found: float
) -> None:
    assert percentile(values, fraction) == found


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile([], 0.5) is None


@given(some.lists(some.floats(0, 1e9), min_size=1, max_size=40))
def test_percentiles_lie_within_and_rise(values: list[float]) -> None:
    quarters = [percentile(values, part) for part in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert quarters == sorted(quarters)  # type: ignore[type-var]
    assert (quarters[0], quarters[-1]) == (min(values), max(values))


def test_they_are_said_in_one_way() -> None:
    homes = [module.name for module in modules() if "\ndef percentile(" in module.path.read_text()]
    assert homes == ["observability.percentiles"]
