"""The checks of a draft: how each went in the preview, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pipelines.drafts.sections import Told, row_key
from pipelines.transformations.outline import Outline


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check of the file. `key`: what its row is called, whichever others come or go."""

    number: int
    key: str
    name: str
    sql: str
    told: tuple[Told, ...]
    outcome: dict[str, Any] | None  # of the preview, where it is of this query


def views(
    outline: Outline, told: Iterable[Told], outcomes: dict[str, dict[str, Any]]
) -> list[CheckView]:
    """All checks, in the order of the file."""
    mine = [one for one in told if one.is_in_row]
    found: dict[str, CheckView] = {}
    for path, check in outline.items("spec", "checks"):
        number, name = int(path[-1]), str(check.get("name") or "")
        key = row_key(name)
        if not key or key in found:
            key = f"{key}-{number}"
        about = tuple(one for one in mine if one.number == number)
        sql = str(check.get("sql") or "")
        found[key] = CheckView(number, key, name, sql, about, outcomes.get(name))
    return list(found.values())
