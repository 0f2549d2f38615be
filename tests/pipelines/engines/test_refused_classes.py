"""What no query may do, as a table: refused in words, and canaries show that nothing happened."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.engines.base import Check, EngineError, Source
from pipelines.engines.duckdb.client import DuckDBEngine
from tests.pipelines.engines import zygotes

# Placeholders: {secret} a file that is no input, {link} a symlink to it, {input} an input's file,
# {outside} a path that does not exist, {port} a listening socket.
REFUSED = {
    "read a file": [
        "FROM read_csv('{secret}')",
        "FROM read_text('{secret}')",
        "FROM read_blob('{secret}')",
        "FROM read_json_objects('{secret}')",
        "FROM read_csv('{input}/../secret.csv')",
        "FROM read_csv('{link}')",
        "SELECT * FROM '{secret}'",
        'SELECT * FROM "{secret}"',
        "FROM '/etc/passwd'",
        "FROM '/proc/self/environ'",
        "FROM sniff_csv('{secret}')",
        "FROM parquet_metadata('{input}')",
        "FROM parquet_kv_metadata('{input}')",
        "FROM read_duckdb('{secret}')",
        "SELECT (SELECT content FROM read_text('{secret}')) AS content",
        "WITH x AS (FROM read_text('{secret}')) FROM x",
        "FROM flights, LATERAL (FROM read_text('{secret}'))",
    ],
    "look for files": ["FROM glob('/etc/*')", "FROM read_text('/etc/pass*')"],
    "write a file": [
        "COPY flights TO '{outside}'",
        "COPY (SELECT 1) TO '{input}' (FORMAT parquet)",
        "WITH x AS (COPY (SELECT 1) TO '{outside}') SELECT 1 AS a",
        "WITH x AS (COPY (SELECT 1) TO '{input}' (FORMAT csv)) FROM x",
        "WITH x(a) AS NOT MATERIALIZED ( /* ( */ COPY flights TO '{outside}') FROM x",
        "SELECT 1) TO '{outside}' (FORMAT csv); COPY (SELECT 2",
        "SELECT 1) TO '{outside}' --",
        "EXPORT DATABASE '{outside}'",
        "FROM query('COPY flights TO ''{outside}''')",
    ],
    "fill tables from files": ["COPY flights FROM '{secret}'", "IMPORT DATABASE '{outside}'"],
    "change what is there": [
        "WITH x AS (DELETE FROM flights RETURNING *) FROM x",
        "WITH x AS (INSERT INTO flights SELECT * FROM flights RETURNING *) FROM x",
        "WITH x AS (UPDATE flights SET id = 1 RETURNING *) FROM x",
        "DELETE FROM flights",
        "CREATE TABLE x AS FROM flights",
        "DROP VIEW flights",
        "TRUNCATE flights",
    ],
    "attach a database": ["ATTACH '{outside}' AS x", "ATTACH ':memory:' AS x", "USE memory"],
    "load code": [
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{secret}'",
        "FORCE INSTALL spatial FROM community",
        "CREATE MACRO f(x) AS x",
        "CREATE FUNCTION f() AS TABLE FROM read_text('{secret}')",
        "FROM python_map_function(1)",
        "FROM shellfs('id')",
        "SELECT system('id') AS x",
    ],
    "reach into memory": [
        "FROM arrow_scan(140000000000000, 140000000000000, 140000000000000)",
        "FROM pandas_scan(140000000000000)",
        "SELECT to_aggregate_state('x') AS x",
    ],
    "reach the network": [
        "FROM read_csv('http://127.0.0.1:{port}/x.csv')",
        "FROM 'http://127.0.0.1:{port}/x.parquet'",
        "FROM read_parquet('s3://127.0.0.1:{port}/x.parquet')",
        "ATTACH 'host=127.0.0.1 port={port}' AS pg (TYPE postgres)",
    ],
    "change settings": [
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET memory_limit = '100GB'",
        "SET VARIABLE x = 1",
        "RESET memory_limit",
        "PRAGMA memory_limit = '100GB'",
        "PRAGMA enable_profiling",
        "CALL enable_logging()",
        "FROM enable_logging()",
        "FROM enable_profiling()",
        "SELECT write_log('x') AS x",
    ],
    "learn about the house": [
        "SELECT getenv('CANARY') AS x",
        "SELECT current_setting('temp_directory') AS x",
        "FROM duckdb_settings()",
        "FROM duckdb_secrets()",
        "FROM duckdb_logs",
        "FROM duckdb_functions()",
        "FROM information_schema.tables",
        "FROM pg_catalog.pg_settings",
        "FROM duckdb_views",
        "SHOW ALL TABLES",
        "DESCRIBE flights",
        "SUMMARIZE flights",
    ],
    "be more than one SELECT": [
        "SELECT 1 AS a; SELECT 2 AS a",
        "SELECT 1 AS a; COPY flights TO '{outside}'",
        "SELECT 1 AS a;; DROP VIEW flights",
        "EXPLAIN ANALYZE SELECT 1",
        "CALL pragma_version()",
        "PREPARE x AS SELECT 1",
        "EXECUTE x",
        "BEGIN TRANSACTION",
        "COMMIT",
        "VACUUM",
        "CHECKPOINT",
        "FROM checkpoint()",
        "FROM json_execute_serialized_sql('{{}}')",
        "FROM query_table('flights')",
        "PIVOT flights ON month USING count(*)",
        "SELECT 1 AS a\0",
    ],
}
CASES = [(name, sql) for name, texts in REFUSED.items() for sql in texts]


@dataclass
class Canaries:
    """What must stay as it is, whatever a query says."""

    folder: Path
    flights: Source
    listener: socket.socket

    def places(self) -> dict[str, str]:
        return {
            "secret": str(self.folder / "secret.csv"),
            "link": str(self.folder / "link.csv"),
            "outside": str(self.folder / "outside"),
            "input": self.flights.paths[0],
            "port": str(self.listener.getsockname()[1]),
        }

    def state(self) -> dict[str, str]:
        """Names and digests of all files beside the inputs and the result."""
        folders = (self.folder, Path(self.flights.paths[0]).parent)
        files = [path for folder in folders for path in folder.iterdir() if path.is_file()]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def has_visitor(self) -> bool:
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def canaries(tmp_path: Path, inputs: dict[str, Source]) -> Iterator[Canaries]:
    (tmp_path / "secret.csv").write_text(f"name\n{zygotes.CANARY}\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "secret.csv")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Canaries(tmp_path, inputs["flights.parquet"], listener)


def spoken(error: EngineError) -> str:
    return "\n".join([error.message, *error.log])


@pytest.mark.parametrize(("name", "sql"), CASES, ids=[f"{n}: {s[:60]!r}" for n, s in CASES])
def test_it_is_refused_and_nothing_happens(
    engine: DuckDBEngine, canaries: Canaries, name: str, sql: str
) -> None:
    text = sql.format(**canaries.places())
    before = canaries.state()
    error = zygotes.refusal(engine, zygotes.job(text, canaries.flights, folder=canaries.folder))
    assert (error.kind, error.permanent) == ("sql", True), error.message
    assert error.message.endswith((".", "?"))
    assert canaries.state() == before
    assert not canaries.has_visitor()
    assert zygotes.CANARY not in spoken(error)


@pytest.mark.parametrize(
    ("name", "sql"), CASES[::4], ids=[f"{n}: {s[:60]!r}" for n, s in CASES[::4]]
)
def test_a_check_may_do_no_more_than_a_query(
    engine: DuckDBEngine, canaries: Canaries, name: str, sql: str
) -> None:
    check = Check("evil", sql.format(**canaries.places()))
    before = canaries.state()
    wanted = zygotes.job("FROM flights", canaries.flights, folder=canaries.folder, checks=(check,))
    error = zygotes.refusal(engine, wanted)
    assert (error.kind, error.part) == ("sql", "evil"), error.message
    assert canaries.state() == before
    assert not canaries.has_visitor()
    assert zygotes.CANARY not in spoken(error)


@pytest.mark.parametrize(
    "sql", ["FROM flights", "FROM main.flights LIMIT 1", "SELECT 1 AS a -- ; no"]
)
def test_what_only_reads_is_let_through(engine: DuckDBEngine, canaries: Canaries, sql: str) -> None:
    wanted = zygotes.job(sql, canaries.flights, folder=canaries.folder)
    assert zygotes.run(engine, wanted).rows_out >= 1


def test_a_name_of_the_house_is_no_input(engine: DuckDBEngine, canaries: Canaries) -> None:
    twice = (canaries.flights, Source("FLIGHTS", "parquet", canaries.flights.paths))
    mine = (Source("result", "parquet", canaries.flights.paths),)
    for sources in (twice, mine):
        error = zygotes.refusal(
            engine, zygotes.job("SELECT 1 AS a", *sources, folder=canaries.folder)
        )
        assert error.kind == "input"
