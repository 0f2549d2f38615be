"""A second database, that of somebody else: tables of many types, and roles that may do little."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import psycopg
from psycopg import sql

TABLES = Path(__file__).with_suffix(".sql").read_text()


@dataclass(frozen=True)
class Second:
    """Where it is: `reader` may read, `writer` may write, `owner` may do everything."""

    name: str
    folder: str
    port: str
    owner: str
    reader: str
    writer: str

    def url(self, role: str = "", name: str = "") -> str:
        """The address of it, as one binds it."""
        host = quote(self.folder, safe="/")
        port = f"&port={self.port}" if self.port else ""
        return f"postgresql://{role or self.reader}@/{name or self.name}?host={host}{port}"

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Do something in it, as its owner; the rows that come."""
        with psycopg.connect(self.url(self.owner), autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []


@contextmanager
def made() -> Iterator[Second]:
    """A database on the tests' server, with roles of its own; dropped with them afterwards."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    asked = parse_qs(parts.query)
    tag = f"slipway_second_{os.getpid()}"
    second = Second(
        name=tag,
        folder=asked["host"][0],
        port=asked.get("port", [""])[0],
        owner=unquote(parts.username or "slipway"),
        reader=f"{tag}_reader",
        writer=f"{tag}_writer",
    )
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        roles = [sql.Identifier(role) for role in (second.reader, second.writer)]
        for role in roles:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(tag)))
        try:
            second.ask(TABLES)
            _grant(second)
            yield second
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(tag)))
            for role in roles:
                admin.execute(sql.SQL("DROP ROLE {}").format(role))


def _grant(second: Second) -> None:
    for schema in ("public", '"Odd ""Names"'):
        second.ask(f"GRANT USAGE ON SCHEMA {schema} TO {second.reader}")
        second.ask(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {second.reader}")
    second.ask(f"REVOKE SELECT ON nobodys FROM {second.reader}")
    second.ask(f"GRANT CREATE, USAGE ON SCHEMA public TO {second.writer}")
