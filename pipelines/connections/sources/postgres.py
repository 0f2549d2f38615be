"""Tables and views of a PostgreSQL database: read, never written, all as of one instant.

The worker fetches them, as the sandbox has no network: COPY streams rows as text into the attempt's
folder, and the sandbox makes typed Parquet of them. See docs/decisions/database-inputs.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from psycopg import sql

from pipelines.connections.postgres import address as addresses
from pipelines.connections.postgres import catalogue, fetching, session
from pipelines.connections.postgres.address import NotADatabase
from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.trial import trial
from pipelines.connections.postgres.types import shown
from pipelines.connections.sources.base import (
    NONE,
    Note,
    Offer,
    Options,
    Portion,
    Shelf,
    SourceError,
    Trial,
    Wanted,
)
from pipelines.engines.base import Beat, Cell, Column, Sample, Source

LOOK_SECONDS = 10
LOCK_SECONDS = 5
CELL = 200
MOST_SHOWN = 1000
AS_THEY_ARE = {"BOOLEAN", "SMALLINT", "INTEGER"}


class PostgresSource:
    """One database, seen as one role."""

    def problem(self, wanted: Wanted) -> str:
        """A database has tables, not files."""
        if wanted.path or wanted.format:
            return "A database has tables, not files: give `table`, such as public.airlines."
        if wanted.table and catalogue.table(wanted.table) is None:
            return f"“{wanted.table}” is no name of a table. Write it as schema.name."
        return ""

    def gather(
        self,
        address: str,
        wanted: Sequence[Wanted],
        *,
        secret: str = "",
        options: Options = NONE,
        folder: Path,
        portion: Portion,
        beat: Beat,
        note: Note,
    ) -> list[Source]:
        """All tables of one snapshot as text first, so that the session ends soon; then Parquet."""
        for one in wanted:
            if problem := self.problem(one):
                raise fetching.lasting(one, problem)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + portion.seconds
        texts = []
        with _snapshot(address, secret, options, seconds=portion.seconds) as connection:
            plans = [fetching.plan(connection, one) for one in wanted]
            for number, plan in enumerate(plans):
                path = folder / f"{number:03d}-{plan.wanted.name}.csv"
                session.bound(connection, seconds=until - time.monotonic(), wait=LOCK_SECONDS)
                fetching.fetch(connection, plan, path, portion=portion, beat=beat, note=note)
                texts.append(path)
        return [fetching.parquet(*each, beat) for each in zip(plans, texts, strict=True)]

    def browse(
        self,
        address: str,
        *,
        secret: str = "",
        options: Options = NONE,
        search: str = "",
        most: int = 200,
    ) -> Shelf:
        """The tables and views that the role may read. Rows are what the planner believes."""
        with _snapshot(address, secret, options) as connection:
            found = catalogue.shelf(connection, search=search, most=most + 1)
        offers = [
            Offer(
                kind="view" if catalogue.KINDS[kind] == "view" else "table",
                table=str(Table(schema, name)),
                rows=rows,
                bytes=size,
            )
            for schema, name, kind, rows, size in found[:most]
        ]
        return Shelf(tuple(offers), has_more=len(found) > most)

    def describe(
        self, address: str, wanted: Wanted, *, secret: str = "", options: Options = NONE
    ) -> tuple[Column, ...]:
        """Out of the catalogue. A column that can't be read has PostgreSQL's type and a “?”."""
        table = self._table(wanted)
        with _snapshot(address, secret, options) as connection:
            found = catalogue.columns(connection, table)
        return tuple(Column(each.name, shown(each)) for each in found)

    def sample(
        self,
        address: str,
        wanted: Wanted,
        *,
        rows: int = 50,
        secret: str = "",
        options: Options = NONE,
    ) -> Sample:
        """The first rows that the database gives; texts are cut there."""
        table = self._table(wanted)
        with _snapshot(address, secret, options) as connection:
            columns = [
                Column(each.name, shown(each)) for each in catalogue.columns(connection, table)
            ]
            head = sql.SQL("SELECT {} FROM {} LIMIT {}").format(
                sql.SQL(", ").join(map(_cell, columns)),
                sql.Identifier(table.schema, table.name),
                sql.Literal(max(0, min(rows, MOST_SHOWN))),
            )
            found = connection.execute(head).fetchall()
        return Sample(tuple(columns), tuple(tuple(_cut(cell) for cell in row) for row in found))

    def test(self, address: str, *, secret: str = "", options: Options = NONE) -> Trial:
        """Who answers, as which role, what it shows; warnings where the role may do too much."""
        with _snapshot(address, secret, options) as connection:
            return trial(connection, addresses.read(address))

    def _table(self, wanted: Wanted) -> Table:
        table = catalogue.table(wanted.table)
        if table is None:
            raise fetching.lasting(wanted, self.problem(replace(wanted, path="", format="")))
        return table


@contextmanager
def _snapshot(
    address: str, secret: str, options: Options, *, seconds: float = LOOK_SECONDS
) -> Iterator[Connection]:
    """A session that can only read, and reads everything as of one instant."""
    try:
        database = addresses.read(address)
        with session.connected(
            database, secret, allows_local=bool(options.get("allow_local")), label="slipway input"
        ) as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            session.settle(connection)
            session.bound(connection, seconds=seconds, wait=LOCK_SECONDS)
            yield connection
    except NotADatabase as problem:
        raise SourceError(problem.message, permanent=True) from problem
    except Trouble as trouble:
        raise SourceError(trouble.message, permanent=trouble.permanent) from trouble


def _cell(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    if column.type in AS_THEY_ARE:
        return name
    return sql.SQL("left({}::text, {})").format(name, sql.Literal(CELL + 1))


def _cut(cell: Any) -> Cell:
    if isinstance(cell, str) and len(cell) > CELL:
        return cell[:CELL] + "…"
    return cell  # type: ignore[no-any-return]
