"""What every engine must do, run against each adapter with real processes and real files."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipelines.engines.base import (
    Check,
    Column,
    Engine,
    EngineError,
    Job,
    Source,
)
from tests.patience import patient
from tests.pipelines.engines import zygotes

QUERY = """
SELECT c.name AS carrier, count(*) AS flights, avg(f.delay) AS mean_delay
FROM flights f JOIN carriers c USING (carrier)
WHERE f.month = $month GROUP BY 1
"""
COLUMNS = (
    Column("carrier", "varchar", required=True),
    Column("flights", "bigint", required=True),
    Column("mean_delay", "double"),
)
CHECKS = (
    Check("every carrier flew", "SELECT * FROM result WHERE flights <= 0"),
    Check(
        "no flight twice",
        "SELECT 1 WHERE (SELECT sum(flights) FROM result) "
        "<> (SELECT count(*) FROM flights WHERE month = $month)",
    ),
)


@dataclass
class Subject:
    """An engine under test, and the process to kill when it has to vanish."""

    engine: Engine
    process: int


def _duckdb() -> AbstractContextManager[zygotes.Zygote]:
    return zygotes.running()


ADAPTERS = {"duckdb": _duckdb}


@pytest.fixture(scope="module", params=sorted(ADAPTERS))
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    with ADAPTERS[request.param]() as running:
        yield Subject(running.engine, running.process.pid)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    return zygotes.write_inputs(tmp_path_factory.mktemp("inputs"))


@pytest.fixture
def make(inputs: dict[str, Source], tmp_path: Path) -> Any:
    """Make a job over flights and carriers in the given formats."""

    def made(
        sql: str = QUERY, *, flights: str = "parquet", carriers: str = "csv", **rest: Any
    ) -> Job:
        sources = (inputs[f"flights.{flights}"], inputs[f"carriers.{carriers}"])
        rest = {"parameters": {"month": 1}, **rest}
        return zygotes.job(sql, *sources, folder=tmp_path, **rest)

    return made


def run(subject: Subject, job: Job) -> Any:
    return subject.engine.execute(job, beat=lambda: True)


def refused(subject: Subject, job: Job) -> EngineError:
    with pytest.raises(EngineError) as caught:
        run(subject, job)
    assert not Path(job.result_path).exists()
    return caught.value


def expected(month: int) -> dict[str, tuple[int, float]]:
    """The same figures in plain Python, from the rule that made the rows."""
    delays: dict[str, list[int]] = {}
    for number in range(10000):
        if number % 12 + 1 == month:
            delays.setdefault(f"Carrier {number % 4}", []).append(number * 7919 % 240 - 30)
    return {name: (len(found), round(sum(found) / len(found), 9)) for name, found in delays.items()}


@pytest.mark.parametrize(
    ("flights", "carriers"), [("parquet", "csv"), ("csv", "json"), ("json", "parquet")]
)
def test_it_stages_what_the_query_says(
    subject: Subject, make: Any, flights: str, carriers: str
) -> None:
    job = make(flights=flights, carriers=carriers, columns=COLUMNS, key=("carrier",), checks=CHECKS)
    outcome = run(subject, job)
    found = {name: (n, round(mean, 9)) for name, n, mean in zygotes.rows(job.result_path)}
    assert found == expected(1)
    content = Path(job.result_path).read_bytes()
    assert outcome.checksum == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert (outcome.rows_in, outcome.rows_out, outcome.bytes_out) == (
        10004,
        len(found),
        len(content),
    )
    assert outcome.bytes_in == sum(os.path.getsize(p) for s in job.sources for p in s.paths)
    assert [(c.name, c.type, c.required) for c in outcome.columns] == [
        ("carrier", "VARCHAR", True),
        ("flights", "BIGINT", True),
        ("mean_delay", "DOUBLE", False),
    ]
    assert [check.is_passed for check in outcome.checks] == [True, True]
    assert outcome.cpu_seconds > 0
    assert outcome.ran_for > 0
    assert outcome.peak_memory > 1_000_000
    assert any("contract kept" in line for line in outcome.log)


@pytest.mark.parametrize(
    ("value", "kind", "expression"),
    [
        (7, "BIGINT", "$p::BIGINT"),
        (2**40, "BIGINT", "$p"),
        (1.5, "DOUBLE", "$p"),
        (True, "BOOLEAN", "$p"),
        ("it's; DROP", "VARCHAR", "$p"),
        (None, "VARCHAR", "$p::VARCHAR"),
    ],
)
def test_parameters_arrive_with_their_types(
    subject: Subject, make: Any, value: Any, kind: str, expression: str
) -> None:
    job = make(f"SELECT {expression} AS p", parameters={"p": value, "unused": 1})
    outcome = run(subject, job)
    assert outcome.columns == (Column("p", kind),)
    assert zygotes.rows(job.result_path) == [(value,)]


def test_it_parses_without_running(subject: Subject) -> None:
    seen = subject.engine.inspect("WITH x AS (FROM flights) SELECT $b, $a, $b FROM x, carriers")
    assert seen.parameters == ("b", "a")
    assert set(seen.tables) == {"flights", "carriers"}


@pytest.mark.parametrize(
    ("sql", "line", "column", "words"),
    [
        ("SELECT 1\nFRM flights x", 2, 5, "syntax error"),
        ("SELECT 'ä€😀',\n  SUM( FROM flights", 2, 8, "syntax error"),
        ("DELETE FROM flights", 1, 1, "one SELECT"),
        ("SELECT 1;\nSELECT 2", 2, 1, "2 statements"),
        ("WITH x AS (\n COPY flights TO '/tmp/x') SELECT 1", 2, 2, "COPY"),
        ("", None, None, "no query"),
    ],
)
def test_it_refuses_to_parse_with_a_place(
    subject: Subject, sql: str, line: int | None, column: int | None, words: str
) -> None:
    with pytest.raises(EngineError, match=f"(?i){words}") as caught:
        subject.engine.inspect(sql)
    assert (caught.value.kind, caught.value.permanent) == ("sql", True)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("sql", "line", "column", "words"),
    [
        ("SELECT id,\n       speed FROM flights", 2, 8, "speed"),
        (
            "SELECT 'ü', id\nFROM flihgts",
            2,
            6,
            "no input called flihgts; there is carriers, flights",
        ),
        ("SELECT id FROM flights\nWHERE month = $year", 2, 15, r"\$year"),
        ("SELECT id,\n CAST(carrier AS INTEGER) AS c FROM flights", 2, 2, "Could not convert"),
    ],
)
def test_it_refuses_to_run_with_a_place(
    subject: Subject, make: Any, sql: str, line: int, column: int, words: str
) -> None:
    error = refused(subject, make(sql))
    assert (error.kind, error.line, error.column, error.permanent) == ("sql", line, column, True)
    assert re.search(words, error.message)
    assert error.usage.peak_memory > 1_000_000


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT carrier, 1::BIGINT AS flights FROM carriers", "promises the column mean_delay"),
        (
            "SELECT carrier, 1::BIGINT AS flights, 1e0 AS mean_delay, 2 AS more FROM carriers",
            "more",
        ),
        ("SELECT carrier, 1 AS flights, 1e0 AS mean_delay FROM carriers", "flights is BIGINT"),
        ("SELECT NULL::VARCHAR AS carrier, 1::BIGINT AS flights, 1e0 AS mean_delay", "1 row of 1"),
        (
            "SELECT carrier, sum(id) AS flights, 1e0 AS mean_delay FROM flights GROUP BY 1",
            "HUGEINT",
        ),
    ],
)
def test_a_broken_contract_is_named(subject: Subject, make: Any, sql: str, words: str) -> None:
    error = refused(subject, make(sql, columns=COLUMNS))
    assert (error.kind, error.permanent) == ("contract", True)
    assert words in error.message


def test_a_repeated_key_is_counted_and_not_shown(subject: Subject, make: Any) -> None:
    error = refused(
        subject, make("SELECT carrier, id % 2 AS odd FROM flights", key=("carrier", "odd"))
    )
    assert error.kind == "key"
    assert error.message == (
        "The key (carrier, odd) is not unique: "
        "4 values of it appear more than once, in 10,000 rows."
    )


@pytest.mark.parametrize("rows", [0, 1, 10_000, 30_000])
def test_a_key_that_is_unique_is_kept(subject: Subject, make: Any, rows: int) -> None:
    job = make(f"SELECT range AS id, range % 7 AS week FROM range({rows})", key=("id", "week"))
    assert run(subject, job).rows_out == rows


@pytest.mark.parametrize("rows", [2, 30_000])
def test_a_key_that_repeats_once_is_found(subject: Subject, make: Any, rows: int) -> None:
    sql = f"SELECT range % {rows - 1} AS id FROM range({rows})"
    error = refused(subject, make(sql, key=("id",)))
    assert "1 value of it appears more than once, in 2 rows" in error.message


def test_columns_have_the_types_that_they_are_stored_with(subject: Subject, make: Any) -> None:
    sql = """SELECT {'a b': 1} AS "we""ird", 'x'::ENUM('x', 'it''s') AS kind,
        [1]::INTEGER[1] AS one, TIMESTAMP_S '2013-01-01 00:00:00' AS at"""
    job = make(sql, checks=(Check("all", "SELECT * FROM result WHERE kind <> $$x$$"),))
    columns = run(subject, job).columns
    assert [(c.name, c.type) for c in columns] == [
        ('we"ird', 'STRUCT("a b" INTEGER)'),
        ("kind", "VARCHAR"),
        ("one", "INTEGER[]"),
        ("at", "TIMESTAMP"),
    ]
    seen = subject.engine.sample(path=job.result_path, rows=1)
    assert seen.columns == columns


def test_all_checks_run_before_any_of_them_fails_the_job(subject: Subject, make: Any) -> None:
    checks = (
        Check("none is late", "SELECT * FROM flights WHERE delay > 100 AND month = $month"),
        Check("result has rows", "SELECT 1 WHERE (SELECT count(*) FROM result) = 0"),
        Check("names are numbers", "SELECT sum(carrier::INTEGER) AS n FROM result HAVING n > 0"),
    )
    error = refused(subject, make(checks=checks))
    assert (error.kind, error.permanent) == ("check", True)
    assert [(c.name, c.is_passed) for c in error.checks] == [
        ("none is late", False),
        ("result has rows", True),
        ("names are numbers", False),
    ]
    late = error.checks[0].rows
    assert late > 0
    assert f"none is late ({late} rows against it)" in error.message
    assert "Carrier" not in error.message


def test_a_check_that_does_not_fit_is_refused_before_the_query_runs(
    subject: Subject, make: Any
) -> None:
    error = refused(subject, make(checks=(Check("typo", "SELECT *\nFROM results"),)))
    assert (error.kind, error.part, error.line, error.column) == ("sql", "typo", 2, 6)
    assert not any("query finished" in line for line in error.log)


def test_a_result_is_never_written_over(subject: Subject, make: Any) -> None:
    job = make()
    Path(job.result_path).write_text("mine")
    with pytest.raises(EngineError, match="exists already"):
        run(subject, job)
    assert Path(job.result_path).read_text() == "mine"


def test_a_worker_that_says_no_cancels(subject: Subject, make: Any) -> None:
    job = make("SELECT count(*) AS n FROM range(10000000) a, range(10000000) b")
    began = time.monotonic()
    with pytest.raises(EngineError) as caught:
        subject.engine.execute(job, beat=lambda: False)
    assert caught.value.kind == "cancelled"
    assert caught.value.usage.cpu_seconds > 0
    assert time.monotonic() - began < patient(3)
    assert not Path(job.result_path).exists()


def test_the_beat_is_heard_every_second(subject: Subject, make: Any) -> None:
    beats: list[float] = []
    job = make("SELECT count(*) AS n FROM range(10000000) a, range(10000000) b")

    def beat() -> bool:
        beats.append(time.monotonic())
        return len(beats) < 4

    with pytest.raises(EngineError):
        subject.engine.execute(job, beat=beat)
    assert max(b - a for a, b in pairwise(beats)) < 1


def test_an_engine_that_is_gone_is_worth_another_try(make: Any) -> None:
    with ADAPTERS["duckdb"]() as running:
        engine = running.engine
        job = make("SELECT count(*) AS n FROM range(10000000) a, range(10000000) b")

        def beat() -> bool:
            os.kill(running.process.pid, signal.SIGKILL)
            return True

        with pytest.raises(EngineError) as midway:
            engine.execute(job, beat=beat)
        with pytest.raises(EngineError) as gone:
            engine.inspect("SELECT 1")
    for caught in (midway, gone):
        assert (caught.value.kind, caught.value.permanent) == ("lost", False)
