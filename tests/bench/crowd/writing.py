"""How a crowd is written: INSERT … SELECT, whole tables at a time, in rows that fit together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models

DAYS = 180
NOUNS = (
    *("carrier", "airport", "flight", "route", "delay", "weather", "fare", "seat", "crew", "gate"),
    *("baggage", "booking", "client", "invoice", "payment", "fleet", "engine", "runway", "slot"),
    *("cargo", "customs", "passenger", "revenue", "forecast", "capacity", "demand", "fuel"),
)
KINDS = ("by-month", "daily", "hourly", "raw", "clean", "joined", "report", "export", "north")
ENVIRONMENTS = ("development", "staging", "production")
MANY = 50_000  # runs, from which on indexes are built afterwards
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename = ANY(%s)
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
"""
FUNCTIONS = """
CREATE FUNCTION pg_temp.identity(at timestamptz, n bigint, kind text) RETURNS uuid
LANGUAGE sql STABLE AS $$  -- each argument once, so that it is inlined: millions of calls
  SELECT overlay(overlay(md5(kind || n)
           PLACING lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' FROM 1)
           PLACING '8' FROM 17)::uuid $$;
CREATE FUNCTION pg_temp.spread(n bigint, of bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT abs(hashint8(n)::bigint) % of $$;
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How many of everything that grows."""

    components: int = 5_000
    runs: int = 200_000
    deployments: int = 50_000
    deliveries_a_run: int = 3
    teams: int = 100
    people: int = 400
    clients: int = 300
    hot: int = 40  # components that have a third of all runs
    drafts: int = 2_000
    path_runs: int = 5_000
    feedback: int = 3_000

    def part(self, share: float) -> Size:
        """The same house, smaller."""
        return Size(
            components=max(int(self.components * share), 40),
            runs=int(self.runs * share),
            deployments=int(self.deployments * share),
            teams=max(int(self.teams * share), 5),
            people=max(int(self.people * share), 60),
            clients=max(int(self.clients * share), 6),
            drafts=max(int(self.drafts * share), 40),
            path_runs=max(int(self.path_runs * share), 100),
            feedback=max(int(self.feedback * share), 100),
        )


@contextmanager
def unhindered(cursor: Any, large: tuple[type[models.Model], ...], size: Size) -> Iterator[None]:
    """No triggers and foreign keys: the rows fit by construction. Indexes are built at the end."""
    cursor.execute(FUNCTIONS)
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    cursor.execute(INDEXES, [[model._meta.db_table for model in large]])
    indexes = cursor.fetchall() if size.runs >= MANY else []
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute("SET LOCAL session_replication_role = DEFAULT")


class Writer:
    """INSERT … SELECT into a model's table; what is not given is what Django would write."""

    def __init__(self, cursor: Any, size: Size, now: datetime) -> None:
        self.cursor = cursor
        self.size = size
        self.values = {
            "now": now,
            "days": DAYS,
            "nouns": list(NOUNS),
            "kinds": list(KINDS),
            "environments": list(ENVIRONMENTS),
            **{name: getattr(size, name) for name in Size.__slots__},
            "hot": min(size.hot, size.components),
        }

    def run(self, sql: str, **values: object) -> None:
        self.cursor.execute(sql, self.values | values)

    def write(self, model: type[models.Model], rows: str, /, **given: str) -> None:
        """`rows` is FROM what; `given` is SQL by column."""
        columns = dict(self._defaults(model)) | given
        names = ", ".join(f'"{name}"' for name in columns)
        table = model._meta.db_table
        self.run(f'INSERT INTO "{table}" ({names}) SELECT {", ".join(columns.values())} {rows}')

    def _defaults(self, model: type[models.Model]) -> Iterator[tuple[str, str]]:
        for field in model._meta.concrete_fields:
            if field.generated:
                continue  # the database makes it
            if field.has_default():
                yield field.column, _literal(field)
            elif field.null:
                yield field.column, "NULL"
            elif not field.primary_key and field.db_default is models.NOT_PROVIDED:
                yield field.column, "''"


def _literal(field: models.Field[Any, Any]) -> str:
    value = field.get_default()
    if isinstance(value, dict | list):
        kind = "jsonb" if isinstance(field, models.JSONField) else (field.db_type(connection) or "")
        return f"'{json.dumps(value)}'::jsonb" if kind == "jsonb" else f"'{{}}'::{kind}"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return f"'{value}'"


def noun(n: str) -> str:
    return f"(%(nouns)s::text[])[1 + ({n})::int %% 27]"


def name_of(n: str) -> str:
    """Names of components as people give them, each once."""
    return f"{noun(n)} || '-' || (%(kinds)s::text[])[1 + ({n})::int / 27 %% 9] || '-' || ({n})::int"


def id_of(at: str, n: str, kind: str) -> str:
    """The identity of the n-th thing of a kind that is as old as `at`."""
    return f"pg_temp.identity({at}, ({n})::bigint, '{kind}')"


def always(kind: str, n: str) -> str:
    """The identity of what was there from the beginning."""
    return id_of("%(now)s - interval '400 days'", n, kind)


def someone(n: str) -> str:
    """One of all people."""
    return always("user", f"1 + pg_temp.spread({n}, %(people)s)")


def team_of(c: str) -> str:
    """The number of the team that answers for a component."""
    return f"1 + pg_temp.spread({c}, %(teams)s)"
