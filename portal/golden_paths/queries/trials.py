"""What a path that is not published would do: read as publishing reads it, and planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.accounts.models import User
from portal.errors import Refused
from portal.golden_paths import planning, reading
from portal.golden_paths.planning import PathPlan
from portal.golden_paths.queries.filling import Problem, problems
from portal.golden_paths.queries.shelf import vocabulary
from portal.golden_paths.reading import Reading


@dataclass(frozen=True, slots=True)
class Trial:
    """What each step would do with some answers, and which of those don't fit."""

    plan: PathPlan
    problems: list[Problem]


def right(definition: str | bytes | dict[str, Any]) -> Reading:
    """A file that can be published; else Refused with every finding and its place."""
    found = reading.read(definition, vocabulary())
    if not found.findings:
        return found
    first, *others = found.findings
    more = f" And {len(others)} more." if others else ""
    place = f"Line {first.line}: " if first.line else ""
    raise Refused(
        f"{place}{first.message}{more}",
        field="definition",
        details=[finding.as_detail() for finding in found.findings],
    )


def trial(
    *,
    definition: str | bytes | dict[str, Any],
    answers: Mapping[str, Any],
    by: User,
    now: datetime,
) -> Trial:
    """Try a file: what it would do for this person with these answers. Nothing is kept."""
    meant = right(definition).definition
    assert meant is not None
    found = planning.plan(meant, answers, by=by, now=now)
    return Trial(found, problems(meant, answers, by=by))
