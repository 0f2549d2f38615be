"""Entries as lines of a file: CSV for spreadsheets, JSON lines for programs. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
HEAD = (
    *("sequence", "at", "actor", "actor_name", "verb", "kind", "thing", "thing_id", "component"),
    *("team", "environment", "outcome", "reason", "before", "after", "token", "request_id"),
    *("id", "digest"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def lines(rows: Iterable[Mapping[str, Any]], form: str) -> Iterator[str]:
    """A line for each row of `HEAD`'s names; CSV has a head."""
    return _csv(rows) if form == "csv" else _json(rows)


def _json(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        told = {name: row[name] for name in HEAD}
        yield json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield _written(HEAD)
    for row in rows:
        yield _written([_cell(row[name]) for name in HEAD])


def _written(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    """As text; nothing that a spreadsheet would run."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text
