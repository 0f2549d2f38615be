"""Numbers as people say them."""

from __future__ import annotations

import pytest

from portal import figures


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0.041, "41 ms"),
        (4.82, "4.8 s"),
        (59.6, "60 s"),
        (134, "2 m 14 s"),
        (3_780, "1 h 03 m"),
        (273_600, "3 d 4 h"),
    ],
)
def test_durations(seconds: float | None, said: str) -> None:
    assert figures.duration(seconds) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [(None, "–"), (0, "0 B"), (912, "912 B"), (2_100, "2.1 kB"), (34_000_000, "34 MB")],
)
def test_sizes(amount: int | None, said: str) -> None:
    assert figures.size(amount) == said


def test_counts_and_nouns() -> None:
    assert figures.count(27_004) == "27,004"
    assert figures.times(1, "run") == "1 run"
    assert figures.times(3, "person", "people") == "3 people"
    assert figures.in_words(3) == "Three"
    assert figures.in_words(12) == "12"
