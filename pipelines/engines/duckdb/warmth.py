"""Runs one small job of our own in the zygote, so that no child has to do it for the first time.

Loads what a child could no longer read (Python's and DuckDB's lazily loaded parts), and saves
each child several milliseconds.
"""

from __future__ import annotations

import ctypes
import gc
import os

import duckdb
from duckdb import DuckDBPyConnection

from pipelines.engines.base import Column, EngineError, Limits
from pipelines.engines.duckdb import gate, query, sentences, verify
from pipelines.engines.duckdb.session import Session, quoted

MADV_DONTNEED = 4
_ROWS = "SELECT range AS id, 'x' || range % 3 AS name, 1.5::DOUBLE AS size FROM range(3000)"
_SQL = "SELECT name, count(*) AS n, avg(size) AS m FROM given WHERE id > $id GROUP BY 1 ORDER BY 2"
_FORMS = {
    "parquet": "COMPRESSION zstd, USE_TMP_FILE false",
    "csv": "HEADER true",
    "json": "ARRAY false",
}


def warm_up(connection: DuckDBPyConnection, folder: str) -> None:
    """Do what jobs do, on rows of our own, with files in `folder` that are gone afterwards."""
    session = Session(connection, Limits())
    for form, options in _FORMS.items():
        given, staged = f"{folder}/given.{form}", f"{folder}/staged"
        session.run(f"COPY ({_ROWS}) TO {quoted(given)} (FORMAT {form}, {options})")
        session.run(f"CREATE VIEW given AS FROM read_{form}([{quoted(given)}])")
        (statement,) = gate.admit(connection, [("", _SQL)])
        verify.shape(session, session.describe(statement, {"id": 1}), (), ())
        session.stage(statement, {"id": 1}, staged, is_profiled=False)
        session.run(f"CREATE VIEW result AS FROM read_parquet({quoted(staged)})")
        columns = (Column("n", "BIGINT", required=True),)
        verify.rows(session, columns, ("name",), rows_out=3, counted=["given"])
        session.run("DROP VIEW given; DROP VIEW result")
        with open(staged, "rb") as file:
            query.seal(file.fileno())
        os.unlink(staged)
        os.unlink(given)
    for broken in ("SELEC 1", "SELECT nothing", "SELECT 'a'::INTEGER", "FROM nowhere"):
        _fail(connection, broken)
    _settle(connection)


def _fail(connection: DuckDBPyConnection, broken: str) -> None:
    try:
        connection.execute(broken).fetchall()
    except (duckdb.Error, EngineError) as error:
        sentences.explained(error, limits=Limits(), sql=broken)


def _settle(connection: DuckDBPyConnection) -> None:
    """Give back free memory and leave the rest alone, so that children share all of it."""
    limit = Limits().memory_mb
    for megabytes in (limit - 1, limit):  # DuckDB purges its allocator when the limit changes
        connection.execute(f"SET memory_limit = '{megabytes}MiB'")
    gc.collect()
    _forget_code()
    ctypes.CDLL(None).malloc_trim(0)
    gc.freeze()


def _forget_code() -> None:
    """Unmap DuckDB's code from memory: children map it anew anyhow, and the zygote only waits."""
    libc = ctypes.CDLL(None)
    with open("/proc/self/maps", encoding="utf-8") as file:
        lines = [line.split(maxsplit=5) for line in file]
    for fields in lines:
        if fields[1] == "r-xp" and "_duckdb" in fields[-1]:
            start, end = (int(number, 16) for number in fields[0].split("-"))
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_DONTNEED)
