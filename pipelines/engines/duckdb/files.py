"""What else the sandbox does with staged results: turn one into another format, show its head."""

from __future__ import annotations

import os
from typing import Any

import duckdb

from pipelines.engines.base import EngineError, Limits, Source
from pipelines.engines.duckdb import cells, ingest, sentences
from pipelines.engines.duckdb.limits import over
from pipelines.engines.duckdb.query import seal
from pipelines.engines.duckdb.session import Session, explaining_input, identifier, quoted

FORMATS = {
    "csv": "FORMAT csv, HEADER true",
    "jsonl": "FORMAT json, ARRAY false",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}


def convert(
    session: Session,
    *,
    source: str,
    target: str,
    format: str,
    temp: str,
    result: int,
) -> dict[str, Any]:
    """Copy a Parquet file into another format, rows in the same order."""
    if format not in {*FORMATS, "copy"}:
        words = f"A file can be written as {', '.join(FORMATS)}, not as {format}."
        raise EngineError(words, permanent=True, kind="input")
    session.prepare(temp)
    session.lock([source, target])
    try:
        chosen, options = "*", FORMATS.get(format, "")
        if format == "copy":
            columns = session.run(f"DESCRIBE FROM read_parquet({quoted(source)})")
            chosen, options = ingest.text([(str(row[0]), str(row[1])) for row in columns])
        rows = session.run(
            f"COPY (SELECT {chosen} FROM read_parquet({quoted(source)})) TO {quoted(target)} "
            f"({options}, USE_TMP_FILE false)"
        )[0][0]
    except duckdb.Error as error:
        raise _unreadable(error, session.limits) from None
    size = os.fstat(result).st_size
    if size > session.limits.file_mb * 1024 * 1024:
        raise over("file", session.limits)
    return {"rows": rows, "bytes": size, "checksum": seal(result)}


def sample(session: Session, *, path: str, rows: int, temp: str) -> dict[str, Any]:
    """Read the first rows of a Parquet file; long texts are cut in the engine, not here."""
    session.prepare(temp)
    session.lock([path])
    try:
        session.run(f"CREATE VIEW result AS FROM read_parquet({quoted(path)})")
        return head(session, "result", rows)
    except duckdb.Error as error:
        raise _unreadable(error, session.limits) from None


def look(session: Session, *, source: Source, rows: int, temp: str) -> dict[str, Any]:
    """Read columns and first rows of an input, as a query would find it."""
    session.prepare(temp)
    session.attach([source])
    session.lock(source.paths)
    with explaining_input(source, session.limits):
        return head(session, identifier(source.name), rows)


def head(session: Session, view: str, rows: int) -> dict[str, Any]:
    """Columns and first rows of a view; cells are JSON-safe and cut to a length."""
    columns = [(str(row[0]), str(row[1])) for row in session.run(f"DESCRIBE {view}")]
    picked = ", ".join(cells.sql(name, kind, session.limits) for name, kind in columns)
    wanted = max(0, min(rows, session.limits.rows_sample))
    found = session.run(f"SELECT {picked} FROM {view} LIMIT {wanted}") if wanted else []
    return {
        "columns": [{"name": name, "type": kind} for name, kind in columns],
        "rows": [cells.shown(row, session.limits) for row in found],
    }


def _unreadable(error: Exception, limits: Limits) -> EngineError:
    found = sentences.explained(error, limits=limits)
    if found.kind.startswith("limit:") or found.kind == "disk":
        return found
    words = f"The staged result cannot be read: {found.message}"
    return EngineError(words, permanent=True, kind="input")
