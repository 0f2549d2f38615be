"""Which values a schedule gives its runs, in words: a default may be what nobody meant. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.schedules.placeholders import WORD
from portal.files.findings import listed


def words(given: Mapping[str, Any], declared: Mapping[str, Mapping[str, Any]]) -> str:
    """ "with month = 1 each time"; of the due time what takes its value from it. "" for none."""
    used = {name: given.get(name, one.get("default")) for name, one in declared.items()}
    timely = [name for name, value in used.items() if _is_of_the_time(value)]
    fixed = [
        f"{name} = {_said(value)}"
        for name, value in used.items()
        if value is not None and name not in timely
    ]
    parts = [f"{listed(fixed)} each time"] if fixed else []
    parts += [f"{listed(timely)} of the due time"] if timely else []
    return f"with {', and '.join(parts)}" if parts else ""


def given(
    own: Mapping[str, Any], declared: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str, str]]:
    """Each declared parameter: its name, the schedule's own value, and the one that it has else."""
    return [
        (name, _shown(own.get(name)), _shown(one.get("default")) or "no value")
        for name, one in declared.items()
    ]


def _shown(value: Any) -> str:
    return "" if value is None else _said(value)


def _is_of_the_time(value: Any) -> bool:
    return isinstance(value, str) and WORD.search(value) is not None


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
