"""Shapes and templates: what varies is a hole, what says something stays."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observability.patterns import mining
from observability.patterns.mining import REST, find
from observability.patterns.shapes import shape

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("run 1841 claimed by worker-3, attempt 1", "run <*> claimed by <*>, attempt <*>"),
        ('client "Globex" refused', "client <*> refused"),
        ("check “every carrier flew” passed, 0 rows", "check <*> passed, <*> rows"),
        ("GET /a/b7f3/c took 12ms", "GET <*> took <*>"),
        ("at 2026-11-20T14:00:00.123Z: stuck", "at <*>: stuck"),
        ("ids 1, 2, 3 and 4", "ids <*> and <*>"),
        ("it can't be done", "it can't be done"),
        ("first line\nTraceback 7", "first line"),
        ("", ""),
    ],
)
def test_what_varies_is_a_hole(message: str, expected: str) -> None:
    assert shape(message) == expected


@PATIENT
@given(st.text(max_size=300))
def test_a_shape_is_its_own_shape(message: str) -> None:
    assert shape(shape(message)) == shape(message)


@PATIENT
@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_make_no_difference(one: int, other: int) -> None:
    assert shape(f"took {one} ms in all") == shape(f"took {other} ms in all")


def test_a_word_with_many_values_becomes_a_hole_and_one_with_two_does_not() -> None:
    known = ["run failed at once", "user ann signed in", "user bob signed in", "user cid signed in"]
    assert find("run succeeded at once", known, most=9).template == "run succeeded at once"
    found = find("user dan signed in", known, most=9)
    assert found.template == "user <*> signed in"
    assert found.absorbs == tuple(known[1:])
    assert find("user eve signed in", [found.template], most=9) == mining.Found(found.template)


def test_no_template_fits_everything() -> None:
    known = ["ann", "bob", "cid", "dan"]
    assert find("eve", known, most=9).template == "eve"


def test_what_has_no_room_is_everything_else() -> None:
    assert find("one more", ["a b c", "d e"], most=2).template == REST


@PATIENT
@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e", "<*>"]), min_size=1, max_size=5))
def test_what_was_found_fits_ever_after(tokens: list[str]) -> None:
    text = " ".join(tokens)
    found = find(text, ["a a", "b a", "c a", "d d d"], most=99).template
    assert find(text, [found], most=99).template == found
