"""A table of a PostgreSQL database: the rows of one result, or what was there before, never a mix.

All is done in a transaction of the client's database but its commit, which is the one quick act.
The lock on the note of what stands there is the fence: whoever ranks below finds the newer rank,
and a worker that was suspended has lost its session, and with it everything that it had done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from psycopg import Error

from pipelines.connections import kinds
from pipelines.connections.postgres import address as addresses
from pipelines.connections.postgres import catalogue, notes, session, staging, swapping
from pipelines.connections.postgres.address import Database, NotADatabase
from pipelines.connections.postgres.catalogue import Connection, Table
from pipelines.connections.postgres.correcting import SAID_NO
from pipelines.connections.postgres.notes import Came, Note
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.staging import Staging
from pipelines.connections.postgres.swapping import INCOMPARABLE, Load
from pipelines.connections.postgres.trial import writing_trial
from pipelines.connections.sources.base import MEBIBYTE, NONE, Options, Trial
from pipelines.deliveries.destinations.base import (
    DestinationError,
    Heard,
    KeepOn,
    Late,
    Parcel,
    Prepared,
    Rejected,
    Seen,
)
from pipelines.deliveries.destinations.objections import explained

LOCK_SECONDS = 5  # beyond what a suspended worker can keep a lock
CHUNK = 1024 * 1024
PATIENT = 4  # tries that wait for rows which somebody holds; then they are left as they are
UNREADABLE = "it is not kept any more, or can't be read"


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
            with explained(database, load):
                load, came = _fill(connection, load, parcel)
            kept = Kept(connection, database, load, stack.pop_all().close)
        location = f"{load.table} in {database.where}"
        return Prepared(str(load.staging.table), location, size, digest, _late(came), kept)

    def publish(self, parcel: Parcel, prepared: Prepared) -> None:
        """Commit."""
        kept: Kept = prepared.kept
        with explained(kept.database, kept.load):
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
        return Seen(noted.checksum, _late(noted.came)) if noted else Seen()

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


def _late(came: Came | None) -> Late | None:
    return Late(**asdict(came)) if came else None


def _fill(connection: Connection, load: Load, parcel: Parcel) -> tuple[Load, Came | None]:
    """With the load as it was in the end: it names all that is staged for it."""
    there = swapping.found(connection, load.table)
    _refuse_misfits(load, there)
    notes.make(connection, load.table.schema, with_late=load.is_upsert)
    staging.drop_older(connection, load.table, load.order, including=True)
    types = swapping.column_types(load, there)
    try:
        staging.stage(connection, load.staging, parcel.content, types=types, keep_on=parcel.keep_on)
        is_late = load.is_behind(notes.standing(connection, load.table))
        if is_late:
            load = _with_rejected(connection, load, parcel, types)
        connection.execute("BEGIN")
        came = swapping.swap(
            connection,
            load,
            is_there=there is not None,
            is_ready_for_late=is_late or not parcel.rejected,
            note=_note(parcel, load),
        )
    except BaseException:
        _give_up(connection, load)
        raise
    return load, came


def _with_rejected(
    connection: Connection, load: Load, parcel: Parcel, types: Mapping[str, str]
) -> Load:
    """What rejected content put there is staged too, where it can still be read and compared."""
    load = replace(load, untold=parcel.untold)
    for rejected in parcel.rejected:
        found = _staged(connection, load, rejected, types, parcel.keep_on)
        if not isinstance(found, Staging):
            load = replace(load, untold=found)
            continue
        load = replace(load, rejected=(*load.rejected, found))
        if not rejected.is_own:
            load = replace(load, others=load.others | {found.table})
    return load


def _staged(
    connection: Connection,
    load: Load,
    rejected: Rejected,
    types: Mapping[str, str],
    keep_on: KeepOn,
) -> Staging | str:
    """Or why not. The table may have changed: what does not fit can't be what stands there."""
    rows = rejected.read()
    if rows is None:
        return UNREADABLE
    there = load.of_rejected(rejected.delivery, rows.columns)
    known = {column.name: types.get(column.name, "text") for column in rows.columns}
    try:
        staging.stage(connection, there, rows.content, types=known, keep_on=keep_on)
    except SAID_NO:
        staging.drop(connection, there.table)
        return INCOMPARABLE
    return there


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
        staging.drop_older(connection, load.table, load.order, including=True)
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
        is_patient=parcel.attempt < PATIENT,
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
