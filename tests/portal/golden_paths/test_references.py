from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from portal.golden_paths.references import Known, Unknown, inside, parse, resolved, sole

KNOWN = Known({"n": 3, "list": ["a", "b"], "yes": True, "none": None}, {"made": {"name": "acme"}})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${{ answers.n }}", 3),
        ("${{answers.list}}", ["a", "b"]),
        ("${{ answers.yes }}", True),
        ("${{ answers.none }}", None),
        ("${{ answers.open }}", None),
        ("${{ steps.made.outputs.name }}", "acme"),
        ("v${{ answers.n }} of ${{ steps.made.outputs.name }}", "v3 of acme"),
        ("${{ answers.list }}!", "a, b!"),
        ("${{ answers.yes }} ${{ answers.none }}", "yes "),
        ("nothing", "nothing"),
        ({"a": ["${{ answers.n }}"]}, {"a": [3]}),
        (7, 7),
    ],
)
def test_what_is_looked_up(text: object, value: object) -> None:
    assert resolved(text, KNOWN) == value


def test_what_is_not_there_yet() -> None:
    with pytest.raises(Unknown, match="later"):
        resolved("${{ steps.later.outputs.name }}", KNOWN)
    with pytest.raises(Unknown, match="made"):
        resolved("x${{ steps.made.outputs.size }}", KNOWN)


@given(st.text())
def test_nothing_is_ever_computed(words: str) -> None:
    """Whatever stands between the braces is a name or nothing."""
    text = f"${{{{ {words} }}}}"
    found = [reference for _, reference in inside(text)]
    reference = parse(words)
    if reference is None:
        assert not any(found) or "{" in words or "}" in words
    else:
        assert found == [reference]
        assert sole(text) == reference


@given(st.dictionaries(st.text(), st.text() | st.integers()))
def test_answers_are_not_looked_into(answers: dict[str, object]) -> None:
    """Braces in an answer are letters."""
    known = Known({"a": "${{ answers.b }}", "b": 1, **answers}, {})
    assert resolved("${{ answers.a }}", known) == known.answers["a"]
