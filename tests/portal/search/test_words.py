"""What people type is read as words, filters, numbers and slips of the hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search import words

LETTERS = st.text("abcde", min_size=4, max_size=9)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("carrier-punctuality", ["carrier", "punctuality"]),
        ("airline_data.carrierNames2", ["airline", "data", "carrier", "names", "2"]),
        ("SQLReader", ["sql", "reader"]),
        ("Zürich", ["z", "ü", "rich"]),
        ("--", []),
    ],
)
def test_names_fall_apart_at_their_joints(name: str, parts: list[str]) -> None:
    assert words.parts(name) == parts


def test_a_question_without_the_words_that_only_hold_it_together() -> None:
    assert words.asked("How do I roll back to production?").words == ("roll", "back", "production")
    assert words.asked("who is it").words == ("who", "is", "it"), "unless there are no others"


def test_filters_numbers_and_releases_stand_apart() -> None:
    asked = words.asked("kind:component Column:carrier #12 acme v3")
    assert (asked.kind, asked.filters, asked.number) == ("component", (("column", "carrier"),), 12)
    assert (asked.words, asked.release) == (("acme",), 3)
    assert words.asked("v3").words == ("v", "3"), "a lone one is a word"


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("run 12", (("run", 12),)),
        ("Deployment #10", (("deployment", 10),)),
        ("did  RUN 7 fail", (("run", 7),)),
        ("run-12", ()),
        ("run 1.2", ()),
    ],
)
def test_a_number_behind_a_word_is_kept_with_it(
    text: str, counted: tuple[tuple[str, int], ...]
) -> None:
    assert words.asked(text).counted == counted


def test_what_is_given_beside_the_text_counts_more() -> None:
    assert words.asked("kind:team data", kind="client").kind == "client"


def test_nothing_is_no_question() -> None:
    assert not words.asked("   ")
    assert not words.asked("…")
    assert words.asked("team:airline-data")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("carier", "carrier"),
        ("carrierr", "carrier"),
        ("wether", "weather"),
        ("wetaher", "weather"),
        ("punctualtiy", "punctuality"),
        ("xylophone", None),
        ("cat", None),
    ],
)
def test_slips(typed: str, meant: str | None) -> None:
    known = {"carrier", "carriers", "weather", "punctuality", "flight"}
    assert words.mended(typed, known) == meant


@given(LETTERS, st.integers(0, 9), st.sampled_from("abcdez"))
def test_words_that_are_one_slip_apart_share_a_near_form(word: str, at: int, letter: str) -> None:
    at = at % len(word)
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for other in (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], swapped):
        assert words.slips(word, other, 2) <= 1
        if len(other) >= words.SHORTEST_TO_MEND:
            assert set(words.near([word])) & set(words.near([other]))


@given(LETTERS, LETTERS)
def test_slips_are_the_same_both_ways(one: str, other: str) -> None:
    assert words.slips(one, other, 9) == words.slips(other, one, 9)
