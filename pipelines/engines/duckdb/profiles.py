"""What DuckDB says of a query that it ran: the rows it scanned, and the plan as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.engines.base import Operator, Source

# Its operators in words; others are shown by their own name
WORDS = {
    "COLUMN_DATA_SCAN": "Read a list in the query",
    "EMPTY_RESULT": "Nothing fits",
    "FILTER": "Filter",
    "HASH_GROUP_BY": "Group",
    "HASH_JOIN": "Join",
    "LEFT_DELIM_JOIN": "Join",
    "LIMIT": "First rows",
    "NESTED_LOOP_JOIN": "Join row by row",
    "ORDER_BY": "Sort",
    "PARTITIONED_AGGREGATE": "Group",
    "PERFECT_HASH_GROUP_BY": "Group",
    "RIGHT_DELIM_JOIN": "Join",
    "STREAMING_LIMIT": "First rows",
    "STREAMING_WINDOW": "Window",
    "TABLE_SCAN": "Read",
    "TOP_N": "First rows in an order",
    "UNGROUPED_AGGREGATE": "Aggregate",
    "UNNEST": "Unnest",
    "WINDOW": "Window",
}
# They only pass rows on
UNSAID = {"RESULT_COLLECTOR", "COPY_TO_FILE", "BATCH_COPY_TO_FILE", "PROJECTION", "READ_PARQUET"}
# What is said of an operator: all of it stands in the query, nothing of it comes from a row
TOLD = ("Join Type", "Conditions", "Filters", "Expression", "Aggregates", "Order By")
LONGEST = 200


def scanned_rows(profile: str) -> dict[str, int]:
    """Rows read from text files, by the list of their names."""
    rows: dict[str, int] = {}
    for _, node in _nodes(profile):
        details = node.get("extra_info", {})
        files = details.get("Filename(s)")
        if files and "PARQUET" not in str(details.get("Function", "")):
            rows[str(files)] = max(rows.get(str(files), 0), int(node.get("rows_scanned", 0)))
    return rows


def plan(profile: str, sources: Sequence[Source]) -> list[Operator]:
    """The operators from the result down to the inputs, each with its depth."""
    found = []
    for depth, node in _nodes(profile):
        kind = str(node.get("type", ""))
        if kind in UNSAID:
            continue
        operator = Operator(
            name=_name(kind, node.get("extra_info", {}), sources),
            about=_about(node.get("extra_info", {})),
            depth=depth,
            rows=int(node.get("intermediate_rows", 0)),
            seconds=float(node.get("timing", 0.0)),
        )
        found.append(operator)
    return found


def _nodes(profile: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each operator before those that feed it; what passes rows on adds no depth."""
    waiting = [(0, node) for node in json.loads(profile or "{}").get("operator", [])]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        below = depth + (str(node.get("type", "")) not in UNSAID)
        waiting += [(below, child) for child in reversed(node.get("children", []))]


def _name(kind: str, details: dict[str, Any], sources: Sequence[Source]) -> str:
    words = WORDS.get(kind, kind.replace("_", " ").capitalize())
    files = str(details.get("Filename(s)", ""))
    read = [source.name for source in sources if any(path in files for path in source.paths)]
    return f"{words} {read[0]}" if read and files else words


def _about(details: dict[str, Any]) -> str:
    said = [_text(details[key]) for key in TOLD if details.get(key)]
    return ", ".join(said)[:LONGEST]


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
