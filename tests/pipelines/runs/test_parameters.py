"""Parameters: declared by the file, set by the environment, given by a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.runs.parameters import ParameterProblem, digest, rebind, resolve

DECLARED = {
    "month": {"type": "integer", "default": 1, "minimum": 1, "maximum": 12},
    "carrier": {"type": "string", "enum": ["AA", "UA"], "default": "AA"},
}


def test_a_value_that_is_given_wins_over_the_environment_and_the_file() -> None:
    values = resolve(DECLARED, configured={"month": 2, "carrier": "UA"}, given={"month": 3})
    assert values == {"month": 3, "carrier": "UA"}


def test_what_nobody_says_comes_from_the_file() -> None:
    assert resolve(DECLARED, configured={}, given={}) == {"month": 1, "carrier": "AA"}


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("integer", "1", "a whole number"),
        ("integer", True, "a whole number"),
        ("integer", 1.5, "a whole number"),
        ("number", "x", "a number"),
        ("string", 1, "text"),
        ("boolean", 0, "true or false"),
        ("date", "20.11.2026", "a date such as"),
        ("date", "2026-02-30", "a date such as"),
        ("integer", None, "a whole number"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_in_words(
    kind: str, value: object, words: str
) -> None:
    with pytest.raises(ParameterProblem, match=words):
        resolve({"x": {"type": kind}}, configured={}, given={"x": value})


@pytest.mark.parametrize(
    ("given_values", "words"),
    [
        ({"month": 0}, "at least 1"),
        ({"month": 13}, "at most 12"),
        ({"carrier": "XX"}, "one of AA, UA"),
        ({"mont": 3}, "Did you mean month"),
        ({"zebra": 3}, "declares: month, carrier"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(given_values: dict, words: str) -> None:
    with pytest.raises(ParameterProblem, match=words):
        resolve(DECLARED, configured={}, given=given_values)


def test_a_parameter_without_default_must_be_given() -> None:
    with pytest.raises(ParameterProblem, match="has no default"):
        resolve({"x": {"type": "string"}}, configured={}, given={})


def test_another_version_keeps_what_it_knows_and_takes_its_own_defaults() -> None:
    newer = {"month": {"type": "integer"}, "year": {"type": "integer", "default": 2013}}
    assert rebind({"month": 4, "carrier": "UA"}, newer) == {"month": 4, "year": 2013}


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8), max_size=5))
def test_the_digest_does_not_depend_on_the_order(values: dict[str, object]) -> None:
    assert digest(values) == digest(dict(reversed(values.items())))
