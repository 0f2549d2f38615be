"""Values of rows as people are shown them: JSON-safe, and cut to a length in the engine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pipelines.engines.base import Cell, Limits
from pipelines.engines.duckdb.session import identifier

NUMBERS = {
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "BIGINT",
    "UBIGINT",
}
LARGEST_EXACT = 2**53  # what a JSON number holds without loss in every reader


def sql(name: str, kind: str, limits: Limits) -> str:
    """What to select for a column, so that no long value leaves the engine."""
    column = identifier(name)
    if kind in NUMBERS or kind in {"BOOLEAN", "DOUBLE", "FLOAT"}:
        return column
    return f"left(CAST({column} AS VARCHAR), {limits.cell_characters + 1})"


def shown(row: Sequence[Any], limits: Limits) -> list[Cell]:
    """A row that was selected so."""
    return [_cell(value, limits.cell_characters) for value in row]


def _cell(value: Any, longest: int) -> Cell:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not -LARGEST_EXACT <= value <= LARGEST_EXACT:
        return str(value)
    if isinstance(value, str) and len(value) > longest:
        return value[:longest] + "…"
    return value  # type: ignore[no-any-return]
