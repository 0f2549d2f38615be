"""What a late upsert does about rejected content: rows that are still as it left them.

They are told by the texts of the columns that both have, as not every type can be compared.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor, DatabaseError, errors, sql

from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.staging import Staging

# What a table may say to a change that nobody asked for: it must not keep out what was asked for.
SAID_NO = (
    errors.IntegrityError,
    errors.DataError,
    errors.QueryCanceled,  # it took too long
    errors.PlpgsqlError,  # of triggers, as are the next ones
    errors.RaiseException,
    errors.AssertFailure,
    errors.NoDataFound,
    errors.TooManyRows,
)
# Somebody holds rows that would be corrected; a later try may find them free.
HELD = (errors.LockNotAvailable, errors.DeadlockDetected)
# All of it together, as newer deliveries wait for the table meanwhile; they give up after more.
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Correction:
    """The rows that are right, by `key`, and those of rejected content, all staged.

    `there` are the table's columns. What is left of `others` is corrected, and not told of: each of
    them has a repair of its own. `is_patient`: where somebody holds a row, another try will come.
    """

    table: Table
    there: frozenset[str]
    key: tuple[str, ...]
    right: Staging
    rejected: tuple[Staging, ...]
    others: frozenset[Table] = frozenset()
    is_patient: bool = False

    @property
    def comparable(self) -> tuple[Staging, ...]:
        """Those that have the key, and something beside it where the right ones have."""
        return tuple(
            each
            for each in self.rejected
            if set(self.key) <= each.names
            and (not self.taken or not each.names.isdisjoint(self.taken))
        )

    @property
    def taken(self) -> list[str]:
        """The columns that a correction writes."""
        return [column.name for column in self.right.columns if column.name not in self.key]

    def compared(self, rejected: Staging) -> list[str]:
        """The columns by which a row is known to be as rejected content left it.

        Also those that the right rows lack: whoever changed these has made the row their own.
        """
        return sorted((rejected.names & self.there).difference(self.key))


@dataclass(frozen=True, slots=True)
class Corrected:
    """Rows that were corrected, and rejected ones that still stand under keys of their own.

    `is_told` False: of some rejected content it can't be said.
    """

    rows: int = 0
    beside: int = 0
    is_told: bool = True


def correct(connection: Connection, wanted: Correction) -> Corrected:
    """Inside a transaction. Where the table takes no such change, nothing is changed."""
    comparable = wanted.comparable
    if not comparable:
        return Corrected(is_told=not wanted.rejected)
    connection.execute("SAVEPOINT correcting")
    try:
        with _in_time(connection) as statements:
            rows = sum(_correct(statements, wanted, each) for each in comparable)
            own = [each for each in comparable if each.table not in wanted.others]
            beside = _beside(statements, wanted, own) if own else 0
            # What the table would say with the commit, it says now.
            statements.run(sql.SQL("SET CONSTRAINTS ALL IMMEDIATE"))
    except DatabaseError as error:
        if not _said_no(error) and (wanted.is_patient or not isinstance(error, HELD)):
            raise
        connection.execute("ROLLBACK TO SAVEPOINT correcting")
        return Corrected(is_told=False)
    return Corrected(rows, beside, is_told=comparable == wanted.rejected)


def _said_no(error: DatabaseError) -> bool:
    """A code that psycopg does not know is one that a trigger made up."""
    return isinstance(error, SAID_NO) or type(error) is DatabaseError


@dataclass(frozen=True, slots=True)
class _Statements:
    """Statements that together take until a moment of the monotonic clock, and no longer."""

    connection: Connection
    until: float

    def run(self, statement: sql.SQL | sql.Composed) -> Cursor[Any]:
        left = max(1, int(1000 * (self.until - time.monotonic())))  # 0 were for ever
        self.connection.execute("SELECT set_config('statement_timeout', %s, true)", [f"{left}ms"])
        return self.connection.execute(statement)


@contextmanager
def _in_time(connection: Connection) -> Iterator[_Statements]:
    """Afterwards a statement may take as long as before; a savepoint puts that back by itself."""
    row = connection.execute("SHOW statement_timeout").fetchone()
    yield _Statements(connection, time.monotonic() + SECONDS)
    connection.execute("SELECT set_config('statement_timeout', %s, true)", [row and row[0]])


def _correct(statements: _Statements, wanted: Correction, rejected: Staging) -> int:
    if not wanted.taken:
        return 0  # rows with the same key are the same
    statement = sql.SQL(
        "UPDATE {table} AS stands SET {taken} FROM {right} AS right_one "
        "JOIN {rejected} AS rejected_one ON {same_key} "
        "WHERE {this_key} AND {as_left} AND {right_texts} IS DISTINCT FROM {present_texts}"
    ).format(
        table=wanted.table.identifier,
        right=wanted.right.table.identifier,
        rejected=rejected.table.identifier,
        taken=sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier("right_one", name))
            for name in wanted.taken
        ),
        same_key=_same(wanted.key, "rejected_one", "right_one"),
        this_key=_same(wanted.key, "stands", "right_one"),
        as_left=_as_left(wanted.compared(rejected)),
        right_texts=_texts(wanted.taken, "right_one"),
        present_texts=_texts(wanted.taken, "stands"),
    )
    return statements.run(statement).rowcount


def _beside(statements: _Statements, wanted: Correction, rejected: Sequence[Staging]) -> int:
    keys = sql.SQL(" UNION ").join(
        sql.SQL(
            "SELECT {key} FROM {rejected} AS rejected_one JOIN {table} AS stands ON {same_key} "
            "WHERE {as_left} AND NOT EXISTS (SELECT FROM {right} AS right_one WHERE {right_key})"
        ).format(
            key=sql.SQL(", ").join(sql.Identifier("stands", name) for name in wanted.key),
            rejected=each.table.identifier,
            table=wanted.table.identifier,
            same_key=_same(wanted.key, "stands", "rejected_one"),
            as_left=_as_left(wanted.compared(each)),
            right=wanted.right.table.identifier,
            right_key=_same(wanted.key, "right_one", "rejected_one"),
        )
        for each in rejected
    )
    row = statements.run(sql.SQL("SELECT count(*) FROM ({}) AS keys").format(keys)).fetchone()
    return int(row[0]) if row else 0


def _as_left(compared: Sequence[str]) -> sql.Composed:
    return sql.SQL("{} IS NOT DISTINCT FROM {}").format(
        _texts(compared, "rejected_one"), _texts(compared, "stands")
    )


def _same(names: Sequence[str], one: str, other: str) -> sql.Composed:
    return sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier(one, name), sql.Identifier(other, name))
        for name in names
    )


def _texts(names: Sequence[str], of: str) -> sql.Composed:
    texts = sql.SQL(", ").join(
        sql.SQL("{}::text").format(sql.Identifier(of, name)) for name in names
    )
    return sql.SQL("ROW({})").format(texts)
