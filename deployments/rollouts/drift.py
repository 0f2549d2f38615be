"""In what a plan differs from the one that people read, as far as they agreed to it. Pure.

What counts: what is live before, who would receive what and where, and warnings that nobody read.
What does not: figures, times, other words for the same, and what became better. So a plan that
moves all the time does not keep people from agreeing to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deployments.rollouts.plan import Plan

MOST = 3  # differences that a sentence names
Read = Mapping[str, Any]  # a plan as it is kept with its deployment


def words(read: Read, now: Plan) -> str:
    """A sentence for each difference, "" where the person who read it would agree to the same."""
    found = list(_differences(read, now))
    more = f" And {len(found) - MOST} more." if len(found) > MOST else ""
    return " ".join(found[:MOST]) + more


def _differences(read: Read, now: Plan) -> Iterator[str]:
    if not read:
        return  # of before plans were kept
    before, after = _pair(read.get("move") or {}), _pair(now.move)
    if before != after:
        yield f"{after or 'Nothing'} is live there now, not {before or 'nothing'}."
    yield from _parties(read.get("sections") or (), now.sections)
    known = {one["name"] for one in read.get("findings") or () if one["verdict"] == "warn"}
    for finding in now.warnings:
        if finding.name not in known:
            yield f"{finding.name}: {finding.message}"


def _pair(move: Mapping[str, Any]) -> str:
    live = move.get("from")
    return f"{live['version']} with c{live['configuration']}" if live else ""


def _parties(read: Any, now: Any) -> Iterator[str]:
    before, after = _rows(read), _rows(now)
    for key in [*after, *(key for key in before if key not in after)]:
        name, gets = key
        if key not in after:
            yield f"{name} no longer gets {gets}."
        elif key not in before:
            yield f"{name} is new: {gets}, {after[key]}."
        elif before[key] != after[key]:
            yield f"{name}: {after[key]}, before: {before[key]}."


def _rows(sections: Any) -> dict[tuple[str, str], str]:
    """Where each of them gets what it gets."""
    return {
        (str(row.get("name", "")), str(row.get("gets", ""))): str(row.get("where", ""))
        for section in sections
        if section.get("kind") == "parties"
        for row in section.get("rows", ())
    }
