"""One table on its way into an attempt: what to ask for, rows as text, typed Parquet of them."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from pipelines.connections.postgres import catalogue, copying
from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.copying import Beat, Count
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.types import Reading, reading, unreadable
from pipelines.connections.sources.base import MEBIBYTE, Note, Portion, SourceError, Wanted
from pipelines.engines.base import Arriving, EngineError, Source
from pipelines.engines.registry import engine

# How a value that is finer than its column here makes the database say so itself.
TOO_FINE = re.compile(r"slipway: column (\d+) is too fine")
TELL_EVERY = 2.0
FILLER = Arriving("", "VARCHAR", "none")  # so that no row is an empty line


@dataclass(frozen=True, slots=True)
class Plan:
    """How one input is read."""

    wanted: Wanted
    table: Table
    readings: tuple[Reading, ...]

    @property
    def arriving(self) -> tuple[Arriving, ...]:
        """The columns of the rows that come, in order."""
        return (*(each.arriving for each in self.readings), FILLER)


def plan(connection: Connection, wanted: Wanted) -> Plan:
    """Look the table up. A column that is needed and can't be read is a SourceError."""
    table = catalogue.table(wanted.table)
    if table is None:
        raise lasting(wanted, f"“{wanted.table}” is no name of a table. Write it as schema.name.")
    try:
        found = catalogue.columns(connection, table)
    except Trouble as trouble:
        raise lasting(wanted, trouble.message) from trouble
    needed = {name.lower() for name in wanted.columns}
    if needed:
        found = [each for each in found if each.name.lower() in needed] or found[:1]
    readings = []
    for each in found:
        read = reading(each)
        if read is None:
            raise lasting(wanted, unreadable(each, str(table)))
        readings.append(read)
    _refuse_twins(wanted, table, readings)
    return Plan(wanted, table, tuple(readings))


def fetch(
    connection: Connection, plan: Plan, path: Path, *, portion: Portion, beat: Beat, note: Note
) -> Count:
    """Write the rows as text to `path`, and tell now and then how far it is."""
    began = told = time.monotonic()

    def progress(count: Count) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            note(f"{plan.wanted.name}: {_so_far(count)} of {plan.table} so far")

    try:
        with path.open("wb", buffering=MEBIBYTE) as file:
            count = copying.copy_out(
                connection,
                query(plan, most=portion.rows if portion.is_head else None),
                file,
                most_rows=portion.rows,
                most_bytes=portion.bytes,
                beat=beat,
                progress=progress,
            )
    except copying.Cancelled:
        raise SourceError("The run was cancelled.", permanent=True, is_cancelled=True) from None
    except copying.TooMuch as limit:
        raise lasting(plan.wanted, _too_much(plan, portion, limit.what)) from None
    except copying.Failed as failure:
        raise _failed(plan, failure) from failure
    seconds = time.monotonic() - began
    note(f"{plan.wanted.name}: {_so_far(count)} of {plan.table} fetched in {seconds:.1f} s")
    return count


def parquet(plan: Plan, text: Path, beat: Beat) -> Source:
    """Typed Parquet beside the text, made in the sandbox; the text goes."""
    target = text.with_suffix(".parquet")
    try:
        engine().ingest(source=str(text), target=str(target), columns=plan.arriving, beat=beat)
    except EngineError as error:
        is_cancelled = error.kind == "cancelled"
        words = f"The input {plan.wanted.name}: {error.message}"
        raise SourceError(words, permanent=error.permanent, is_cancelled=is_cancelled) from error
    finally:
        text.unlink(missing_ok=True)
    return Source(plan.wanted.name, "parquet", (str(target),))


def query(plan: Plan, *, most: int | None = None) -> sql.Composed:
    """The SELECT, its names quoted; a last column keeps every row from being an empty line."""
    picked = [_expression(number, each) for number, each in enumerate(plan.readings)]
    return sql.SQL("SELECT {}, '' FROM {}{}").format(
        sql.SQL(", ").join(picked),
        sql.Identifier(plan.table.schema, plan.table.name),
        sql.SQL("" if most is None else " LIMIT {}").format(sql.Literal(most)),
    )


def _expression(number: int, read: Reading) -> sql.Composed:
    name = sql.Identifier(read.arriving.name)
    value = sql.SQL(read.expression).format(name)
    if read.scale < 0:
        return value
    # The comparison keeps the cast from being computed beforehand; NaN is refused later, by name.
    return sql.SQL(
        "CASE WHEN {name} = round({name}, {scale}) OR {name} IS NULL THEN {name}"
        " ELSE (left({name}::text, 0) || {words})::numeric END"
    ).format(name=name, scale=read.scale, words=f"slipway: column {number} is too fine")


def _refuse_twins(wanted: Wanted, table: Table, readings: Sequence[Reading]) -> None:
    seen: set[str] = set()
    for name in (each.arriving.name for each in readings):
        if name.lower() in seen:
            raise lasting(
                wanted,
                f"{table} has two columns that differ by case only: {name}. Queries here do not "
                "tell them apart; read a view that names them otherwise.",
            )
        seen.add(name.lower())


def lasting(wanted: Wanted, words: str) -> SourceError:
    """What is wrong with one input, which trying again won't help."""
    return SourceError(f"The input {wanted.name}: {words}", permanent=True)


def _so_far(count: Count) -> str:
    return f"{count.rows:,} row{'' if count.rows == 1 else 's'}, {_megabytes(count.bytes)}"


def _megabytes(size: int) -> str:
    return f"{size / MEBIBYTE:,.1f} MB"


def _too_much(plan: Plan, portion: Portion, what: str) -> str:
    most = f"{portion.rows:,} rows" if what == "rows" else _megabytes(portion.bytes)
    return (
        f"{plan.table} has more than {most}, which is the most that may be fetched. Read a view "
        "that picks or sums up what is needed, or let who owns the connection raise the limit "
        "where it is bound."
    )


def _failed(plan: Plan, failure: copying.Failed) -> SourceError:
    fine = TOO_FINE.search(failure.said)
    if fine:
        read = plan.readings[int(fine[1])]
        return lasting(
            plan.wanted,
            f"A value of the column {read.arriving.name} has more than {read.scale} decimals, and "
            "the column has no size. Read a view that casts it, to numeric(38, 15) for example.",
        )
    if failure.code == "57014":
        words = f"{plan.table} could not be read within its time. Read less of it, or try later."
        return SourceError(f"The input {plan.wanted.name}: {words}", permanent=False)
    if failure.code == "40001":
        words = f"The database is a copy that moved on while {plan.table} was read."
        return SourceError(f"The input {plan.wanted.name}: {words}", permanent=False)
    said = re.sub(r'"[^"]*"', "“…”", failure.said) if failure.code[:2] == "22" else failure.said
    words = f"{plan.table} can't be read: {said.rstrip('.')}."
    is_lasting = failure.code[:2] in {"22", "42", "0A", "25"}
    return SourceError(f"The input {plan.wanted.name}: {words}", permanent=is_lasting)
