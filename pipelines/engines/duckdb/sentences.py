"""DuckDB's errors as sentences for the person who wrote the SQL, with the place in that SQL.

Rows may be personal data, so whatever a runtime error quotes is shown only where the SQL itself
says it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from pipelines.engines.base import EngineError, Limits
from pipelines.engines.duckdb.limits import over

# Errors about the text, found before any row is read.
_ABOUT_TEXT = ("ParserException", "BinderException", "CatalogException", "SyntaxException")
_ABOUT_FILES = ("Parquet", "JSON", "CSV", "TProtocolException", "magic bytes")
_QUOTED = re.compile(r"(?<=\s)['\"].*['\"]", re.DOTALL)  # greedy: values hold quotes and lines too
_OPEN_QUOTE = re.compile(r"(?<=\s)['\"](?!…)[^'\"]*$")
_NUMBER = re.compile(r"(?<![\w(,.])-?\d[\w.:+-]*|(?<=\s\()-?\d[\w.:+-]*")
_COUNTED = re.compile(r"\b(?:line|byte|record/value):? $", re.IGNORECASE)
_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_COLUMN = re.compile(r"converting column \"([^\"\n]+)\".* to '([^'\n]+)'")
_CSV_FILE = re.compile(r"^ *file = (.+)$", re.MULTILINE)


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
    error: BaseException,
    *,
    limits: Limits,
    sql: str = "",
    part: str = "",
    skipped: int = 0,
    files: Sequence[str] = (),
) -> EngineError:
    """Any error of DuckDB (or of Python's memory) as an EngineError.

    `skipped` is how many bytes of our own stood before the user's SQL in what DuckDB was given;
    `files` are the paths of the inputs, which may be named.
    """
    details = _details(error)
    words = details["exception_message"]
    limited = _limit(error, words, limits)
    if limited is not None:
        return limited
    offset = _offset(details, skipped)
    told = _about_text(error, words)
    if told:
        return refused(_sentence(told), sql=sql, part=part, offset=offset)
    if type(error).__name__ == "IOException" or any(word in words for word in _ABOUT_FILES):
        if "TProtocolException" in words:
            words = "a Parquet file of the inputs is damaged"
        said = _about_csv(words) or _without_values(words, sql, files)
        return EngineError(_sentence(said), permanent=True, kind="input", part=part)
    if "error(" in sql.lower() and words not in sql:
        words = "a call of error() stopped it; what it says is not shown: it may come from a row"
        return refused(_sentence(words), sql=sql, part=part)
    return refused(_sentence(_without_values(words, sql, files)), sql=sql, part=part, offset=offset)


def _about_text(error: BaseException, words: str) -> str:
    """What is wrong with the SQL itself; nothing where the rows may be what is wrong."""
    name = type(error).__name__
    if name == "PermissionException":
        return "a query reads its inputs and nothing else, so files, networks and settings are out"
    if "max_expression_depth" in words or "stack" in words.lower():
        return "the query is nested too deeply"
    return words if name in _ABOUT_TEXT else ""


def _about_csv(words: str) -> str:
    line = _CSV_LINE.search(words)
    if line is None:
        return ""
    file, column = _CSV_FILE.search(words), _CSV_COLUMN.search(words)
    name = file[1].rpartition("/")[2] if file else "of an input"
    read = f": its column {column[1]} is read as {column[2]}" if column else ""
    return f"the CSV file {name} does not fit at line {line[1]}{read}"


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
    if "Resource temporarily unavailable" in words or "thread constructor" in words:
        return over("processes", limits)
    if name in {"OutOfMemoryException", "MemoryError"} or "bad_alloc" in words:
        return over("memory", limits)
    return None


def _without_values(words: str, sql: str, files: Sequence[str]) -> str:
    """Blank out what may come from a row: quoted texts and numbers that the SQL does not hold."""
    for path in files:
        for quote in ('"', "'"):
            words = words.replace(f"{quote}{path}{quote}", path.rpartition("/")[2])
    quoted = _QUOTED.search(words)
    if quoted is not None and quoted[0][1:-1] not in sql:
        rest = "" if "\n" in quoted[0] else words[quoted.end() :]
        words = f"{words[: quoted.start()]}“…”{rest}"
    said = _OPEN_QUOTE.sub("…", words.partition("\n")[0])
    return _NUMBER.sub(lambda m: m[0] if _may_be_shown(m, sql) else "…", said)


def _may_be_shown(number: re.Match[str], sql: str) -> bool:
    return number[0] in sql or _COUNTED.search(number.string[: number.start()]) is not None


def _sentence(words: str) -> str:
    text = " ".join(words.replace("!\n", ". ").replace("\n", ". ").split())
    text = text.replace("!", ".") if text.endswith("!") else text
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "…")) else f"{text}."
