"""Rows against a check: first rows of somebody's data, so a file that expires, not a table."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.engines.base import CheckOutcome
from pipelines.previews import keeping

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Against:
    """A check that failed: how many rows are against it, and the first of them."""

    check: str
    count: int
    columns: list[dict[str, str]]
    rows: list[list[Any]]


def facts(outcomes: Iterable[CheckOutcome]) -> list[dict[str, Any]]:
    """What the database holds of checks: no row, whoever may read it."""
    return [
        {"name": c.name, "is_passed": c.is_passed, "rows": c.rows, "message": c.message}
        for c in outcomes
    ]


def found(outcomes: Iterable[CheckOutcome]) -> list[dict[str, Any]]:
    """What the file holds of them; nothing where no check has a row to show."""
    return [
        asdict(
            Against(
                outcome.name,
                outcome.rows,
                [{"name": column.name, "type": column.type} for column in outcome.sample.columns],
                [list(row) for row in outcome.sample.rows],
            )
        )
        for outcome in outcomes
        if outcome.sample is not None
    ]


def read(content: Mapping[str, Any] | None) -> Sequence[Against]:
    """What such a file says; nothing where it is gone, or of before rows were kept."""
    return [Against(**one) for one in (content or {}).get("against", [])]


def keep(path: str, outcomes: Iterable[CheckOutcome]) -> None:
    """Write rows down where there are any. A full disk takes them, not the end of the attempt."""
    content = found(outcomes)
    if not content:
        return
    try:
        keeping.keep(path, {"against": content})
    except OSError:
        log.warning("rows against checks could not be kept", exc_info=True)


def kept(path: str) -> Sequence[Against]:
    """What was written; whoever reads it has been asked whether they may."""
    return read(keeping.kept(path))
