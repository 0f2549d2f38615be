"""Files that would cost memory, time or surprise are refused in a sentence, quickly."""

from __future__ import annotations

import time

import pytest

from pipelines.transformations import reading
from portal.files.document import DEEPEST, LONGEST
from tests.patience import patient

LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (LAUGHS, "“&a” is an anchor"),
        ("a: 1\n<<: *a", "“*a” is an alias"),
        ("a: !!python/object/apply:os.system [ls]", "is a tag"),
        ("a: !include /etc/passwd", "is a tag"),
        ("a: 1\n---\nb: 2", "second document"),
        ("[" * 50_000, "nested deeper"),
        ('{"a":' * 40_000, "nested"),
        ('{"a": [' + "[" * DEEPEST + "]" * DEEPEST + "]}", "nested deeper"),
        ("x: " + "y" * LONGEST, "larger than 256 kB"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        ("a: 1\n\x01", "control character"),
        ('a: "\\0"', "can't be stored"),
        ('{"a": "\\ud800"}', "can't be stored"),
        ("", "empty"),
        ("# only a comment", "empty"),
        ("a: 1\na: 2", "stands twice"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ("? [a, b]\n: 1", "A key must be a word"),
        ("a: [1\nb: 2", "can't be read as YAML"),
        ('{"a": 1,}', "can't be read as JSON"),
        ('{"a": NaN}', "NaN is not a number"),
        ("just words", "must be a mapping"),
        ("- a\n- b", "must be a mapping"),
    ],
)
def test_it_is_refused_in_a_sentence(file: str | bytes, words: str) -> None:
    began = time.monotonic()

    messages = [finding.message for finding in reading.read(file).findings]

    assert any(words in message for message in messages), messages
    assert time.monotonic() - began < patient(2)


def test_deep_data_without_a_text_is_refused_too() -> None:
    deep: dict[str, object] = {}
    for _ in range(500):
        deep = {"a": deep}

    assert "nested deeper" in reading.read(deep).findings[0].message


def test_words_that_yaml_would_turn_into_something_else_stay_as_written() -> None:
    file = "a: [on, no, 007, 12:30, 0x10, 2013-01-01, .inf, 1_000, ~, true, -1.5e3]"

    (values,) = reading.read(file).document.data.values()

    words = ["on", "no", "007", "12:30", "0x10", "2013-01-01", ".inf", "1_000"]
    assert values == [*words, None, True, -1500.0]


def test_a_number_that_no_machine_holds_stays_text() -> None:
    assert reading.read(f"a: {'9' * 5000}").document.data == {"a": "9" * 5000}
    assert reading.read("a: 1e999").document.data == {"a": "1e999"}
