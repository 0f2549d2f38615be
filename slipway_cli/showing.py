"""What is printed: results on standard output, what is said about them on standard error.

`--json` prints the API's own answers, one document (or with `logs` one a line), for programs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from slipway_cli.endings import Code, Ended, findings

# What a terminal would obey: a log line must not move the cursor or rename the window.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
WIDE = 200  # columns, where no terminal says how many it has
GOOD, BAD, BUSY = "green", "red", "yellow"
TONES = {
    **dict.fromkeys(("succeeded", "delivered", "done", "passed", "healthy"), GOOD),
    **dict.fromkeys(("failed", "refused", "aborted", "rejected", "error", "unhealthy"), BAD),
    **dict.fromkeys(("running", "queued", "waiting", "awaiting_approval", "paused", "warn"), BUSY),
}


def plain(value: object) -> str:
    """A value in words, without anything that a terminal would obey."""
    if value is None:
        return "–"
    return CONTROL.sub("�", str(value))


def words(state: object) -> str:
    return plain(state).replace("_", " ")


def moment(value: object) -> str:
    """An instant of the API in this machine's time zone."""
    if not value:
        return "–"
    return datetime.fromisoformat(str(value)).astimezone().strftime("%Y-%m-%d %H:%M")


def ago(value: object) -> str:
    if not value:
        return "–"
    return (
        f"{lasting((datetime.now(UTC) - datetime.fromisoformat(str(value))).total_seconds())} ago"
    )


def lasting(seconds: float) -> str:
    """ "3 min", with one unit and at most one decimal."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.1f}".removesuffix(".0") + " s"


@dataclass
class Screen:
    """Where a command's words go. `as_json`: results are JSON, and so is a refusal."""

    as_json: bool = False
    out: Console = field(init=False)
    aside: Console = field(init=False)

    def __post_init__(self) -> None:
        plainly: dict[str, Any] = {"markup": False, "highlight": False, "emoji": False}
        self.out, self.aside = (
            Console(stderr=is_aside, width=None if stream.isatty() else WIDE, **plainly)
            for is_aside, stream in ((False, sys.stdout), (True, sys.stderr))
        )

    def result(self, answer: Any, *lines: str | Text) -> None:
        """What came of it: the answer as JSON, or lines for people."""
        if self.as_json:
            self.json(answer)
            return
        for line in lines:
            self.out.print(line, soft_wrap=True)

    def json(self, answer: Any, *, indent: int | None = 2) -> None:
        # Where the output can't hold every letter, escapes can: programs read the same.
        is_whole = "utf" in (sys.stdout.encoding or "").lower()
        sys.stdout.write(json.dumps(answer, indent=indent, ensure_ascii=not is_whole) + "\n")
        sys.stdout.flush()

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> None:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for title in titles:
            table.add_column(title, overflow="fold")
        for row in rows:
            table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
        self.out.print(table)

    def tell(self, text: str) -> None:
        """How far it is, what is being waited for: not a part of the result."""
        self.aside.print(plain(text), soft_wrap=True, style="dim")

    def ended(self, end: Ended) -> Code:
        """Why it did not go well, and what to do next."""
        if self.as_json:
            kind = f"urn:slipway:cli:{end.code.name.lower()}"
            said = end.problem or {"type": kind, "detail": end.message}
            sys.stderr.write(json.dumps(said, ensure_ascii=False) + "\n")
            return end.code
        self.aside.print(Text(plain(end.message), style=BAD), soft_wrap=True)
        for finding in findings(end.problem or {}):
            if finding != end.message:
                self.aside.print(f"  {plain(finding)}", soft_wrap=True)
        if end.hint:
            self.aside.print(plain(end.hint), soft_wrap=True)
        if request := (end.problem or {}).get("request_id"):
            self.aside.print(f"Request {plain(request)}", style="dim", soft_wrap=True)
        return end.code


def toned(state: object) -> Text:
    """A state in words, in its colour."""
    return Text(words(state), style=TONES.get(str(state), ""))
