"""The histogram, the time and the completion, as pages show them."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
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


@pytest.mark.parametrize(
    ("span", "labels"),
    [
        ("15m", ["13:46", "13:48", "13:50", "13:52", "13:54", "13:56", "13:58", "14:00"]),
        ("1h", ["13:10", "13:20", "13:30", "13:40", "13:50", "14:00"]),
        ("6h", ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"]),
        ("24h", ["15:00", "18:00", "21:00", "20 Nov", "03:00", "06:00", "09:00", "12:00"]),
        ("3d", ["18 Nov", "12:00", "19 Nov", "12:00", "20 Nov", "12:00"]),
        ("7d", [f"{day} Nov" for day in range(14, 21)]),
        ("30d", ["26 Oct", "2 Nov", "9 Nov", "16 Nov"]),
    ],
)
def test_the_axis_has_its_labels_at_round_instants(span: str, labels: list[str]) -> None:
    now = NOW + timedelta(seconds=17)
    assert [tick.label for tick in drawing.ticks(spans.read({"span": span}, now))] == labels


@PATIENT
@example(0, 112)
@given(st.integers(0, 10**9), st.integers(10, 10**9))
def test_labels_of_the_axis_have_room(ago: int, seconds: int) -> None:
    since = NOW - timedelta(seconds=ago)
    span = spans.Span(since, since + timedelta(seconds=seconds))
    ticks = list(drawing.ticks(span))
    for width, shown in (
        (drawing.WIDE, ticks),
        (drawing.NARROW, [tick for tick in ticks if not tick.is_wide_only]),
    ):
        ends = [_ends_of(tick, width) for tick in shown]
        assert all(one[1] < other[0] for one, other in pairwise(ends))


def _ends_of(tick: drawing.Tick, width: float) -> tuple[float, float]:
    at, length = float(tick.x[:-1]), len(tick.label) * drawing.LETTER * 100 / width
    start = at - length * {"start": 0, "middle": 0.5, "end": 1}[tick.anchor]
    return start, start + length


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
