"""What stands in a client's tables, noted beside them in the transactions that put it there.

One row a table says what stands in it. Where rows of an upsert came late, what stands is still the
newer; a second row, by their rank, says that they were added.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, LiteralString

from psycopg import errors, sql

from pipelines.connections.postgres.catalogue import Connection, Table, exists

STANDING = "slipway_deliveries"
LATE = "slipway_late_deliveries"
TABLES = {
    STANDING: """
        CREATE TABLE IF NOT EXISTS {} (
          place text PRIMARY KEY, rank text NOT NULL DEFAULT '', checksum text NOT NULL DEFAULT '',
          rows bigint, about jsonb NOT NULL DEFAULT '{{}}', delivered_at timestamptz
        )
    """,
    LATE: """
        CREATE TABLE IF NOT EXISTS {} (
          place text, rank text, checksum text NOT NULL,
          rows bigint, about jsonb NOT NULL, delivered_at timestamptz NOT NULL,
          PRIMARY KEY (place, rank)
        )
    """,
}
# Longer than anybody asks whether what a killed worker carried has arrived.
KEPT = "30 days"


@dataclass(frozen=True, slots=True)
class Note:
    """One delivery: `rank` orders what may stand at a place, `about` is JSON for who reads it."""

    rank: str
    checksum: str
    rows: int | None
    about: str


@dataclass(frozen=True, slots=True)
class Came:
    """What an upsert put beside something newer, in rows: `added` where their key was missing,
    `corrected` where they were as rejected content had left them. `beside` are rejected ones that
    still stand under other keys; `untold`: why not all could be told from others, or ""."""

    added: int = 0
    corrected: int = 0
    beside: int = 0
    untold: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """The checksum of what was put there; `came`: beside something newer, and how."""

    checksum: str
    came: Came | None = None


def make(connection: Connection, schema: str, *, with_late: bool) -> None:
    """The tables of notes, where they are not yet."""
    for name in (STANDING, LATE) if with_late else (STANDING,):
        notes = Table(schema, name)
        if exists(connection, notes):
            continue
        try:
            connection.execute(sql.SQL(TABLES[name]).format(notes.identifier))
        except (errors.UniqueViolation, errors.DuplicateTable):
            continue  # another delivery made it at the same moment: IF NOT EXISTS does not wait


def locked(connection: Connection, table: Table) -> str:
    """The rank of what stands in the table, "" for nothing; nobody else may change it until the
    transaction ends."""
    notes = Table(table.schema, STANDING).identifier
    connection.execute(
        sql.SQL("INSERT INTO {} (place) VALUES (%s) ON CONFLICT DO NOTHING").format(notes),
        [str(table)],
    )
    row = connection.execute(
        sql.SQL("SELECT rank FROM {} WHERE place = %s FOR UPDATE").format(notes), [str(table)]
    ).fetchone()
    return str(row[0]) if row else ""


def stands(connection: Connection, table: Table, note: Note) -> None:
    """This stands in the table from now on."""
    connection.execute(
        sql.SQL(
            "UPDATE {} SET rank = %s, checksum = %s, rows = %s, about = %s, delivered_at = now() "
            "WHERE place = %s"
        ).format(Table(table.schema, STANDING).identifier),
        [note.rank, note.checksum, note.rows, note.about, str(table)],
    )


def standing(connection: Connection, table: Table) -> str:
    """The same without a lock: it may have changed by the time that one is taken."""
    stands = _read(connection, Table(table.schema, STANDING), "rank", place=str(table))
    return str(stands[0]) if stands else ""


def came_late(connection: Connection, table: Table, note: Note, came: Came) -> Came:
    """This was put beside something newer; what has come of it in all.

    A worker may have died after the same had been committed: then what it did counts too. What
    nobody asks for any more is forgotten.
    """
    before = _late(connection, table, note.rank)
    if before and before.came and before.checksum == note.checksum:
        came = Came(
            before.came.added + came.added,
            before.came.corrected + came.corrected,
            came.beside,
            came.untold,
        )
    about = json.dumps({**json.loads(note.about), "late": asdict(came)})
    late = Table(table.schema, LATE).identifier
    connection.execute(
        sql.SQL("DELETE FROM {} WHERE delivered_at < now() - {}::interval").format(late, KEPT)
    )
    connection.execute(
        sql.SQL(
            "INSERT INTO {} (place, rank, checksum, rows, about, delivered_at) "
            "VALUES (%s, %s, %s, %s, %s, now()) ON CONFLICT (place, rank) DO UPDATE SET "
            "checksum = EXCLUDED.checksum, rows = EXCLUDED.rows, about = EXCLUDED.about, "
            "delivered_at = EXCLUDED.delivered_at"
        ).format(late),
        [str(table), note.rank, note.checksum, note.rows, about],
    )
    return came


def noted(connection: Connection, table: Table, rank: str) -> Noted | None:
    """What came late by this rank, else what stands in the table; None where no note says."""
    late = _late(connection, table, rank)
    if late is not None:
        return late
    stands = _read(connection, Table(table.schema, STANDING), "checksum", place=str(table))
    return Noted(str(stands[0])) if stands else None


def _late(connection: Connection, table: Table, rank: str) -> Noted | None:
    found = _read(
        connection, Table(table.schema, LATE), "checksum, about", place=str(table), rank=rank
    )
    return Noted(str(found[0]), Came(**found[1].get("late", {}))) if found else None


def _read(
    connection: Connection, notes: Table, what: LiteralString, **which: str
) -> tuple[Any, ...] | None:
    if not exists(connection, notes):
        return None
    wanted = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(key)) for key in which)
    return connection.execute(
        sql.SQL("SELECT {} FROM {} WHERE {}").format(sql.SQL(what), notes.identifier, wanted),
        list(which.values()),
    ).fetchone()
