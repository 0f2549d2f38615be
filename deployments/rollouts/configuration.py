"""What differs between two configurations, in rows that people read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

ABSENT = object()


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    """Rows {name, old, new, effect, tone} of what is set, changed or taken away, by name."""
    before, after = dict(_flat(old)), dict(_flat(new))
    return [
        _row(name, before.get(name, ABSENT), after.get(name, ABSENT))
        for name in sorted(before.keys() | after.keys())
        if before.get(name, ABSENT) != after.get(name, ABSENT)
    ]


def summary(rows: list[dict[str, str]]) -> str:
    """A sentence about `difference`, "" where nothing differs."""
    return f"Configuration changes: {_names(rows)}." if rows else ""


def counted(rows: list[dict[str, str]]) -> str:
    """ "2 values change: limits.memory_mb, limits.seconds", "" where nothing differs."""
    if not rows:
        return ""
    many = "one value changes" if len(rows) == 1 else f"{len(rows)} values change"
    return f"{many}: {_names(rows)}"


def _names(rows: list[dict[str, str]]) -> str:
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    return ", ".join(row["name"] for row in rows[:3]) + more


def _flat(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        full = f"{path}.{name}" if path else name
        if isinstance(value, Mapping):
            yield from _flat(value, full)
        else:
            yield full, value


def _row(name: str, old: Any, new: Any) -> dict[str, str]:
    if old is ABSENT:
        effect, tone = "Set here", "info"
    elif new is ABSENT:
        effect, tone = "As in the file again", "warn"
    else:
        effect, tone = "Changed", "info"
    return {"name": name, "old": _words(old), "new": _words(new), "effect": effect, "tone": tone}


def _words(value: Any) -> str:
    if value is ABSENT:
        return ""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
