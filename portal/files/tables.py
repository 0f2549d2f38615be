"""Rows as lines of a file: CSV for spreadsheets, JSON lines for programs. Pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.errors import Refused

FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


def content_type(form: str, *, field: str) -> str:
    """Of a file in this form; Refused where it is none of those."""
    if form not in FORMATS:
        raise Refused(f"Choose a format: {', '.join(FORMATS)}.", field=field)
    return FORMATS[form]


def lines(rows: Iterable[Mapping[str, Any]], head: Sequence[str], form: str) -> Iterator[str]:
    """A line for each row of the head's names; CSV has the head as its first."""
    return _csv(rows, head) if form == "csv" else _json(rows, head)


def moment(at: datetime | None) -> str | None:
    """As it stands in a line."""
    return at.isoformat() if at else None


def _json(rows: Iterable[Mapping[str, Any]], head: Sequence[str]) -> Iterator[str]:
    for row in rows:
        told = {name: row[name] for name in head}
        yield json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def _csv(rows: Iterable[Mapping[str, Any]], head: Sequence[str]) -> Iterator[str]:
    yield _written(head)
    for row in rows:
        yield _written([cell(row[name]) for name in head])


def _written(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def cell(value: Any) -> str:
    """As text; nothing that a spreadsheet would run."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text
