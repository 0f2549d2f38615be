"""How a database is when one tries it: who answers, what it shows, how narrow the role is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.connections.postgres.address import Database
from pipelines.connections.postgres.catalogue import PLACES, Connection
from pipelines.connections.postgres.session import Trouble
from pipelines.connections.sources.base import Trial

OPEN = "The connection is not encrypted. Add ?sslmode=require to the address."
# ruff: noqa: S608 - put together out of constants only
FACTS = f"""
WITH seen AS (SELECT c.oid {PLACES})
SELECT current_setting('server_version'), current_user, pg_is_in_recovery(),
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
       coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
       (SELECT count(*) FROM seen),
       (SELECT count(*) FROM seen
         WHERE has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')),
       has_database_privilege(current_database(), 'CREATE')
       OR EXISTS (SELECT FROM pg_namespace WHERE nspname !~ '^pg_'
                  AND has_schema_privilege(oid, 'CREATE'))
"""


def trial(connection: Connection, database: Database) -> Trial:
    """Ask once for all of it."""
    row = connection.execute(FACTS).fetchone()
    assert row is not None
    version, role, is_copy, is_superuser, is_encrypted, readable, writable, can_create = row
    kind = "a read-only copy, " if is_copy else ""
    seen = "one table or view" if readable == 1 else f"{readable:,} tables and views"
    said = f"PostgreSQL {version.split()[0]}, {kind}as {role}: {seen} can be read."
    is_far = not database.folder and database.host not in {"localhost", "127.0.0.1", "::1"}
    warnings = [
        *_about_role(role, is_superuser, writable, can_create),
        *_about_view(role, readable, is_far and not is_encrypted),
    ]
    return Trial(said, tuple(warnings))


WRITING = """
SELECT current_setting('server_version'), current_user, pg_is_in_recovery(),
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
       coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
       ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_'
             AND nspname <> 'information_schema' AND has_schema_privilege(oid, 'CREATE')
             AND has_schema_privilege(oid, 'USAGE') ORDER BY nspname)
"""


def writing_trial(connection: Connection, database: Database) -> Trial:
    """Where the role may make tables; nothing is made."""
    row = connection.execute(WRITING).fetchone()
    assert row is not None
    version, role, is_copy, is_superuser, is_encrypted, schemas = row
    if is_copy:
        raise Trouble(f"{database.where} is a read-only copy. Name its source.", permanent=True)
    where = ", ".join(schemas[:5]) or "no schema"
    said = f"PostgreSQL {version.split()[0]}, as {role}: tables can be made in {where}."
    is_far = not database.folder and database.host not in {"localhost", "127.0.0.1", "::1"}
    warnings = []
    if not schemas:
        warnings.append(f"GRANT USAGE, CREATE on a schema to {role}: rows are staged there first.")
    if is_superuser:
        warnings.append(f"{role} is a superuser. One that may write what is needed is safer.")
    if is_far and not is_encrypted:
        warnings.append(OPEN)
    return Trial(said, tuple(warnings))


def _about_role(role: str, is_superuser: Any, writable: int, can_create: Any) -> Iterator[str]:
    if is_superuser:
        yield f"{role} is a superuser. Give Slipway a role that may read what is needed only."
        return
    if writable:
        tables = "one table" if writable == 1 else f"{writable:,} tables"
        yield f"{role} may write to {tables}. Slipway only reads; a role that can't write is safer."
    if can_create:
        yield f"{role} may create things in this database. A role that only reads is safer."


def _about_view(role: str, readable: int, is_open: bool) -> Iterator[str]:  # noqa: FBT001
    if not readable:
        yield f"{role} may read no table yet. GRANT SELECT on those that are needed."
    if is_open:
        yield OPEN
