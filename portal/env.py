"""Reading settings from the environment and from files: loud when a value makes no sense.

What was read is remembered, so that a page can show which settings hold and where they come from.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Source = Literal["default", "environment", "file"]
WEB = ("https", "http")


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
    """The value of `name`. For it as for all others `NAME_FILE` wins, so that it can be a file."""
    given, source = _given(name)
    return _read(name, default if given is None else given, default, source)


def flag(name: str, *, default: bool = False) -> bool:
    value, source = _given(name)
    _read(name, value or _yes(default), _yes(default), source)
    if value is None or value == "":
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise Misconfigured(f"{name}={value}: say true or false.")


def integer(name: str, default: int, *, least: int = 0) -> int:
    """A whole number, and none below `least`."""
    value, source = _given(name)
    _read(name, value or str(default), str(default), source)
    if not value:
        return default
    try:
        found = int(value)
    except ValueError as error:
        raise Misconfigured(f"{name}={value}: a whole number is needed.") from error
    if found < least:
        raise Misconfigured(f"{name}={value}: {least} is the least.")
    return found


def words(name: str, default: list[str], *, separator: str = ",") -> list[str]:
    given, source = _given(name)
    value = given or ""
    usual = separator.join(default)
    _read(name, value or usual, usual, source)
    return [word.strip() for word in value.split(separator) if word.strip()] or default


def choice(name: str, default: str, known: set[str]) -> str:
    """One of a few words, in letters of any size."""
    given, source = _given(name)
    value = given or default
    _read(name, value, default, source)
    for word in known:
        if word.lower() == value.lower():
            return word
    raise Misconfigured(f"{name}={value}: say {', '.join(sorted(known))}.")


def address(name: str, default: str = "", *, schemes: Collection[str] = WEB) -> str:
    """Where something is reached; it is never repeated, for it may hold a password."""
    given, source = _given(name)
    value = given or default
    _read(name, value, default, source)
    if given and not is_address(given, schemes):
        begins = " or ".join(f"{scheme}://" for scheme in schemes)
        raise Misconfigured(f"{name} is no address: write {begins} and a host, without spaces.")
    return value


def is_address(value: str, schemes: Collection[str]) -> bool:
    """One of these schemes, a host (or the path of a socket), a port that is one, no spaces."""
    if any(one.isspace() or not one.isprintable() for one in value):
        return False
    try:
        parts = urlsplit(value)
        place = parts.path if parts.scheme.endswith("+socket") else parts.hostname
        return parts.scheme in schemes and bool(place) and parts.port != 0
    except ValueError:
        return False


def kept_secret(path: Path) -> str:
    """A secret made once per installation and kept beside its data, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.with_name(f"{path.name}.{os.getpid()}")
        with open(whole, "w", opener=partial(os.open, mode=0o600)) as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process of the same start was first
            os.link(whole, path)
        whole.unlink()
    if found := path.read_text().strip():
        return found
    raise Misconfigured(f"{path} is empty: put back the one that was kept with the backup.")


def forget(name: str) -> None:
    """What was read belongs to a process that this one has been forked from."""
    READ.pop(name, None)


def _read(name: str, value: str, default: str, source: Source) -> str:
    READ.setdefault(name, Setting(name, value, default, source))
    return value


def _given(name: str) -> tuple[str | None, Source]:
    """What `NAME_FILE` holds, or what `NAME` is; None where neither is there."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip(), "file"
        except OSError as error:
            words = f"{name}_FILE names {path}, which can't be read: {error}"
            raise Misconfigured(words) from error
    given = os.environ.get(name)
    return given, "environment" if given else "default"


def _yes(is_so: bool) -> str:  # noqa: FBT001 - one argument
    return "true" if is_so else "false"
