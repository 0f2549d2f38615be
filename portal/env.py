"""Reading settings from the environment: loud when a value makes no sense.

What was read is remembered, so that a page can show which settings hold and where they come from.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Source = Literal["default", "environment", "file"]


class Misconfigured(Exception):
    """A setting that cannot be used, in words; the process must not start."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as this process read it. Texts as they would be written; secrets are in there."""

    name: str
    value: str
    default: str
    source: Source


READ: dict[str, Setting] = {}  # by name, of this process; the first reader's default stands


def text(name: str, default: str = "") -> str:
    """The value of `name`; `NAME_FILE` wins, so that a secret can live in a file."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            found = Path(path).read_text().strip()
        except OSError as error:
            raise Misconfigured(
                f"{name}_FILE names {path}, which can't be read: {error}"
            ) from error
        return _read(name, found, default, "file")
    given = os.environ.get(name)
    return _read(name, default if given is None else given, default, _source(given))


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    _read(name, value or _yes(default), _yes(default), _source(value))
    if value is None or value == "":
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise Misconfigured(f"{name}={value}: say true or false.")


def integer(name: str, default: int) -> int:
    value = os.environ.get(name)
    _read(name, value or str(default), str(default), _source(value))
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise Misconfigured(f"{name}={value}: a whole number is needed.") from error


def words(name: str, default: list[str], *, separator: str = ",") -> list[str]:
    value = os.environ.get(name, "")
    usual = separator.join(default)
    _read(name, value or usual, usual, _source(value))
    return [word.strip() for word in value.split(separator) if word.strip()] or default


def choice(name: str, default: str, known: set[str]) -> str:
    """One of a few words."""
    given = os.environ.get(name)
    value = given or default
    _read(name, value, default, _source(given))
    if value not in known:
        raise Misconfigured(f"{name}={value}: say {', '.join(sorted(known))}.")
    return value


def forget(name: str) -> None:
    """What was read belongs to a process that this one has been forked from."""
    READ.pop(name, None)


def _read(name: str, value: str, default: str, source: Source) -> str:
    READ.setdefault(name, Setting(name, value, default, source))
    return value


def _source(given: str | None) -> Source:
    return "environment" if given else "default"


def _yes(is_so: bool) -> str:  # noqa: FBT001 - one argument
    return "true" if is_so else "false"
