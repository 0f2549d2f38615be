"""Paths with parameters: refused templates, and filled-in paths that stay where they belong."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.transformations import paths

VALUES = st.one_of(
    st.text(max_size=300),
    st.sampled_from(["..", ".", "../..", "/etc", "a/b", "", "\\", "%2F", "~", "C:", "\n"]),
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
)
PIECES = st.sampled_from(["a", "b-c", "{x}", "{x}.csv", "year={x}", "x.", "{x}{x}", "..", "."])
TEMPLATES = st.lists(PIECES, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("/a.csv", "begins with “/”"),
        ("a//b.csv", "empty"),
        ("a/", "empty"),
        ("../a.csv", "dot"),
        ("a/../b.csv", "dot"),
        (".hidden", "dot"),
        ("a/.git/b", "dot"),
        ("a{", "brace"),
        ("{}", "no parameter"),
        ("{month.real}", "no parameter"),
        ("{other}.csv", "no parameter “other”"),
        ("a\\b", "character"),
        ("a\nb", "character"),
        ("a*.csv", "character"),
        (" a.csv", "space"),
        ("a" * 201, "201 characters"),
        ("/".join(["{month}"] * 8), "too long"),
        ("{month}" * 5, "too long"),
    ],
)
def test_a_template_that_could_go_wrong_is_refused(template: str, words: str) -> None:
    found = list(paths.problems(template, ["month"]))
    assert any(words in message for message in found), found


@pytest.mark.parametrize(
    "template", ["a.parquet", "punctuality/{month}.parquet", "year=2013/month={month}/x.csv"]
)
def test_usual_templates_are_fine(template: str) -> None:
    assert list(paths.problems(template, ["month"])) == []


def test_inputs_may_have_patterns() -> None:
    assert list(paths.problems("a/*-{month}-[ab]?.csv", ["month"], is_glob=True)) == []


@given(template=TEMPLATES, value=VALUES)
def test_whatever_the_value_the_path_stays_inside(template: str, value: object) -> None:
    assume(not list(paths.problems(template, ["x"])))

    filled = paths.render(template, {"x": value})

    assert filled.count("/") == template.count("/")
    assert not any(part.startswith(".") or not part for part in filled.split("/"))
    inside = Path("/drop") / PurePosixPath(filled)
    assert inside.is_relative_to("/drop")
    assert ".." not in inside.parts
    assert len(filled) <= paths.LONGEST_FILLED
    assert all(len(part.encode()) <= 255 for part in filled.split("/"))
    assert filled.isprintable()


@given(one=st.text(max_size=200), other=st.text(max_size=200))
def test_different_values_never_share_a_path(one: str, other: str) -> None:
    assume(one != other)
    assert paths.render("{x}.csv", {"x": one}) != paths.render("{x}.csv", {"x": other})


def test_values_are_written_so_that_people_can_read_them() -> None:
    values = {"month": 1, "day": "2013-01-31", "whole": True, "name": "Ä b/c", "none": ""}
    template = "{month}/{day}/{whole}/{name}/{none}.csv"
    assert paths.render(template, values) == "1/2013-01-31/true/%C3%84%20b%2Fc/(empty).csv"


def test_a_delivery_without_a_path_has_one_file_for_each_set_of_parameters() -> None:
    assert paths.default("punctuality", [], "csv") == "punctuality.csv"
    assert paths.default("punctuality", ["month", "day"], "csv") == "punctuality/{day}/{month}.csv"
