"""What the handbook says of each setting: the rows of the table in docs/operations.md. Pure."""

from __future__ import annotations

import re

ROW = re.compile(r"^\| (?P<names>`[A-Z][A-Z_]+`(?:, `[A-Z][A-Z_]+`)*) \| (?P<words>.+) \|$")
NAME = re.compile(r"`([A-Z][A-Z_]+)`")


def settings(text: str) -> dict[str, str]:
    """Each setting that has a row, with the row's words."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if row := ROW.match(line):
            found |= dict.fromkeys(NAME.findall(row["names"]), row["words"])
    return found
