"""A table of a PostgreSQL database: the rows of one result, or what was there before, never a mix.

All is done in a transaction of the client's database but its commit, which is the one quick act.
The lock on the note of what stands there is the fence: whoever ranks below finds the newer rank,
and a worker that was suspended has lost its session, and with it everything that it had done.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from psycopg import DataError, Error, IntegrityError

from pipelines.connections import kinds
from pipelines.connections.postgres import address as addresses
from pipelines.connections.postgres import catalogue, notes, session, staging, swapping
from pipelines.connections.postgres.address import Database, NotADatabase
from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.notes import Note
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.swapping import Load
from pipelines.connections.postgres.trial import writing_trial
from pipelines.connections.sources.base import MEBIBYTE, NONE, Options, Trial
from pipelines.deliveries.destinations.base import (
    DestinationError,
    Heard,
    Late,
    Outranked,
    Parcel,
    Prepared,
    Seen,
)

LOCK_SECONDS = 5  # beyond what a suspended worker can keep a lock
CHUNK = 1024 * 1024
DATA = {"22", "23"}  # SQLSTATE classes about the rows themselves


@dataclass(frozen=True, slots=True)
class Kept:
    """An open session, in the middle of a transaction until it is published."""

    connection: Connection
    database: Database
    load: Load
    close: Callable[[], object]


class PostgresDestination:
    """Tables of one database, seen as one role."""

    asks: ClassVar[Mapping[str, str]] = {"table": "public.{name}", "mode": ""}
    has_places = True
    is_answered = False
    converts_to = "copy"

    def problem(self, entry: Mapping[str, Any]) -> str:
        """A database takes tables."""
        if entry.get("format") or entry.get("path"):
            return "A database takes tables, not files: give `table` in place of format and path."
        if catalogue.table(str(entry.get("table"))) is None:
            return f"“{entry.get('table')}” is no name of a table. Write it as schema.name."
        return ""

    def prepare(self, parcel: Parcel) -> Prepared:
        """Stage the rows, and do all of the swap but its commit."""
        size, digest = _measured(parcel)
        load = _load(parcel, digest)
        with ExitStack() as stack:
            connection, database = stack.enter_context(_session(parcel))
            with _explained(database, load):
                late = _fill(connection, load, parcel)
            kept = Kept(connection, database, load, stack.pop_all().close)
        location = f"{load.table} in {database.where}"
        return Prepared(str(load.staging.table), location, size, digest, late, kept)

    def publish(self, parcel: Parcel, prepared: Prepared) -> None:
        """Commit."""
        kept: Kept = prepared.kept
        with _explained(kept.database, kept.load):
            kept.connection.execute("COMMIT")

    def confirm(self, parcel: Parcel, prepared: Prepared) -> Heard:
        """A commit that did not fail has worked."""
        return Heard()

    def release(self, parcel: Parcel, prepared: Prepared) -> None:
        """End the session; what it has not committed never was, and its staging table goes."""
        kept: Kept = prepared.kept
        try:
            kept.connection.execute("ROLLBACK")  # nothing, where it was committed
            _drop_staged(kept.connection, kept.load)
        except Error:  # the session is gone: the next try drops what it left
            pass
        finally:
            kept.close()

    def standing(self, parcel: Parcel) -> Seen:
        """By the notes beside the table."""
        with _session(parcel) as (connection, _):
            noted = notes.noted(connection, _table(parcel), parcel.rank)
        return Seen(noted.checksum, is_late=noted.is_late) if noted else Seen()

    def clear(self, parcel: Parcel, *, including_own: bool) -> None:
        """Drop staging tables of older tries. The fence does not need it: see above."""
        if including_own:
            with _session(parcel) as (connection, _):
                table, order = _table(parcel), _order(parcel)
                staging.drop_older(connection, table, order, including=True)

    def test(self, address: str, *, secret: str = "", options: Options = NONE) -> Trial:
        """Connect, and see whether the role may make tables somewhere."""
        with _connected(address, secret, options) as (connection, database):
            return writing_trial(connection, database)


def _fill(connection: Connection, load: Load, parcel: Parcel) -> Late | None:
    there = swapping.found(connection, load.table)
    _refuse_misfits(load, there)
    notes.make(connection, load.table.schema, with_late=load.is_upsert)
    staging.drop_older(connection, load.table, load.order, including=True)
    types = swapping.column_types(load, there)
    try:
        staging.stage(connection, load.staging, parcel.content, types=types, keep_on=parcel.keep_on)
        is_staged = _stage_wrong(connection, load, parcel, types)
        connection.execute("BEGIN")
        came = swapping.swap(
            connection,
            load if is_staged else replace(load, wrong=()),
            is_there=there is not None,
            note=_note(parcel, load),
        )
    except BaseException:
        _give_up(connection, load)
        raise
    return Late(came.mended) if came.is_late else None


def _stage_wrong(
    connection: Connection, load: Load, parcel: Parcel, types: Mapping[str, str]
) -> bool:
    """Stage what rejected content put there; whether it is there to be compared.

    The table may have changed since: what does not fit any more can't be what stands in it.
    """
    if not (load.wrong and parcel.wrong and parcel.wrong.content):
        return False
    known = {column.name: types.get(column.name, "text") for column in load.wrong}
    try:
        staging.stage(
            connection,
            load.staging_of_wrong,
            parcel.wrong.content,
            types=known,
            keep_on=parcel.keep_on,
        )
    except (DataError, IntegrityError):
        staging.drop(connection, load.staging_of_wrong.table)
        return False
    return True


def _note(parcel: Parcel, load: Load) -> Note:
    rows = int(parcel.about["rows"]) if "rows" in parcel.about else None
    return Note(load.rank, load.checksum, rows, json.dumps(dict(parcel.about)))


def _drop_staged(connection: Connection, load: Load) -> None:
    for one in load.stagings:
        staging.drop(connection, one.table)


def _give_up(connection: Connection, load: Load) -> None:
    """Leave nothing behind; a session that is gone leaves it to the next try."""
    try:
        connection.execute("ROLLBACK")
        _drop_staged(connection, load)
    except Error:
        return


def _refuse_misfits(load: Load, there: Any) -> None:
    said = swapping.misfits(load, there) if there is not None else []
    if lacking := swapping.lacking_key(load, there):
        said.append(lacking)
    if said:
        raise DestinationError(
            f"{' '.join(said[:3])} Change the table, or what the query returns.", permanent=True
        )


def _load(parcel: Parcel, digest: str) -> Load:
    return Load(
        table=_table(parcel),
        columns=parcel.columns,
        key=parcel.key,
        is_upsert=parcel.mode == "upsert",
        rank=parcel.rank,
        order=_order(parcel),
        overrules=parcel.overrules,
        checksum=digest,
        wrong=parcel.wrong.columns if parcel.wrong and parcel.wrong.content else (),
    )


def _table(parcel: Parcel) -> Table:
    table = catalogue.table(parcel.path)
    if table is None:
        words = f"“{parcel.path}” is no name of a table. Mend it in the file."
        raise DestinationError(words, permanent=True)
    return table


def _order(parcel: Parcel) -> str:
    return f"{parcel.rank}-{parcel.attempt:06d}"


def _measured(parcel: Parcel) -> tuple[int, str]:
    size = parcel.content.stat().st_size
    most = kinds.value(parcel.options, "megabytes", kinds.POSTGRES, is_source=False)
    if size > most * MEBIBYTE:
        raise DestinationError(
            f"It is {size / MEBIBYTE:,.1f} MB, and at most {most:,} MB may be put there at once. "
            "Deliver less of it, or let who owns the destination raise the limit.",
            permanent=True,
        )
    digest = hashlib.sha256()
    with parcel.content.open("rb") as file:
        for piece in iter(partial(file.read, CHUNK), b""):
            digest.update(piece)
    return size, f"sha256:{digest.hexdigest()}"


@contextmanager
def _session(parcel: Parcel) -> Iterator[tuple[Connection, Database]]:
    """A session with bounds: a database that waits for us does not wait for long."""
    with _connected(parcel.address, parcel.secret, parcel.options) as (connection, database):
        seconds = kinds.value(parcel.options, "seconds", kinds.POSTGRES, is_source=False)
        idle = _idle_seconds()
        session.bound_all(connection, seconds=seconds, wait=idle + LOCK_SECONDS, idle=idle)
        yield connection, database


def _idle_seconds() -> float:
    """Shorter than Slipway's own transactions may idle: the client's end first, so that a worker
    that was suspended before its commit can't do it after a rejection."""
    return settings.IDLE_IN_TRANSACTION_SECONDS * 2 / 3 or 10.0


