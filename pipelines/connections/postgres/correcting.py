"""What a late upsert does about rejected content: rows that are still as it left them.

They are told by the texts of the columns that both have, as not every type can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import errors, sql

from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.staging import Staging

# What a table may say to a change that nobody asked for: it must not keep out what was asked for.
SAID_NO = (
    errors.IntegrityError,
    errors.DataError,
    errors.RaiseException,  # of a trigger
    errors.QueryCanceled,  # it took too long
)


@dataclass(frozen=True, slots=True)
class Correction:
    """The rows that are right, by `key`, and those of rejected content, all staged."""

    table: Table
    key: tuple[str, ...]
    right: Staging
    rejected: tuple[Staging, ...]

    @property
    def comparable(self) -> tuple[Staging, ...]:
        """Those that have the key, and something beside it where the right ones have."""
        return tuple(
            each
            for each in self.rejected
            if set(self.key) <= each.names and (self.compared(each) or not self.taken)
        )

    @property
    def taken(self) -> list[str]:
        """The columns that a correction writes."""
        return [column.name for column in self.right.columns if column.name not in self.key]

    def compared(self, rejected: Staging) -> list[str]:
        """The columns by which a row is known to be as rejected content left it."""
        return [name for name in self.taken if name in rejected.names]


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
        rows = sum(_correct(connection, wanted, each) for each in comparable)
        beside = _beside(connection, wanted, comparable)
    except SAID_NO:
        connection.execute("ROLLBACK TO SAVEPOINT correcting")
        return Corrected(is_told=False)
    return Corrected(rows, beside, is_told=comparable == wanted.rejected)


def _correct(connection: Connection, wanted: Correction, rejected: Staging) -> int:
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
    return connection.execute(statement).rowcount


def _beside(connection: Connection, wanted: Correction, rejected: Sequence[Staging]) -> int:
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
    row = connection.execute(sql.SQL("SELECT count(*) FROM ({}) AS keys").format(keys)).fetchone()
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
