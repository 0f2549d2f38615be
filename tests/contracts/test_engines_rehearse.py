"""What every engine must do for someone who is still writing: describe a query, and rehearse it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipelines.engines.base import Check, Column, EngineError, Rehearsal, Shape
from tests.contracts.test_engines import CHECKS, COLUMNS, Subject, inputs, make, subject

__all__ = ["inputs", "make", "subject"]  # fixtures

EVERY_MONTH = """
SELECT c.name AS carrier, count(*) AS flights, avg(f.delay) AS mean_delay
FROM flights f JOIN carriers c USING (carrier) WHERE f.month > $month - 12 GROUP BY 1
"""
COUNTED = Check("counted", "SELECT 1 WHERE (SELECT sum(flights) FROM result) <> 10000")
FLIGHTS = Shape("flights", (Column("carrier", "VARCHAR"), Column("delay", "INTEGER")))


def rehearsed(subject: Subject, job: Any, rows: int = 100) -> Rehearsal:
    return subject.engine.rehearse(job, beat=lambda: True, rows=rows)


def test_a_query_is_described_without_data(subject: Subject) -> None:
    sql = "SELECT carrier, count(*) AS flights FROM flights WHERE delay > $least GROUP BY 1"
    found = subject.engine.describe(sql=sql, shapes=[FLIGHTS], parameters={"least": 1})
    assert found.columns == (Column("carrier", "VARCHAR"), Column("flights", "BIGINT"))
    assert found.complaints == ()
    promised = (Column("carrier", "VARCHAR"), Column("flights", "INTEGER"))
    again = subject.engine.describe(
        sql=sql, shapes=[FLIGHTS], parameters={"least": 1}, columns=promised, key=("day",)
    )
    assert "flights is INTEGER, and the query returns BIGINT" in again.complaints[0]
    assert "day, which the query does not return" in again.complaints[0]


def test_a_column_that_is_not_there_is_found_where_it_stands(subject: Subject) -> None:
    with pytest.raises(EngineError, match="carier") as wrong:
        subject.engine.describe(
            sql="SELECT carrier,\n  carier\nFROM flights", shapes=[FLIGHTS], parameters={}
        )
    assert (wrong.value.kind, wrong.value.line, wrong.value.column) == ("sql", 2, 3)


def test_a_shape_with_a_strange_type_is_harmless(subject: Subject) -> None:
    strange = Shape("x", (Column("a", "INTEGER) AS a FROM read_csv('/etc/passwd') --"),))
    found = subject.engine.describe(sql="SELECT a FROM x", shapes=[strange], parameters={})
    assert found.columns == (Column("a", "VARCHAR"),)


def test_a_rehearsal_shows_the_result_and_what_it_is_like(subject: Subject, make: Any) -> None:
    job = make(EVERY_MONTH, columns=COLUMNS, key=("carrier",), checks=(CHECKS[0], COUNTED))
    seen = rehearsed(subject, job, rows=2)
    assert (seen.rows_out, len(seen.rows), seen.complaints) == (4, 2, ())
    assert [check.is_passed for check in seen.checks] == [True, True]
    carrier, flights, mean = seen.columns
    assert (carrier.nulls, carrier.distinct, carrier.low, carrier.high) == (
        0, 4, "Carrier 0", "Carrier 3",
    )  # fmt: skip
    assert (flights.name, flights.type, mean.type) == ("flights", "BIGINT", "DOUBLE")
    assert ("carrier",) in seen.keys
    assert {portion.name: portion.rows for portion in seen.portions} == {
        "flights": 10_000, "carriers": 4,
    }  # fmt: skip
    assert not any(portion.is_cut for portion in seen.portions)


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_a_rehearsal_reads_the_first_rows_only(subject: Subject, make: Any, form: str) -> None:
    job = make("SELECT id FROM flights", flights=form)
    flights, carriers = job.sources
    seen = rehearsed(subject, replace(job, sources=(replace(flights, most_rows=300), carriers)))
    assert seen.rows_out == 300
    assert [portion.is_cut for portion in seen.portions] == [True, False]


def test_what_would_refuse_a_run_is_told(subject: Subject, make: Any) -> None:
    wrong = (*COLUMNS[:2], Column("mean_delay", "VARCHAR"))
    checks = (Check("never", "SELECT 1"), Check("broken", "SELECT nothing FROM result"), COUNTED)
    seen = rehearsed(subject, make(EVERY_MONTH, columns=wrong, key=("flights",), checks=checks))
    assert seen.rows_out == 4
    assert "mean_delay is VARCHAR, and the query returns DOUBLE" in seen.complaints[0]
    never, broken, *others = seen.checks
    assert (never.is_passed, never.rows) == (False, 1)
    assert not broken.is_passed
    assert "nothing" in broken.message
    assert all(check.is_passed for check in others)


def test_columns_that_tell_rows_apart_together_are_a_key(subject: Subject, make: Any) -> None:
    job = make("SELECT id % 3 AS a, id % 4 AS b, 1.5 AS c FROM flights WHERE id < 12")
    assert rehearsed(subject, job).keys == (("a", "b"),)


def test_a_query_that_can_not_run_is_refused_as_a_run_would_be(subject: Subject, make: Any) -> None:
    for sql in (
        "SELECT * FROM elsewhere",
        "COPY flights TO '/tmp/x'",
        "SELECT id, id FROM flights",
    ):
        with pytest.raises(EngineError):
            rehearsed(subject, make(sql))
    job = make("SELECT count(*) AS n FROM range(10000000) a, range(10000000) b")
    with pytest.raises(EngineError) as cancelled:
        subject.engine.rehearse(job, beat=lambda: False)
    assert cancelled.value.kind == "cancelled"


def test_a_rehearsal_tells_the_plan_without_places_or_values(subject: Subject, make: Any) -> None:
    job = make(f"{EVERY_MONTH} ORDER BY 2")
    seen = rehearsed(subject, job)
    names = [operator.name for operator in seen.plan]
    assert {"Read flights", "Read carriers", "Join", "Group"} <= set(names)
    read = seen.plan[names.index("Read flights")]
    assert read.depth > seen.plan[names.index("Group")].depth
    assert read.rows > 0
    assert all(operator.seconds >= 0 for operator in seen.plan)
    told = " ".join(operator.about for operator in seen.plan)
    assert "carrier" in told
    assert not any(path in told for source in job.sources for path in source.paths)
