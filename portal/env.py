"""Reading settings from the environment: loud when a value makes no sense."""

from __future__ import annotations

import os
from pathlib import Path


class Misconfigured(Exception):
    """A setting that cannot be used, in words; the process must not start."""


def text(name: str, default: str = "") -> str:
    """The value of `name`; `NAME_FILE` wins, so that a secret can live in a file."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise Misconfigured(
                f"{name}_FILE names {path}, which can't be read: {error}"
            ) from error
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise Misconfigured(f"{name}={value}: say true or false.")


def integer(name: str, default: int) -> int:
    value = os.environ.get(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise Misconfigured(f"{name}={value}: a whole number is needed.") from error


def words(name: str, default: list[str], *, separator: str = ",") -> list[str]:
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(separator) if word.strip()] or default


def choice(name: str, default: str, known: set[str]) -> str:
    """One of a few words."""
    value = os.environ.get(name) or default
    if value not in known:
        raise Misconfigured(f"{name}={value}: say {', '.join(sorted(known))}.")
    return value
