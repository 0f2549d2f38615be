"""DuckDB's errors as sentences for the person who wrote the SQL, with the place in that SQL.

Rows may be personal data, so whatever a runtime error quotes is shown only where the SQL itself
says it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pipelines.engines.base import EngineError, Limits
from pipelines.engines.duckdb.limits import over

# Errors about the text, found before any row is read.
_ABOUT_TEXT = ("ParserException", "BinderException", "CatalogException", "SyntaxException")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"(?<![\w(,.])-?\d[\w.:+-]*|(?<=\s\()-?\d[\w.:+-]*")


def place(sql: str, offset: int) -> tuple[int, int] | tuple[None, None]:
    """Line and column (from 1, in characters) of a byte offset; nothing when it lies outside."""
    data = sql.encode()
    if not 0 <= offset <= len(data):
        return None, None
    before = data[:offset].decode(errors="ignore")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def at(message: str, line: int | None, column: int | None) -> str:
    """Put the place before the sentence, where there is one."""
    return message if line is None else f"Line {line}, column {column}: {message}"


def refused(message: str, *, sql: str, part: str = "", offset: int | None = None) -> EngineError:
    """A refusal of the text itself: kind "sql", with line and column where `offset` is known."""
    line, column = (None, None) if offset is None else place(sql, offset)
    words = (
        f"In the check {part}: {at(message, line, column)}" if part else at(message, line, column)
    )
    return EngineError(words, permanent=True, kind="sql", line=line, column=column, part=part)


def explained(
    error: BaseException, *, limits: Limits, sql: str = "", part: str = "", skipped: int = 0
) -> EngineError:
    """Any error of DuckDB (or of Python's memory) as an EngineError.

    `skipped` is how many bytes of our own stood before the user's SQL in what DuckDB was given.
    """
    details = _details(error)
    words = details["exception_message"]
    limited = _limit(error, words, limits)
    if limited is not None:
        return limited
    name = type(error).__name__
    if name == "PermissionException":
        words = "a query reads its inputs and nothing else, so files, networks and settings are out"
        return refused(_sentence(words), sql=sql, part=part, offset=_offset(details, skipped))
    if name in _ABOUT_TEXT:
        return refused(_sentence(words), sql=sql, part=part, offset=_offset(details, skipped))
    words = _without_values(words, sql)
    if name == "IOException" or "CSV" in words or "JSON" in words.split(".")[0]:
        return EngineError(_sentence(words), permanent=True, kind="input", part=part)
    return refused(_sentence(words), sql=sql, part=part, offset=_offset(details, skipped))


def _details(error: BaseException) -> dict[str, Any]:
    text = str(error)
    brace = text.find("{")
    try:
        details = json.loads(text[brace:]) if brace >= 0 else {}
    except ValueError:
        details = {}
    if not isinstance(details, dict) or "exception_message" not in details:
        details = {"exception_message": text.partition("Error: ")[2] or text}
    return details


def _offset(details: dict[str, Any], skipped: int) -> int | None:
    try:
        return int(details["position"]) - skipped
    except (KeyError, ValueError):
        return None


def _limit(error: BaseException, words: str, limits: Limits) -> EngineError | None:
    name = type(error).__name__
    if "max_temp_directory_size" in words:
        return over("temp", limits)
    if "File too large" in words:
        return over("file", limits)
    if "No space left on device" in words:
        return EngineError(
            "The disk of this machine is full; the platform team can make room.",
            permanent=False,
            kind="disk",
        )
    if name in {"OutOfMemoryException", "MemoryError"} or "bad_alloc" in words:
        return over("memory", limits)
    return None


def _without_values(words: str, sql: str) -> str:
    """Blank out what may come from a row: quoted texts and numbers that the SQL does not hold."""
    first = words.partition("\n")[0]
    first = _QUOTED.sub(lambda m: m[0] if m[0][1:-1] in sql else f"{m[0][0]}…{m[0][0]}", first)
    return _NUMBER.sub(lambda m: m[0] if m[0] in sql else "…", first)


def _sentence(words: str) -> str:
    text = " ".join(words.replace("!\n", ". ").replace("\n", ". ").split())
    text = text.replace("!", ".") if text.endswith("!") else text
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "…")) else f"{text}."
