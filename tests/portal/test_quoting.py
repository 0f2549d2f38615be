"""What people wrote ends our sentences with one full stop."""

from __future__ import annotations

import pytest

from portal.quoting import quoted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It doubles rows.", "“It doubles rows.”"),
        ("It doubles rows", "“It doubles rows”."),
        ("Why?", "“Why?”"),
        (" It doubles rows. ", "“It doubles rows.”"),
    ],
)
def test_a_sentence_ends_once(text: str, words: str) -> None:
    assert quoted(text) == words
