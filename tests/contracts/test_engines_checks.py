"""What every engine must tell of a check that failed: the first rows against it, and no more."""

from __future__ import annotations

import json
from typing import Any

from pipelines.engines.base import Check, CheckOutcome, Limits
from tests.contracts.test_engines import Subject, inputs, make, refused, subject
from tests.contracts.test_engines_rehearse import rehearsed

__all__ = ["inputs", "make", "subject"]  # fixtures

LATE = Check(
    "none is late", "SELECT id, delay FROM flights WHERE month = $month AND delay > 100 ORDER BY id"
)


def failed(subject: Subject, job: Any) -> tuple[CheckOutcome, ...]:
    error = refused(subject, job)
    assert error.kind == "check"
    return error.checks


def test_the_first_rows_against_a_check_are_told_with_their_columns(
    subject: Subject, make: Any
) -> None:
    (late,) = failed(subject, make(checks=(LATE,)))
    assert late.sample is not None
    assert [column.name for column in late.sample.columns] == ["id", "delay"]
    assert late.rows > len(late.sample.rows) == 20
    assert all(delay > 100 for _, delay in late.sample.rows)
    assert list(late.sample.rows) == sorted(late.sample.rows)


def test_a_check_that_passes_or_can_not_be_asked_has_no_rows(subject: Subject, make: Any) -> None:
    checks = (
        Check("passes", "SELECT * FROM result WHERE flights < 0"),
        Check("breaks", "SELECT sum(carrier::INTEGER) AS n FROM result HAVING n > 0"),
        Check("fails", "SELECT 1 AS one"),
    )
    found = failed(subject, make(checks=checks))
    assert [check.sample is not None for check in found] == [False, False, True]


def test_long_values_are_cut_and_rows_end_where_they_become_too_many_bytes(
    subject: Subject, make: Any
) -> None:
    long = Check("long", "SELECT repeat('x', 5000) AS long, 9007199254740993 AS big FROM range(9)")
    texts = ", ".join(f"repeat('é', 900) AS t{number}" for number in range(40))
    wide = Check("wide", f"SELECT {texts} FROM range(500)")
    widest = Check("widest", f"SELECT {texts}, {texts.replace(' t', ' u')} FROM range(500)")
    first, second, third = failed(subject, make(checks=(long, wide, widest)))
    assert first.sample is not None
    assert first.sample.rows == (("x" * Limits().cell_characters + "…", "9007199254740993"),) * 9
    assert second.sample is not None
    assert 0 < len(second.sample.rows) < 20
    assert len(json.dumps(second.sample.rows)) < 70_000
    assert third.rows == 500
    assert third.sample is None  # one row alone is too large


def test_columns_of_one_name_stand_side_by_side(subject: Subject, make: Any) -> None:
    twice = Check("twice", 'SELECT 1 AS "a ""b", 2 AS "a ""b" -- and a remark')
    (found,) = failed(subject, make(checks=(twice,)))
    assert found.sample is not None
    assert found.sample.rows == ((1, 2),)


def test_no_value_of_a_row_stands_in_what_is_logged(subject: Subject, make: Any) -> None:
    secret = Check("secret", "SELECT 'hush' || id::VARCHAR AS word FROM flights")
    error = refused(subject, make(checks=(secret,)))
    assert error.checks[0].sample is not None
    assert "hush" in str(error.checks[0].sample.rows)
    said = (error.message, error.log, error.phases, error.died, repr(error.checks))
    assert "hush" not in str(said)


def test_a_rehearsal_tells_them_as_well(subject: Subject, make: Any) -> None:
    (late,) = rehearsed(subject, make(checks=(LATE,))).checks
    assert late.sample is not None
    assert len(late.sample.rows) == 20
