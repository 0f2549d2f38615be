"""The first rows against a check that failed: few, short, and never at the price of the job."""

from __future__ import annotations

import json
from typing import Any

from pipelines.engines.base import Cell, Column, EngineError, Sample
from pipelines.engines.duckdb import cells, gate
from pipelines.engines.duckdb.session import Session

MOST_ROWS = 20
MOST_BYTES = 64 * 1024  # of a check's rows, as JSON


def first(session: Session, statement: gate.Statement, values: dict[str, Any]) -> Sample | None:
    """What a check returned, its beginning. None where it can't be had: the check failed anyway."""
    try:
        columns = session.describe(statement, values)
        # By place: a check may return two columns of one name.
        names = [f"c{place}" for place in range(len(columns))]
        picked = ", ".join(
            cells.sql(name, kind, session.limits)
            for name, (_, kind) in zip(names, columns, strict=True)
        )
        named = f"AS against({', '.join(names)}) LIMIT {MOST_ROWS}"
        found = session.ask(f"SELECT {picked} FROM (\n", statement, f"\n) {named}", values)
    except EngineError:
        return None
    rows = _fitting([tuple(cells.shown(row, session.limits)) for row in found])
    return Sample(tuple(Column(*column) for column in columns), rows) if rows else None


def may_be_asked(*, took: float, left: float) -> bool:
    """Whether a check that took so long may be asked again: the job must not end for it."""
    return 2 * took <= left


def _fitting(rows: list[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    left, kept = MOST_BYTES, []
    for row in rows:
        left -= len(json.dumps(row))
        if left < 0:
            break
        kept.append(row)
    return tuple(kept)
