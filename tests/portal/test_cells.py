"""Cells of rows of data: what stands where is said by their column."""

from __future__ import annotations

import pytest

from portal.templatetags.portal import is_numeric, under

COLUMNS = ({"name": "counted", "type": "HUGEINT"}, {"name": "zip", "type": "VARCHAR"})


def test_a_great_number_that_comes_as_text_stands_with_the_numbers() -> None:
    rights = [is_numeric(column["type"]) for column, _ in under(["53902", "00123"], COLUMNS)]
    assert rights == [True, False]


def test_a_cell_without_a_column_is_a_bug() -> None:
    with pytest.raises(ValueError, match="longer"):
        list(under(["53902", "00123", "more"], COLUMNS))
