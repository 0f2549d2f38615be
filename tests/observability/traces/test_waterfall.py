"""What a waterfall shows of whole traces, and of broken ones."""

from __future__ import annotations

import pytest

from observability.traces import waterfall
from observability.traces.waterfall import drawn
from tests.observability.traces.spans import found


def test_rows_are_a_tree_in_the_order_of_time_with_bars_in_percent() -> None:
    seen = drawn([found("root", 0, 100), found("b", 50, 50, "root"), found("a", 10, 20, "root")])
    assert [(row.span.name, row.depth, row.inner) for row in seen.rows] == [
        ("root", 0, 2),
        ("a", 1, 0),
        ("b", 1, 0),
    ]
    assert [(row.bar.begin, row.bar.width) for row in seen.rows] == [(0, 100), (10, 20), (50, 50)]
    assert (seen.title, seen.seconds, seen.ticks[0]) == ("root", 0.1, "0")


@pytest.mark.parametrize(
    ("length", "ticks"),
    [
        (100, ("0", "20 ms", "40 ms", "60 ms", "80 ms", "100 ms")),
        (2, ("0", "0.4 ms", "0.8 ms", "1.2 ms", "1.6 ms", "2 ms")),
        (0.004, ("0", "0.8 µs", "1.6 µs", "2.4 µs", "3.2 µs", "4 µs")),
    ],
)
def test_each_part_of_the_axis_says_another_time(length: float, ticks: tuple[str, ...]) -> None:
    assert drawn([found("root", 0, length)]).ticks == ticks


def test_a_duration_is_written_where_there_is_room_for_it() -> None:
    spans = [
        found("whole", 0, 100),
        found("begins", 0, 40, "whole"),
        found("ends", 40, 60, "whole"),
    ]
    seen = drawn(spans).rows
    said = [(row.span.name, row.text_at, row.is_tight, row.is_filled) for row in seen]
    assert said == [
        ("whole", 100, True, True),  # in its bar
        ("begins", 40, False, False),  # behind it
        ("ends", 40, True, False),  # before it
    ]


def test_own_time_is_what_nothing_inside_took() -> None:
    spans = [found("root", 0, 100), found("a", 10, 40, "root"), found("b", 30, 40, "root")]
    rows = {row.span.name: row for row in drawn(spans).rows}
    assert rows["root"].own == pytest.approx(0.04)
    assert rows["a"].own == pytest.approx(0.04)


def test_what_holds_up_the_end_is_marked_and_waiting_is_told() -> None:
    spans = [
        found("click", 0, 10),
        found("run", 30, 70, "click"),
        found("beside", 30, 5, "click"),
    ]
    seen = drawn(spans)
    on_path = {row.span.name: bool(row.critical) for row in seen.rows}
    assert on_path == {"click": True, "run": True, "beside": False}
    assert seen.waited == pytest.approx(0.02)


def test_a_span_whose_parent_is_missing_stands_at_the_left_and_says_so() -> None:
    seen = drawn([found("root", 0, 100), found("lost", 20, 10, "gone"), found("in", 22, 1, "lost")])
    assert [(row.span.name, row.depth, row.is_orphan) for row in seen.rows] == [
        ("root", 0, False),
        ("lost", 0, True),
        ("in", 1, False),
    ]
    assert seen.orphans == 1
    assert drawn([found("lost", 20, 10, "gone")]).title == "lost"


def test_a_clock_that_is_behind_is_set_right_with_all_that_is_inside() -> None:
    other = {"component": "bank"}
    seen = drawn(
        [
            found("call", 100, 50),
            found("serve", 40, 30, "call", **other),
            found("query", 50, 10, "serve", **other),
        ]
    )
    rows = {row.span.name: row for row in seen.rows}
    assert rows["serve"].skew == pytest.approx(0.07)
    assert (rows["serve"].bar.begin, rows["query"].bar.begin) == (20, 40)
    assert rows["call"].skew == 0


@pytest.mark.parametrize(
    "spans",
    [
        [found("self", 0, 10, "self")],
        [found("a", 0, 10, "b"), found("b", 1, 10, "a")],
        [found("twice", 0, 10), found("twice", 0, 90)],
        [found("root", 0, 0)],
        [found("root", 0, 0), found("a", 0, 0, "root")],
    ],
)
def test_what_is_broken_breaks_no_page(spans: list[waterfall.Found]) -> None:
    seen = drawn(spans)
    assert len(seen.rows) == len({span.span_id for span in spans})
    for row in seen.rows:
        assert 0 <= row.bar.begin <= 100
        assert row.bar.width > 0


def test_two_thousand_spans_are_shown_and_that_there_are_more() -> None:
    many = [found("root", 0, 5_000)]
    many += [found(f"s{n}", n, 1, "root") for n in range(waterfall.MOST)]
    seen = drawn(many)
    assert len(seen.rows) == waterfall.MOST
    assert seen.is_cut
    assert not drawn(many[:-1]).is_cut


def test_services_have_colours_and_failures_are_counted() -> None:
    within = {"attributes": {"resource": {"service.name": "slipway-runs"}}}
    seen = drawn([found("root", 0, 9), found("a", 1, 2, "root", is_error=True, **within)])
    assert [(one.name, one.colour, one.spans) for one in seen.services] == [
        ("checkout", 0, 1),
        ("slipway-runs", 1, 1),
    ]
    assert (seen.errors, seen.failed) == (1, "1 span failed")
