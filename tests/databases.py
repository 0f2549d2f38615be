"""The tests' own databases: migrated once, then cloned for each worker; emptied past the triggers.

The template is kept between runs under a name that its migrations give it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from psycopg import sql

from launch.places import ROOT

TEMPLATE = "slipway_template_"
CLONE = "slipway_test_"
LOCK = 2013  # one worker migrates or clones at a time
# What migrations themselves wrote stays.
KEPT = ("django_migrations", "django_content_type")


@contextmanager
def cloned(worker: str) -> Iterator[None]:
    """Connect Django to a fresh copy of the migrated template, and drop it afterwards."""
    original = str(connection.settings_dict["NAME"])
    name = copied(worker)
    _connect_to(name)
    try:
        yield
    finally:
        _connect_to(original)
        with _admin() as admin:
            _run(admin, "DROP DATABASE {} WITH (FORCE)", name)


def make_template() -> None:
    """Where migrations changed, this takes some seconds."""
    with _admin() as admin:
        _template(admin)


def copied(name: str) -> str:
    """A fresh copy of the migrated template, for whoever drops it; its whole name."""
    name = f"{CLONE}{os.getpid()}_{name}"
    with _admin() as admin:
        _drop_abandoned(admin)
        _run(admin, "CREATE DATABASE {} TEMPLATE {}", name, _template(admin))
    return name


def analyze() -> None:
    """Let PostgreSQL count the rows of this database.

    A bare ANALYZE also counts what all databases of a server share, so that two workers would wait
    for each other.
    """
    quote = connection.ops.quote_name
    tables = ", ".join(quote(name) for name in connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def carry(url: str, programs: Path) -> None:
    """The migrated template, into the empty database of another server: quicker than migrating."""
    with _admin() as admin:
        source = _beside(_template(admin))
        dump = subprocess.check_output([programs / "pg_dump", source])
    read = [programs / "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", url]
    subprocess.run(read, input=dump, stdout=subprocess.DEVNULL, check=True)


def empty() -> None:
    """Delete all rows. Triggers are off meanwhile: no one else may delete from the audit."""
    kept = ", ".join(f"'{name}'" for name in KEPT)  # a DO takes no values
    with connection.cursor() as cursor:
        cursor.execute(
            "DO $$ DECLARE name text; BEGIN"
            " SET LOCAL session_replication_role = replica;"
            " FOR name IN SELECT tablename FROM pg_tables"
            f"  WHERE schemaname = 'public' AND tablename NOT IN ({kept})"
            " LOOP EXECUTE format('DELETE FROM %I', name); END LOOP; END $$"
        )


def tables() -> list[str]:
    """All tables that `empty` empties, but for telemetry: no world has any."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r' AND NOT relispartition AND relname <> ALL (%s) ORDER BY 1",
            [list(KEPT)],
        )
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def _admin() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield admin


def _template(admin: psycopg.Connection) -> str:
    """The migrated database to clone; made now if no run with these migrations was here before."""
    name = TEMPLATE + _fingerprint()
    older = [found for found in _databases(admin, TEMPLATE) if found != name]
    for found in older:
        _run(admin, "DROP DATABASE {} WITH (FORCE)", found)
    if name in _databases(admin, TEMPLATE):
        return name
    unfinished = f"{CLONE}{os.getpid()}_unfinished"
    _run(admin, "CREATE DATABASE {}", unfinished)
    _migrate(unfinished)
    _run(admin, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def _migrate(name: str) -> None:
    """By a process of its own: whoever is connected here stays so."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    environment = {**os.environ, "DATABASE_URL": _beside(name)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _drop_abandoned(admin: psycopg.Connection) -> None:
    """Copies of runs that were killed: their process is no longer there."""
    for name in _databases(admin, CLONE):
        owner = name.removeprefix(CLONE).partition("_")[0]
        if not Path(f"/proc/{owner}").exists():
            _run(admin, "DROP DATABASE {} WITH (FORCE)", name)


def _databases(admin: psycopg.Connection, prefix: str) -> list[str]:
    rows = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return [name for (name,) in rows]


def _run(admin: psycopg.Connection, statement: str, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _connect_to(name: str) -> None:
    """Let Django forget its connections, pooled ones too; the next query opens this database."""
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def url() -> str:
    """The address of the database that Django is connected to, for other processes."""
    return _beside(str(connection.settings_dict["NAME"]))


def _beside(name: str) -> str:
    """The address of another database of the tests' server."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
