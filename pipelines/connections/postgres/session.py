"""Talking to somebody's PostgreSQL: connecting within bounds, and errors in words.

Nothing of this process's surroundings plays a part: no password file, no ticket, no proxy. A
database that holds a portal's own tables is refused, whatever name it is reached by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from pipelines.connections.postgres.address import Database
from portal.outbound.addresses import Reach
from portal.outbound.doors import Blocked, Unreachable, look_up

CONNECT_SECONDS = 5
OWN_TABLE = "public.pipelines_binding"
# Nothing that one waits out: names, rights, passwords, types. Everything else may pass.
LASTING_CLASSES = {"22", "23", "28", "3D", "3F", "42", "0A", "2F", "38", "44", "25"}
QUOTED = re.compile(r'"[^"]*"')


class Trouble(Exception):
    """A database did not do what was asked, in a sentence. `permanent`: asking again won't help."""

    def __init__(self, message: str, *, permanent: bool, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.code = code


@contextmanager
def connected(
    database: Database, secret: str, *, allows_local: bool, label: str
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A session in autocommit mode, closed at the end. All its errors are Trouble."""
    with explained(database):
        connection = _connect(database, secret, allows_local=allows_local, label=label)
        try:
            _refuse_portal(connection, database)
            yield connection
        finally:
            connection.close()


@contextmanager
def explained(database: Database) -> Iterator[None]:
    """Turn what psycopg raises into Trouble."""
    try:
        yield
    except psycopg.Error as error:
        raise trouble(error, database) from error


def bound(connection: psycopg.Connection[Any], *, seconds: float, wait: float) -> None:
    """In the current transaction: most time for a statement, and for waiting for a lock."""
    for name, value in (("statement_timeout", seconds), ("lock_timeout", wait)):
        connection.execute(
            sql.SQL("SET LOCAL {} = {}").format(
                sql.Identifier(name), sql.Literal(f"{max(1, int(value * 1000))}ms")
            )
        )


def bound_all(
    connection: psycopg.Connection[Any], *, seconds: float, wait: float, idle: float
) -> None:
    """For the whole session; `idle` is how long a transaction may rest before it is ended."""
    bounds = {
        "statement_timeout": seconds,
        "lock_timeout": wait,
        "idle_in_transaction_session_timeout": idle,
    }
    for name, value in bounds.items():
        connection.execute(
            sql.SQL("SET {} = {}").format(
                sql.Identifier(name), sql.Literal(f"{max(1, int(value * 1000))}ms")
            )
        )


def settle(connection: psycopg.Connection[Any]) -> None:
    """In the current transaction: values are spelled in one way whatever the role prefers."""
    connection.execute(
        "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL bytea_output = 'hex';"
        "SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1"
    )


def trouble(error: psycopg.Error, database: Database) -> Trouble:
    """What went wrong, without a value of a row in it."""
    code = error.sqlstate or ""
    if not code:
        return _not_connected(error, database)
    if code == "57014":
        words = f"{database.where} did not finish within its time."
        return Trouble(words, permanent=False, code=code)
    if code == "55P03":
        words = f"{database.where} is being changed by someone else just now."
        return Trouble(words, permanent=False, code=code)
    said = _said(error, code)
    is_lasting = code[:2] in LASTING_CLASSES and code != "25006"
    return Trouble(f"{database.where}: {said}.", permanent=is_lasting, code=code)


def _said(error: psycopg.Error, code: str) -> str:
    text = (error.diag.message_primary or str(error)).strip().rstrip(".")
    # Errors about data quote the data.
    return QUOTED.sub("“…”", text) if code[:2] in {"22", "23"} else text


def _not_connected(error: psycopg.Error, database: Database) -> Trouble:
    """Before there is a session errors have no code, only libpq's lines."""
    text = str(error).strip()
    fatal = re.search(r"FATAL:\s*(.+)", text)
    said = fatal[1] if fatal else text.splitlines()[0].rpartition("failed: ")[2]
    place = database.host or database.folder
    if "password" in said:
        words = (
            f"{place} refuses the password of {database.role}. Bind it again with the right one."
        )
        return Trouble(words, permanent=True)
    if said.endswith("does not exist"):
        what = (
            f"database {database.name}" if said.startswith("database") else f"role {database.role}"
        )
        return Trouble(f"There is no {what} on {place}.", permanent=True)
    is_lasting = "pg_hba.conf" in said or "certificate" in said or "not permitted" in said
    words = f"{place} takes no connection: {said.rstrip('.')}."
    return Trouble(words, permanent=is_lasting)


def _connect(
    database: Database, secret: str, *, allows_local: bool, label: str
) -> psycopg.Connection[tuple[Any, ...]]:
    place: dict[str, Any] = {"host": database.folder, "port": database.port}
    if not database.folder:
        place = _looked_up(database, allows_local=allows_local)
    elif not allows_local:
        raise Trouble(
            f"{database.folder} is on this machine. Someone with the platform role can allow it.",
            permanent=True,
        )
    if database.tls.startswith("verify"):
        place["sslrootcert"] = "system"
    return psycopg.connect(
        dbname=database.name,
        user=database.role,
        password=secret or None,
        sslmode=database.tls,
        gssencmode="disable",
        passfile="/nonexistent",  # a file's name
        connect_timeout=CONNECT_SECONDS,
        application_name=label[:LONGEST_LABEL],
        client_encoding="utf8",
        autocommit=True,
        **place,
    )


LONGEST_LABEL = 63


def _looked_up(database: Database, *, allows_local: bool) -> dict[str, Any]:
    """Host and addresses, so that the name is not looked up once more on the way."""
    reach = Reach.ANY if allows_local else Reach.INTERNAL
    try:
        addresses = look_up(database.host, database.port, reach)
    except Unreachable as error:
        raise Trouble(error.message, permanent=False) from error
    except Blocked as error:
        words = f"{error.message} Someone with the platform role can allow this machine."
        raise Trouble(words, permanent=True) from error
    return {
        "host": ",".join([database.host] * len(addresses)),
        "hostaddr": ",".join(addresses),
        "port": database.port,
    }


def _refuse_portal(connection: psycopg.Connection[Any], database: Database) -> None:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [OWN_TABLE]).fetchone()
    if row and row[0]:
        raise Trouble(
            f"{database.where} holds the tables of a portal like this. Choose another database.",
            permanent=True,
        )
