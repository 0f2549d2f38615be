"""What `slipway preview` says of a sample."""

from __future__ import annotations

from typing import Any

import pytest

from slipway_cli.commands import making
from slipway_cli.endings import Ended
from slipway_cli.showing import Screen

NO_ROWS: dict[str, Any] = {
    "id": "1",
    "state": "succeeded",
    "message": "",
    "environment": "staging",
    "seconds": 0.31,
    "rows": 0,
    "portions": [
        {"name": "flights", "rows": 100_000, "is_cut": True},
        {"name": "airlines", "rows": 16, "is_cut": False},
    ],
    "checks": [
        {"name": "none is negative", "is_passed": True, "rows": 0, "message": ""},
        {"name": "there are many", "is_passed": False, "rows": 1, "message": "Found 1 row."},
    ],
    "complaints": [],
    "is_judged": False,
    "line": None,
    "column": None,
}


class Unseen:
    """A portal that shows nobody a row."""

    def get(self, path: str) -> Any:
        return [] if path.endswith("check-rows/") else {"columns": [], "rows": []}


def said(seen: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> list[str]:
    making._rehearsed(Screen(as_json=False), Unseen(), seen, 10)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_no_row_of_a_part_says_so_and_ticks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    head, passed, failed, *_ = said(NO_ROWS, capsys)
    assert head.startswith("0 rows: only the first 100,000 rows of flights were read")
    assert passed == "– none is negative: not judged: no rows"
    assert failed == "✗ there are many: Found 1 row."


def test_what_has_rows_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    head, passed, *_ = said({**NO_ROWS, "rows": 7, "is_judged": True}, capsys)
    assert head.startswith("7 rows: only the first 100,000 rows of flights were read")
    assert passed == "✓ none is negative"


@pytest.mark.parametrize(
    ("state", "words"),
    [("failed", "The preview failed: No."), ("cancelled", "The preview was cancelled: No.")],
)
def test_how_it_ended_is_a_sentence(state: str, words: str) -> None:
    with pytest.raises(Ended) as ended:
        making._judged({**NO_ROWS, "state": state, "message": "No."})
    assert ended.value.message == words
