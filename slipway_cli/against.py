"""What is against a check: the rows that it found, under its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slipway_cli.client import Api
from slipway_cli.endings import Ended
from slipway_cli.showing import Screen, plain


def show(screen: Screen, api: Api, path: str, checks: Sequence[dict[str, Any]]) -> bool:
    """Print the first rows against each failed check. False: told that rows may not be seen."""
    if screen.as_json or not any(check["rows"] for check in checks if not check["is_passed"]):
        return True
    try:
        found = api.get(f"{path}check-rows/")
    except Ended as end:  # seeing rows is a right of its own
        screen.tell(end.message)
        return False
    for one in found:
        first = f"the first {len(one['rows'])} of " if len(one["rows"]) < one["count"] else ""
        noun = "row" if one["count"] == 1 else "rows"
        screen.result(one, f"Against {plain(one['check'])}: {first}{one['count']:,} {noun}")
        titles = [plain(column["name"]) for column in one["columns"]]
        screen.table(titles, [[plain(cell) for cell in row] for row in one["rows"]])
    return True


def newest(run: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks of a run's newest attempt."""
    attempts = sorted(run["attempts"], key=lambda attempt: int(attempt["number"]))
    return attempts[-1]["checks"] if attempts else []
