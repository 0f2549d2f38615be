"""What the built-in store understands of Prometheus' language, and what it says of the rest."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observability.series import reading
from observability.series.reading import Reading, Unreadable
from observability.series.stores.base import Aggregate, Expression, Function

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
RATE, SUM = Function.RATE, Aggregate.SUM


def read(text: str, step: int = 60) -> Reading:
    return reading.read(Expression(text, "checkout", "production", AT, AT, step))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("queue.length", Reading("queue.length")),
        ('queue_length{place="a"}', Reading("queue_length", (("place", "a"),))),
        ('{"queue.length", place="a"}', Reading("queue.length", (("place", "a"),))),
        ('x{service="$component", place="a"}', Reading("x", (("place", "a"),))),
        ('x{env=~"$environment"}', Reading("x")),
        ('x{component="checkout", service.name="checkout"}', Reading("x")),
        ("rate(x[2m])", Reading("x", function=RATE, window=120)),
        ("rate(x[$window])", Reading("x", function=RATE, window=300)),
        ("sum(rate(x[5m]))", Reading("x", function=RATE, aggregate=SUM)),
        (
            "sum by (a, b) (rate(x[5m]))",
            Reading("x", function=RATE, aggregate=SUM, by=("a", "b")),
        ),
        ("max(x) by (a)", Reading("x", aggregate=Aggregate.MAX, by=("a",))),
        (
            "histogram_quantile(0.9, sum by (le, a) (rate(x_bucket[5m])))",
            Reading("x", function=Function.QUANTILE, aggregate=SUM, by=("a",), quantile=0.9),
        ),
        ("rate(x_sum[5m]) / rate(x_count[5m])", Reading("x", function=Function.MEAN)),
        (
            "sum(rate(x_sum[5m])) / sum(rate(x_count[5m]))",
            Reading("x", function=Function.MEAN, aggregate=SUM),
        ),
    ],
)
def test_it_reads(text: str, expected: Reading) -> None:
    assert read(text) == expected


def test_a_rate_looks_back_over_a_step_at_least() -> None:
    assert read("rate(x[$window])", step=1200).window == 1200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("topk(3, x)", "“topk(…)” is not known"),
        ("x + y", "“+ y” can't be read"),
        ("rate(x)", "A time such as [5m] is missing before “)”"),
        ("rate(x[soon])", "“[soon]” is no time"),
        ("sum(x", "“)” is missing before “the end”"),
        ('x{a!="b"}', "not by “!=”"),
        ('x{a=~"b|c"}', 'write a="b|c"'),
        ('x{component="cart"}', "“component=cart” is another component"),
        ('rate(x{service.name="cart"}[5m])', "“service.name=cart” is another component"),
        ("x / y", "a mean alone"),
        ("sum(avg(x))", "sum of what is aggregated already"),
        ("histogram_quantile(0.9, x)", "A quantile is taken of"),
        ("", "The name of a metric is missing"),
        ("x y", "end at “y”"),
    ],
)
def test_it_says_what_it_does_not_know(text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert said in refused.value.message


PIECES = ["sum", "by", "rate", "(", ")", "{", "}", "x", "=", '"a"', "[5m]", "/", ",", "0.5", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_nothing_that_is_written_breaks_it(pieces: list[str]) -> None:
    with suppress(Unreadable):
        assert read("".join(pieces)).name
