"""Two texts beside each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.diff import Line, compare

TEXT = st.lists(st.sampled_from(["SELECT", "  a,", "  b", "FROM t", "", "WHERE x"]), max_size=12)


def words(line: Line, *, is_changed: bool) -> list[str]:
    return [part.text for part in line.parts if part.is_changed == is_changed]


def test_an_edited_line_marks_the_words_that_differ() -> None:
    diff = compare("SELECT c.name AS carrier", "SELECT h.name AS carrier")
    gone, come = diff.lines
    assert (gone.kind, gone.old, gone.sign) == ("del", 1, "−")
    assert (come.kind, come.new, come.sign) == ("add", 1, "+")
    assert words(gone, is_changed=True) == ["c"]
    assert words(come, is_changed=True) == ["h"]


def test_lines_that_are_nothing_alike_are_gone_and_come_whole() -> None:
    diff = compare("WHERE month = 1", "xyz(9)")
    assert not any(part.is_changed for line in diff.lines for part in line.parts)


def test_what_did_not_change_is_folded_away() -> None:
    old = "\n".join(str(n) for n in range(20))
    diff = compare(old, old.replace("10", "ten"))
    assert [line.skipped for line in diff.lines if line.kind == "gap"] == [7, 6]
    assert diff.added == diff.removed == 1


def test_the_same_text_is_shown_whole() -> None:
    diff = compare("a\nb", "a\nb")
    assert diff.is_same
    assert [line.kind for line in diff.lines] == ["same", "same"]


@given(TEXT, TEXT)
def test_both_texts_can_be_read_out_of_it(old: list[str], new: list[str]) -> None:
    diff = compare("\n".join(old), "\n".join(new), context=99)
    before = [text(line) for line in diff.lines if line.kind in {"same", "del"}]
    after = [text(line) for line in diff.lines if line.kind in {"same", "add"}]
    assert before == "\n".join(old).splitlines()
    assert after == "\n".join(new).splitlines()


def text(line: Line) -> str:
    return "".join(part.text for part in line.parts)
