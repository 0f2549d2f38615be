"""Files of this machine: a transformation with its source put into it, and what is kept."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from slipway_cli.endings import Code, Ended
from slipway_cli.repository import Source

# A key at the left margin and the lines below it that are indented or blank: block scalars, too,
# have nothing at the margin.
OLD = re.compile(r"^source[ \t]*:.*(?:\n(?:[ \t].*|#.*)?)*(?=\n|\Z)", re.MULTILINE)
# What makes a second document of it, after a first one began.
ANOTHER = re.compile(r"^\w.*\n(?:.*\n)*?---(?:\s|\Z)", re.MULTILINE)
YAML, JSON = "application/yaml", "application/json"


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Ended(Code.USAGE, f"{path} can't be read: {_why(error)}.") from error


def kind_of(text: str) -> str:
    return JSON if text.lstrip().startswith("{") else YAML


def with_source(text: str, source: Source) -> str:
    """The file with this source. Every other line stays where it is, so findings fit the file."""
    if kind_of(text) == JSON:
        return _in_json(text, source)
    line = f"source: {json.dumps(source.as_json(), ensure_ascii=False)}"
    old = OLD.search(text)
    if old is None:
        return f"{text.rstrip()}\n{line}\n"
    return text[: old.start()] + line + "\n" * old.group().count("\n") + text[old.end() :]


def _in_json(text: str, source: Source) -> str:
    try:
        content = json.loads(text)
    except ValueError:
        return text  # Slipway says what is wrong with it, and where
    return json.dumps({**content, "source": source.as_json()}, ensure_ascii=False, indent=2)


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8"


def keep(path: Path, parts: Iterator[bytes]) -> None:
    """Under its name when it is whole: what broke off leaves no half of it behind."""
    half = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with half.open("xb") as made:
            made.writelines(parts)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
