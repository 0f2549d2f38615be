"""The histogram, the time and the completion, as pages show them."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observability.logs import asking, completion, drawing, spans
from observability.logs.drawing import Flag, Mark
from observability.logs.stores.base import Bar
from observability.logs.wanting import Condition, What, Window
from portal.accounts.models import User
from portal.errors import Refused
from tests.conftest import NOW

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

HOUR = timedelta(hours=1)


@PATIENT
@given(st.integers(0, 10**8), st.integers(1, 40 * 86_400))
def test_columns_cover_the_span_without_gaps(ago: int, seconds: int) -> None:
    since = NOW - timedelta(seconds=ago)
    until = since + timedelta(seconds=seconds)
    span = spans.read({"since": since.isoformat(), "until": until.isoformat()}, NOW)
    columns = drawing.drawn([], [], span).columns
    assert 1 <= len(columns) <= spans.BARS + 1
    assert (columns[0].since, columns[-1].until) == (span.since, span.until)
    assert all(one.until == other.since for one, other in pairwise(columns))


def test_a_column_stacks_what_is_worse_on_top_and_says_it_in_words() -> None:
    span = spans.read({}, NOW)
    at = NOW - timedelta(minutes=30)
    bars = [Bar(at, 9, 6), Bar(at, 13, 2), Bar(at, 17, 1), Bar(at, 21, 1)]
    chart = drawing.drawn(bars, [Mark(at, "v2", "/deployments/7/", "deploy", "good")], span)
    [column] = [one for one in chart.columns if one.parts]
    assert [part.tone for part in column.parts] == ["neutral", "warn", "bad"]
    assert column.words == "13:30: 10 lines, 2 errors, 2 warnings"
    assert chart.words == "10 lines, 2 errors, 1 change of what is deployed"
    assert (chart.total, chart.step, chart.flags[0].x) == (10, "1 min", "50.00%")


@PATIENT
@given(st.lists(st.tuples(st.integers(0, 3599), st.integers(1, 60)), max_size=12))
def test_words_of_flags_lie_in_the_picture_and_never_over_each_other(
    given_marks: list[tuple[int, int]],
) -> None:
    span = spans.read({}, NOW)
    marks = [
        Mark(NOW - timedelta(seconds=ago), "x" * length, "", "deploy", "good")
        for ago, length in given_marks
    ]
    flags = [flag for flag in drawing.flags(marks, span) if flag.has_room]
    for width, shown in (
        (drawing.WIDE, flags),
        (drawing.NARROW, [flag for flag in flags if not flag.is_wide_only]),
    ):
        places = sorted(_ends(flag, width) for flag in shown)
        edge = -100 * drawing.LETTER / width  # by less than a letter
        assert all(start >= edge - 0.01 and end <= 100.01 for start, end in places)
        assert all(one[1] <= other[0] + 0.01 for one, other in pairwise(places))


def _ends(flag: Flag, width: float) -> tuple[float, float]:
    at, length = float(flag.x[:-1]), len(flag.words) * drawing.LETTER * 100 / width
    return (at - length, at) if flag.is_left else (at, at + length)


def test_a_flag_near_the_right_edge_has_its_words_on_its_left() -> None:
    mark = Mark(NOW - timedelta(minutes=1), "parking v2 in production", "", "deploy", "good")
    [flag] = drawing.flags([mark], spans.read({}, NOW))
    assert (flag.is_left, flag.has_room, flag.is_wide_only) == (True, True, False)
    first = Mark(NOW - timedelta(minutes=60, seconds=20), "parking v1", "", "deploy", "good")
    [flag] = drawing.flags([first], spans.read({}, NOW))
    assert (flag.has_room, flag.is_wide_only) == (True, False), "its step has begun before"
    middle = Mark(NOW - timedelta(minutes=30), "x" * 36, "", "deploy", "good")
    [flag] = drawing.flags([middle], spans.read({}, NOW))
    assert flag.is_wide_only, "on a telephone it would run off the screen"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"span": "2h"}, "There is no span"),
        ({"since": "noon"}, "is no time"),
        ({"until": "0001-01-01T00:00"}, "Write a time from 1970 to 2199"),
        ({"since": "2026-12-01", "until": "9999-12-31T23:59"}, "Write a time from 1970 to 2199"),
        ({"since": "2026-01-02", "until": "2026-01-01"}, "before its beginning"),
    ],
)
def test_a_time_that_is_none_is_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        asking.span(given, NOW)


@pytest.mark.parametrize(
    ("query", "span", "is_refused"),
    [
        ("needle", HOUR, True),
        ("key=7", HOUR, True),
        ("version:3", HOUR, True),
        ("component:a needle", HOUR, False),
        ("component:a needle", 3 * 24 * HOUR, True),
        ("-component:a needle", HOUR, True),
        ("level:warn+ needle", 30 * 24 * HOUR, False),
        ("level:info level:error needle", HOUR, True),
        ("client:acme needle", 30 * 24 * HOUR, False),
        ("-needle", HOUR, False),
        ("environment:production", 30 * 24 * HOUR, False),
    ],
)
def test_what_would_read_everything_is_refused(
    query: str, span: timedelta, *, is_refused: bool
) -> None:
    conditions = asking.wanting.conditions(asking.query(query))
    with pytest.raises(Refused, match="Choose a component") if is_refused else nullcontext():
        asking.refuse_walks(conditions, Window(NOW - span, NOW))


def test_values_of_one_field_are_alternatives_and_what_is_left_out_holds_each() -> None:
    found = asking.wanting.conditions(asking.query("component:a component:b -level:info a b"))
    assert found == (
        Condition(What.COLUMN, "component", ("a", "b")),
        Condition(What.LEVEL, "severity", ("info",), is_not=True),
        Condition(What.WORD, "", ("a",)),
        Condition(What.WORD, "", ("b",)),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("en", ["environment:"]),
        ("a -en", ["-environment:"]),
        ("level:err", ["level:error ", "level:error+ "]),
        ("-level:fat", ["-level:fatal ", "-level:fatal+ "]),
        ('"level:', []),
        ("component:x", []),
    ],
)
def test_what_may_be_meant_is_offered(
    people: dict[str, User], text: str, expected: list[str]
) -> None:
    found = completion.offers(text, len(text), people["mira"])
    assert [offer.text for offer in found.offers] == expected
    assert text[found.start :] == text.rpartition(" ")[2]
