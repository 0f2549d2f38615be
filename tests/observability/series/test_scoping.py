"""A query of Prometheus reads one component: its matcher stands in every selector."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observability.series.stores.scoping import Unscoped, scoped

OWN = 'job="checkout"'


def narrowed(text: str) -> str:
    """Without blanks, `@@` for the matcher."""
    found = scoped(text, "job", "checkout").replace(OWN, "@@")
    return re.sub(r"\s", "", found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("up", "up{@@}"),
        ('{__name__=~".+"}', '{@@,__name__=~".+"}'),
        ('up{job=~".*",}', 'up{@@,job=~".*"}'),
        ('up{job="checkout"}', 'up{@@,job="checkout"}'),
        ('{"a.b", x!="y"}', '{@@,"a.b",x!="y"}'),
        ("up{}", "up{@@}"),
        ("a + b", "a{@@}+b{@@}"),
        ("a or b unless c", "a{@@}orb{@@}unlessc{@@}"),
        ("rate(x[5m] offset 1d)", "rate(x{@@}[5m]offset1d)"),
        ("max_over_time(rate(x[5m])[1h:1m])", "max_over_time(rate(x{@@}[5m])[1h:1m])"),
        ("x @ start() - x @ 1609746000", "x{@@}@start()-x{@@}@1609746000"),
        ("sum by (le, job) (x)", "sumby(le,job)(x{@@})"),
        ("SUM BY (le) (x)", "SUMBY(le)(x{@@})"),
        ("sum(x) without (le)", "sum(x{@@})without(le)"),
        ("a / on (x) group_left (y) b", "a{@@}/on(x)group_left(y)b{@@}"),
        ("a > bool ignoring(x) b", "a{@@}>boolignoring(x)b{@@}"),
        ("topk(3, -x) > 1e+3", "topk(3,-x{@@})>1e+3"),
        ("time() - vector(Inf)", "time()-vector(Inf)"),
        ("sum", "sum{@@}"),
        ("or or or", "or{@@}oror{@@}"),
        ("bottomk by (x)", None),
        ("a # {\n+ b", "a{@@}+b{@@}"),
        ("a # \r+ b", "a{@@}+b{@@}"),
        (
            'label_replace(x, "y", "}$1", "z", `{"`)',
            'label_replace(x{@@},"y","}$1","z",`{"`)',
        ),
    ],
)
def test_every_selector_says_whose_it_is(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(Unscoped):
            scoped(text, "job", "checkout")
    else:
        assert narrowed(text) == expected


def test_another_component_is_refused_in_words() -> None:
    with pytest.raises(Unscoped) as refused:
        scoped("up{job='cart'}", "job", "checkout")
    assert "This is about checkout: “job=cart” is another component" in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        'x{a="b" or c="d"}',
        "x{a=~b}",
        'x{a="b"',
        "x[x]",
        "a * on(x) group_left (b) - c",
        "sum by (b) - c",
        "sum by (b{}) (c)",
        "WITH (a = b) c",
        "a b",
        "a +",
        "größe",
        "a\f+ b",
        '"a\n" + b',
        "x{a='b'} keep_metric_names",
    ],
)
def test_what_is_not_understood_for_certain_is_refused(text: str) -> None:
    with pytest.raises(Unscoped):
        scoped(text, "job", "checkout")


PIECES = ["sum", "by", "on", "group_left", "or", "offset", "bool", "@", "a", "b", '"c"', "1", "5m"]
PIECES += ["(", ")", "{", "}", ",", "=", "=~", "-", "[5m]", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_no_metric_is_left_without_it(pieces: list[str]) -> None:
    """`a` and `b` stand before the matcher, or where labels do."""
    with suppress(Unscoped):
        found = scoped(" ".join(pieces), "job", "checkout")
        without = re.sub(r"\b(by|on|group_left) \( [^()]*\)", "", found)
        bare = re.sub(r"\{[^{}]*\}", lambda one: "@" if OWN in one[0] else one[0], without)
        assert not re.search(r"\b[ab]\b(?! (@|\())", bare), found
        assert "{" not in bare
