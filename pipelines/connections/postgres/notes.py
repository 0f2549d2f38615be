"""What stands in a client's tables, noted beside them in the transactions that put it there.

One row a table says what stands in it. Where rows of an upsert came late, what stands is still the
newer; a second row, by their rank, says that they were added.
"""

from __future__ import annotations

from dataclasses import dataclass

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
class Noted:
    """The checksum of what was put there; `is_late`: beside something newer."""

    checksum: str
    is_late: bool = False


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


def came_late(connection: Connection, table: Table, note: Note) -> None:
    """This was added beside something newer. What nobody asks for any more is forgotten."""
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
        [str(table), note.rank, note.checksum, note.rows, note.about],
    )


def noted(connection: Connection, table: Table, rank: str) -> Noted | None:
    """What came late by this rank, else what stands in the table; None where no note says."""
    late = _read(connection, Table(table.schema, LATE), table, rank=rank)
    if late is not None:
        return Noted(late, is_late=True)
    stands = _read(connection, Table(table.schema, STANDING), table)
    return Noted(stands) if stands else None


def _read(connection: Connection, notes: Table, table: Table, **which: str) -> str | None:
    if not exists(connection, notes):
        return None
    given = {"place": str(table), **which}
    wanted = sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(key)) for key in given)
    row = connection.execute(
        sql.SQL("SELECT checksum FROM {} WHERE {}").format(notes.identifier, wanted),
        list(given.values()),
    ).fetchone()
    return str(row[0]) if row else None
