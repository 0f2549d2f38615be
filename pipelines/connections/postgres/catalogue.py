"""What a database has: its tables and views, and the columns of one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import psycopg
from psycopg import sql

from pipelines.connections.postgres.session import Trouble
from pipelines.connections.postgres.types import Found

# A name as it stands in the catalogue; what holds a dot or a quote is written in quotes.
NAME = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^".\s]+))\s*(?:\.|$)')
KINDS = {"r": "table", "p": "table", "f": "table", "v": "view", "m": "view"}
PLACES = """
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = ANY ('{r,p,f,v,m}') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT c.relispartition AND has_schema_privilege(n.oid, 'USAGE')
   AND has_table_privilege(c.oid, 'SELECT')
"""
SHELF = f"""
SELECT n.nspname, c.relname, c.relkind, nullif(c.reltuples, -1)::bigint,
       CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) END {PLACES}
   AND strpos(lower(n.nspname || '.' || c.relname), %s) > 0
 ORDER BY n.nspname, c.relname LIMIT %s
"""
# Domains are followed down to what they are made of; a domain's own size counts.
COLUMNS = """
WITH RECURSIVE chain AS (
  SELECT a.attnum, a.atttypid AS type, a.atttypmod AS modifier
    FROM pg_attribute a WHERE a.attrelid = %(table)s AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT chain.attnum, t.typbasetype, greatest(chain.modifier, t.typtypmod)
    FROM chain JOIN pg_type t ON t.oid = chain.type AND t.typtype = 'd'
)
SELECT a.attname, t.typname, t.typtype = 'e',
       coalesce(e.typname, ''), coalesce(e.typtype = 'e', false),
       chain.modifier, a.attndims, format_type(a.atttypid, a.atttypmod)
  FROM chain JOIN pg_attribute a ON a.attrelid = %(table)s AND a.attnum = chain.attnum
  JOIN pg_type t ON t.oid = chain.type AND t.typtype <> 'd'
  LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
 ORDER BY a.attnum
"""
TABLE = """
SELECT c.oid, has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relname = %s AND c.relkind = ANY ('{r,p,f,v,m}')
"""
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view by its two names, exactly as the catalogue has them."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{_spelled(self.schema)}.{_spelled(self.name)}"

    @property
    def identifier(self) -> sql.Identifier:
        """As it stands in a statement."""
        return sql.Identifier(self.schema, self.name)


def table(text: str) -> Table | None:
    """Read "schema.name"; a name alone is in public. None where it is neither."""
    names: list[str] = []
    rest = text
    while rest and len(names) < 3 and (found := NAME.match(rest)):
        names.append((found[1] or found[2]).replace('""', '"'))
        rest = rest[found.end() :]
    is_dangling = text.rstrip().endswith(".")
    if rest or is_dangling or len(names) not in {1, 2} or any(len(n) > 63 for n in names):
        return None
    return Table(*names) if len(names) == 2 else Table("public", names[0])


def exists(connection: Connection, wanted: Table) -> bool:
    """Whether there is anything of this name."""
    quoted = wanted.identifier.as_string(connection)
    there = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [quoted]).fetchone()
    return bool(there and there[0])


def shelf(connection: Connection, *, search: str, most: int) -> list[tuple[Any, ...]]:
    """Schema, name, kind, guessed rows and bytes of what this role may read, by name."""
    return connection.execute(SHELF, [search.lower(), most]).fetchall()


def columns(connection: Connection, wanted: Table) -> list[Found]:
    """The columns of a table that this role may read, in its order. Trouble where it may not."""
    row = connection.execute(TABLE, [wanted.schema, wanted.name]).fetchone()
    if row is None:
        raise Trouble(f"There is no table {wanted}.{_near(connection, wanted)}", permanent=True)
    if not row[1]:
        raise Trouble(
            f"The role {connection.info.user} may not read {wanted}. Who runs the database can "
            f"allow it: GRANT SELECT ON {wanted} TO {connection.info.user}.",
            permanent=True,
        )
    found = connection.execute(COLUMNS, {"table": row[0]}).fetchall()
    if not found:
        raise Trouble(f"{wanted} has no columns.", permanent=True)
    return [Found(*each) for each in found]


def _near(connection: Connection, wanted: Table) -> str:
    names = [str(Table(row[0], row[1])) for row in shelf(connection, search="", most=2000)]
    found = get_close_matches(str(wanted), names, n=1, cutoff=0.6)
    return f" Did you mean {found[0]}?" if found else " Names count letter by letter, also in case."


def _spelled(name: str) -> str:
    if re.fullmatch(r"[^\s\".]+", name):
        return name
    return '"' + name.replace('"', '""') + '"'
