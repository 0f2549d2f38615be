"""A change that makes a descriptor say what is true: to paste, and to apply with git. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.files import document, mending, writing
from portal.files.events import Unreadable

HUNK = re.compile(r"@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@")


@dataclass(frozen=True, slots=True)
class Fix:
    """What `spec` should say: lines to paste, and a patch ("" where the file can't be followed)."""

    paste: str
    patch: str


def fix(
    text: str, *, path: str, line: int, owner: str = "", depends_on: Sequence[str] = ()
) -> Fix | None:
    """With another owner, and with these among its dependencies; None where nothing changes."""
    wanted: dict[str, Any] = {}
    if owner:
        wanted["owner"] = owner
    if depends_on:
        wanted["dependsOn"] = list(depends_on)
    if not wanted:
        return None
    return Fix(writing.written({"spec": wanted}), _patch(text, wanted, path, line))


def _patch(text: str, wanted: dict[str, Any], path: str, line: int) -> str:
    try:
        found = document.read(text)
    except Unreadable:
        return ""
    if found.findings or not isinstance(found.data, dict):
        return ""
    spec = found.data.get("spec")
    data = {**found.data, "spec": {**(spec if isinstance(spec, dict) else {}), **wanted}}
    lines = difflib.unified_diff(
        text.splitlines(keepends=True),
        mending.mended(text, data).splitlines(keepends=True),
        f"a/{path}",
        f"b/{path}",
    )
    return "".join(_moved(one, line - 1) for one in lines)


def _moved(line: str, by: int) -> str:
    """A hunk counted from the file's first line, not from the document's."""
    found = HUNK.match(line)
    if not found:
        return line
    begin, end = int(found[1]) + by, int(found[3]) + by
    return f"@@ -{begin}{found[2] or ''} +{end}{found[4] or ''} @@\n"
