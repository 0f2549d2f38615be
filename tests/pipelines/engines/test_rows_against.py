"""Showing what is against a check must not end the job that found it."""

from __future__ import annotations

from pipelines.engines.duckdb.against import may_be_asked


def test_a_check_is_asked_again_only_while_that_leaves_time() -> None:
    assert may_be_asked(took=1, left=299)
    assert may_be_asked(took=100, left=200)
    assert not may_be_asked(took=101, left=199)
    assert not may_be_asked(took=1, left=0)