@contextmanager
def _connected(
    address: str, secret: str, options: Options
) -> Iterator[tuple[Connection, Database]]:
    try:
        database = addresses.read(address)
        local = bool(kinds.value(options, "allow_local", kinds.POSTGRES, is_source=False))
        with session.connected(
            database, secret, allows_local=local, label="slipway delivery"
        ) as connection:
            yield connection, database
    except NotADatabase as problem:
        raise DestinationError(problem.message, permanent=True, is_place=True) from problem
    except Trouble as trouble:
        raise DestinationError(
            trouble.message, permanent=trouble.permanent, is_place=True
        ) from trouble


@contextmanager
def _explained(database: Database, load: Load) -> Iterator[None]:
    """Turn what the database says about the rows and the table into words about them."""
    try:
        yield
    except swapping.Outranked as error:
        raise Outranked from error
    except staging.Unwanted as error:
        words = "Stopped while it was written: it may not leave any more, or another has it."
        raise DestinationError(words, permanent=False, is_place=False) from error
    except Trouble as trouble:
        raise DestinationError(
            trouble.message, permanent=trouble.permanent, is_place=False
        ) from trouble
    except Error as error:
        raise _as_error(error, database, load) from error


def _as_error(error: Error, database: Database, load: Load) -> DestinationError:
    code = error.sqlstate or ""
    if code[:2] in DATA:
        return DestinationError(_about_rows(error, load), permanent=True, is_place=False)
    if code == "42501":
        words = (
            f"The role {database.role} may not do that in {load.table.schema}. It needs USAGE and "
            "CREATE on the schema, and to read, insert, update and delete in the table."
        )
        return DestinationError(words, permanent=True, is_place=True)
    if code == "42P10":
        key = ", ".join(load.key)
        words = f"{load.table} has no unique constraint on ({key}), which upserting needs."
        return DestinationError(words, permanent=True, is_place=False)
    if code in {"57P01", "25P03"} or not code:
        words = f"The session with {database.where} was ended before the rows were in place."
        return DestinationError(words, permanent=False, is_place=not code)
    found = session.trouble(error, database)
    return DestinationError(found.message, permanent=found.permanent, is_place=code == "53100")


def _about_rows(error: Error, load: Load) -> str:
    """Which constraint or column it was, without the value."""
    said = error.diag
    in_column = re.search(r", column ([^:]+)", said.context or "")
    column = said.column_name or (in_column[1] if in_column else "")
    if said.constraint_name:
        what = f"break the constraint {said.constraint_name} of {load.table}"
    elif column:
        what = f"have a value in the column {column} that {load.table} does not take"
    else:
        what = f"do not fit into {load.table}"
    return f"Some rows {what}. The table is as it was."
