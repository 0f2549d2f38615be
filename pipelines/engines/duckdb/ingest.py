"""Makes Parquet out of rows that a database sent as text, and text that a database takes."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import duckdb

from pipelines.engines.base import Arriving, EngineError
from pipelines.engines.duckdb import sentences
from pipelines.engines.duckdb.limits import over
from pipelines.engines.duckdb.query import seal
from pipelines.engines.duckdb.session import Session, identifier, quoted

# As PostgreSQL's COPY writes CSV: NULL is nothing, an empty text is "".
DIALECT = (
    "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', "
    "new_line = '\\n', nullstr = '', allow_quoted_nulls = false, parallel = false"
)
LONGEST_LINE = 16 * 1024 * 1024
TYPE = re.compile(r"[A-Z][A-Z ]*(?:\(\d+(?:,\d+)?\))?(?:\[\])?")
NESTED = ("STRUCT", "MAP", "UNION")
WRITTEN = {"list": "VARCHAR", "hex": "VARCHAR", "plain": "", "none": "VARCHAR"}


def ingest(
    session: Session,
    *,
    source: str,
    target: str,
    columns: Sequence[Arriving],
    temp: str,
    result: int,
) -> dict[str, Any]:
    """Read typed columns out of text and write them as Parquet, in the same order."""
    names = [f"c{number}" for number in range(len(columns))]  # theirs could be anything
    spelled = ", ".join(
        f"{quoted(name)}: {quoted(WRITTEN[column.form] or _type(column))}"
        for name, column in zip(names, columns, strict=True)
    )
    chosen = ", ".join(
        f"{_value(name, column)} AS {identifier(column.name)}"
        for name, column in zip(names, columns, strict=True)
        if column.form != "none"
    )
    session.prepare(temp)
    session.lock([source, target])
    try:
        rows = session.run(
            f"COPY (SELECT {chosen} FROM read_csv([{quoted(source)}], {DIALECT}, "
            f"max_line_size = {LONGEST_LINE}, columns = {{{spelled}}})) TO {quoted(target)} "
            "(FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
        )[0][0]
    except duckdb.Error as error:
        raise _unfitting(error, session, dict(zip(names, columns, strict=True))) from None
    size = os.fstat(result).st_size
    if size > session.limits.file_mb * 1024 * 1024:
        raise over("file", session.limits)
    return {"rows": rows, "bytes": size, "checksum": seal(result)}


def text(columns: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """What to select and how to write it, so that PostgreSQL's COPY takes it as CSV.

    Texts stand in quotes: a line that is nothing but \\. would end the rows too early.
    """
    chosen = ", ".join(f"{_spelled(name, kind)} AS {identifier(name)}" for name, kind in columns)
    texts = [identifier(name) for name, kind in columns if kind == "VARCHAR"]
    quoting = f", FORCE_QUOTE ({', '.join(texts)})" if texts else ""
    return chosen, f"FORMAT csv, HEADER false, NULLSTR ''{quoting}"


def _spelled(name: str, kind: str) -> str:
    column = identifier(name)
    if kind == "BLOB":
        return f"'\\x' || lower(hex({column}))"
    return f"to_json({column})" if kind.startswith(NESTED) or kind.endswith("]") else column


def _type(column: Arriving) -> str:
    if not TYPE.fullmatch(column.type):
        raise ValueError(f"{column.type!r} is no type")
    return column.type


def _value(name: str, column: Arriving) -> str:
    if column.form == "hex":
        return f"unhex({name})"
    if column.form == "list":
        return f"CAST(from_json({name}, '[\"VARCHAR\"]') AS {_type(column)})"
    return name


def _unfitting(error: Exception, session: Session, columns: dict[str, Arriving]) -> EngineError:
    """Which column did not fit its type; the value is somebody's and is not shown."""
    found = sentences.explained(error, limits=session.limits)
    if found.kind.startswith("limit:") or found.kind == "disk":
        return found
    said = str(error)
    named = re.search(r"[Cc]olumn (?:name:? )?\\?[\"']?(c\d+)\b", said) or re.search(
        r"\b(c\d+)\b", said
    )
    column = columns.get(named[1]) if named else None
    if column is None:
        words = "The rows that the database sent can't be read as its types."
    else:
        words = (
            f"A value of the column {column.name} does not fit {column.type}. Read a view that "
            "casts it to a type that holds it, or leave the column out."
        )
    return EngineError(words, permanent=True, kind="input")
