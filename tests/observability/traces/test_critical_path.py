"""The critical path is a chain without holes from the first beginning to the last end."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from observability.traces.critical import Interval, Piece, path

TIMES = st.integers(0, 40)


@st.composite
def forests(draw: st.DrawFn, least: int = 0) -> tuple[dict[str, Interval], list[str]]:
    """Spans anywhere in time, each inside of one that came before it, or a root."""
    count = draw(st.integers(1, 9))
    times = [(draw(TIMES), least + draw(TIMES)) for _ in range(count)]
    parents = [draw(st.integers(-1, number - 1)) for number in range(count)]
    children: dict[int, list[str]] = {number: [] for number in range(-1, count)}
    for number, parent in enumerate(parents):
        children[parent].append(str(number))
    spans = {
        str(number): Interval(begin, begin + length, children[number])
        for number, (begin, length) in enumerate(times)
    }
    return spans, children[-1]


@given(forests())
def test_it_covers_the_trace_once_from_its_beginning_to_its_end(
    forest: tuple[dict[str, Interval], list[str]],
) -> None:
    spans, roots = forest
    pieces = path(spans, roots)
    first = min(span.begin for span in spans.values())
    last = max(span.end for span in spans.values())
    if first == last:
        assert pieces == []
        return
    assert (pieces[0].begin, pieces[-1].end) == (first, last)
    for before, after in pairwise(pieces):
        assert before.end == after.begin
        assert before.span != after.span


@given(forests())
def test_a_piece_lies_inside_of_its_span(forest: tuple[dict[str, Interval], list[str]]) -> None:
    spans, roots = forest
    for piece in path(spans, roots):
        if piece.span:
            assert spans[piece.span].begin <= piece.begin < piece.end <= spans[piece.span].end


@given(forests(least=1))
def test_what_ended_last_of_all_is_on_it(forest: tuple[dict[str, Interval], list[str]]) -> None:
    spans, roots = forest
    pieces = path(spans, roots)
    if pieces:
        last = pieces[-1]
        assert last.span
        assert spans[last.span].end == last.end


@given(forests(least=1), st.data())
def test_a_leaf_that_is_not_on_it_may_go_without_changing_it(
    forest: tuple[dict[str, Interval], list[str]], data: st.DataObject
) -> None:
    spans, roots = forest
    pieces = path(spans, roots)
    on_path = {piece.span for piece in pieces}
    # inside of its parent's own time: one that sticks out is part of how long its parent takes
    inside = [
        name
        for parent in spans.values()
        for name in parent.children
        if not spans[name].children
        and name not in on_path
        and parent.begin <= spans[name].begin
        and spans[name].end <= parent.end
    ]
    if not inside:
        return
    gone = data.draw(st.sampled_from(inside))
    left = {
        name: Interval(span.begin, span.end, [one for one in span.children if one != gone])
        for name, span in spans.items()
        if name != gone
    }
    assert path(left, roots) == pieces


def test_of_what_ran_beside_each_other_the_later_end_holds_it_up() -> None:
    spans = {
        "all": Interval(0, 100, ["quick", "slow"]),
        "quick": Interval(10, 40),
        "slow": Interval(10, 90),
    }
    assert path(spans, ["all"]) == [
        Piece("all", 0, 10),
        Piece("slow", 10, 90),
        Piece("all", 90, 100),
    ]


def test_one_after_the_other_both_are_on_it_and_what_is_between_is_the_parents() -> None:
    spans = {
        "all": Interval(0, 100, ["first", "second"]),
        "first": Interval(10, 40),
        "second": Interval(50, 100),
    }
    assert path(spans, ["all"]) == [
        Piece("all", 0, 10),
        Piece("first", 10, 40),
        Piece("all", 40, 50),
        Piece("second", 50, 100),
    ]


def test_work_that_outlasts_who_asked_for_it_belongs_to_it_and_the_wait_is_nobodys() -> None:
    spans = {"click": Interval(0, 10, ["run"]), "run": Interval(30, 80)}
    assert path(spans, ["click"]) == [
        Piece("click", 0, 10),
        Piece("", 10, 30),
        Piece("run", 30, 80),
    ]


def test_a_chain_of_two_thousand_is_walked_without_running_out_of_stack() -> None:
    spans = {str(n): Interval(n, 4_000 - n, [str(n + 1)]) for n in range(1_999)}
    spans["1999"] = Interval(1_999, 2_001)
    pieces = path(spans, ["0"])
    assert sum(piece.end - piece.begin for piece in pieces) == 4_000
    assert len({piece.span for piece in pieces}) == 2_000
