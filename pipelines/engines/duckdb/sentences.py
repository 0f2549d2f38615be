"""DuckDB's errors as sentences for the person who wrote the SQL, with the place in that SQL.

Rows may be personal data, so of an error at a run only what is known to be no value is shown, and
what the SQL itself says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from pipelines.engines.base import EngineError, Limits
from pipelines.engines.duckdb import shapes
from pipelines.engines.duckdb.limits import over

# Errors about the text where no row was read; of a query that runs, they may quote one.
_ABOUT_TEXT = ("ParserException", "BinderException", "CatalogException", "SyntaxException")
_CLASSES = {
    "ConversionException": "a value can't be converted",
    "InvalidInputException": "a value is no valid input",
    "OutOfRangeException": "a value is out of range",
}
_ABOUT_FILES = ("Parquet", "JSON", "CSV", "TProtocolException", "magic bytes")
_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_COLUMN = re.compile(r"^Column (.+) is being converted as type ([A-Z]+)$", re.MULTILINE)


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
    is_run: bool = True,
) -> EngineError:
    """Any error of DuckDB (or of Python's memory) as an EngineError.

    `skipped` is how many bytes of our own stood before the user's SQL in what DuckDB was given;
    `files` are the paths of the inputs, which may be named; `is_run` False where no row was read.
    """
    details = _details(error)
    words = details["exception_message"]
    limited = _limit(error, words, limits)
    if limited is not None:
        return limited
    offset = _offset(details, skipped)
    told = _about_text(error, words, is_run=is_run)
    if told:
        return refused(_sentence(told), sql=sql, part=part, offset=offset)
    if type(error).__name__ == "IOException" or any(word in words for word in _ABOUT_FILES):
        if "TProtocolException" in words:
            words = "a Parquet file of the inputs is damaged"
        said = _about_csv(words, files) or _without_values(error, words, sql, files)
        return EngineError(_sentence(said), permanent=True, kind="input", part=part)
    said = _without_values(error, words, sql, files)
    return refused(_sentence(said), sql=sql, part=part, offset=offset)


def _about_text(error: BaseException, words: str, *, is_run: bool) -> str:
    """What is wrong with the SQL itself; nothing where the rows may be what is wrong."""
    name = type(error).__name__
    if name == "PermissionException":
        return "a query reads its inputs and nothing else, so files, networks and settings are out"
    if "max_expression_depth" in words or "stack" in words.lower():
        return "the query is nested too deeply"
    return words if name in _ABOUT_TEXT and not is_run else ""


def _about_csv(words: str, files: Sequence[str]) -> str:
    line = _CSV_LINE.match(words)
    if line is None:
        return ""
    column = _CSV_COLUMN.search(words)
    file = next((path for path in files if f"  file = {path}\n" in words), "")
    name = file.rpartition("/")[2] or "of an input"
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


def _without_values(error: BaseException, words: str, sql: str, files: Sequence[str]) -> str:
    """What is known to be no value of a row; of a message that nobody knows, that there is one."""
    for path in files:
        name = path.rpartition("/")[2]
        for written in (f'"{path}"', f"'{path}'", path):
            words = words.replace(written, name)
    names = [path.rpartition("/")[2] for path in files]
    said = shapes.told(words, "\n".join([sql, *names]))
    what = _CLASSES.get(type(error).__name__, "the query failed")
    return said or f"{what}; what DuckDB says of it is not shown: it may come from a row"


def _sentence(words: str) -> str:
    text = " ".join(words.replace("!\n", ". ").replace("\n", ". ").split())
    text = text.replace("!", ".") if text.endswith("!") else text
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "…")) else f"{text}."
