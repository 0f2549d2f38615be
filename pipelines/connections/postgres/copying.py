"""Rows on their way out of a database: COPY as CSV, counted and bounded while they stream.

Each message of the protocol is one row, so rows are counted without looking into them, and never
more than a few of them are in memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

import psycopg
from psycopg import pq, sql

from portal.readable import is_readable

Beat = Callable[[], bool]
EVERY = 0.5  # seconds between two questions whether to go on
SOME = 4096  # rows between two looks at the clock


class Cancelled(Exception):
    """Whoever asked for the rows does not want them any more."""


class TooMuch(Exception):
    """A bound was reached: `what` is "rows" or "bytes"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Failed(Exception):
    """The database ended it; `code` is its SQLSTATE and `said` its sentence."""

    def __init__(self, code: str, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said


@dataclass(slots=True)
class Count:
    """What has come so far."""

    rows: int = 0
    bytes: int = 0


def copy_out(
    connection: psycopg.Connection[Any],
    query: sql.Composed,
    file: BinaryIO,
    *,
    most_rows: int,
    most_bytes: int,
    beat: Beat,
    progress: Callable[[Count], None],
) -> Count:
    """Write the rows of a query to `file` as CSV. Ends early by an exception of this module."""
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)
    wire = connection.pgconn
    wire.send_query(statement.as_bytes(connection))
    count = Count()
    try:
        _begin(wire, beat)
        _stream(wire, file, count, most_rows, most_bytes, beat, progress)
        _end(wire)
    except (Cancelled, TooMuch):
        connection.cancel_safe(timeout=2)
        raise
    return count


def _begin(wire: pq.abc.PGconn, beat: Beat) -> None:
    while wire.is_busy():
        if not _wait(wire) and not beat():
            raise Cancelled
    result = wire.get_result()
    if result is not None and result.status != pq.ExecStatus.COPY_OUT:
        raise _failed(result)


def _stream(
    wire: pq.abc.PGconn,
    file: BinaryIO,
    count: Count,
    most_rows: int,
    most_bytes: int,
    beat: Beat,
    progress: Callable[[Count], None],
) -> None:
    asked = time.monotonic()
    take, write = wire.get_copy_data, file.write
    while True:
        size, row = take(1)
        if size > 0:
            count.rows += 1
            count.bytes += size
            if count.rows > most_rows:
                raise TooMuch("rows")
            if count.bytes > most_bytes:
                raise TooMuch("bytes")
            write(row)
            if count.rows % SOME:
                continue
        elif size < 0:
            return
        else:
            _wait(wire)
        if time.monotonic() - asked >= EVERY:
            asked = time.monotonic()
            if not beat():
                raise Cancelled
            progress(count)


def _wait(wire: pq.abc.PGconn) -> bool:
    """Take in what comes within half a second; False where nothing did."""
    if is_readable(wire.socket, seconds=EVERY):
        wire.consume_input()
        return True
    return False


def _end(wire: pq.abc.PGconn) -> None:
    while (result := wire.get_result()) is not None:
        if result.status not in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.COPY_OUT}:
            raise _failed(result)


def _failed(result: pq.abc.PGresult) -> Failed:
    code = result.error_field(pq.DiagnosticField.SQLSTATE) or b""
    said = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"it gave no reason"
    return Failed(code.decode(), said.decode(errors="replace"))
